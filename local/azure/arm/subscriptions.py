"""Subscriptions of a service or a workspace, and their keys. source: REST 2024-05-01, Subscription.

A key is given or generated and never answered by GET, only by `listSecrets`. Without a `state` a subscription waits for
approval (`submitted`) and opens nothing.
"""

import secrets
from datetime import UTC, datetime

from local.azure.arm import revisions
from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.errors import invalid, not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import HOMES, home_of, resource
from local.azure.arm.reading import reading
from local.azure.store import Json

_STATES = ("suspended", "active", "expired", "submitted", "rejected", "cancelled")
_KEYS = ("primaryKey", "secondaryKey")


async def _put(call: Call) -> Answer:
    check_name(call.names["key"], "[^*#&+:<>?]+", (1, 256), "sid")
    return _write(call, call.body)


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("Subscription")
    return _write(call, patched(before.body, call.body))


def _write(call: Call, asked: Json) -> Answer:
    before = call.entity()
    known = before.private if before else {}
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    inner.ignore("createdDate")
    keys = {name: inner.text(name, lengths=(1, 256)) or known.get(name) or secrets.token_hex(16) for name in _KEYS}
    properties = {
        "scope": _scope(call, inner.text("scope", required=True) or "/"),
        "displayName": inner.text("displayName", required=True, lengths=(1, 100)),
        "state": inner.text("state", choices=_STATES) or "submitted",
        "allowTracing": inner.flag("allowTracing", default=False),
        "ownerId": inner.text("ownerId"),
        "createdDate": before.body["properties"].get("createdDate") if before else datetime.now(UTC).isoformat(),
    }
    fields.finish()
    shown = {name: value for name, value in properties.items() if value is not None}
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    return written(call.azure.store.put(call.path, body, keys), created=before is None)


def _scope(call: Call, given: str) -> str:
    """`/products/{id}`, `/apis`, `/apis/{id}` or `/`, or such an id in full; the text for another one is inferred."""
    home = home_of(call.path)
    own = given.lower().startswith(home.lower())
    relative = revisions.split((given[len(home) :] if own else given).rstrip("/"))[0]
    _, _, last = relative.rpartition("/")
    if relative in {"", "/apis"}:
        return home + (relative or "/")
    entity = call.azure.store.get(home + relative)
    if relative not in {f"/products/{last}", f"/apis/{last}"} or entity is None:
        raise invalid(("scope", f"Subscription scope '{given}' is no product, API or set of APIs of this service."))
    return entity.id


async def _delete(call: Call) -> Answer:
    return Answer(status=200 if call.azure.store.delete(call.path) else 204)


async def _list_secrets(call: Call) -> Answer:
    entity = call.azure.store.get(call.path.rpartition("/")[0])
    if entity is None:
        raise not_found("Subscription")
    return Answer(status=200, body=dict(entity.private), headers=etag(entity))


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Subscription"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
        Route(method="POST", path=f"{path}/listSecrets", handler=_list_secrets),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/subscriptions/{{key}}")]
