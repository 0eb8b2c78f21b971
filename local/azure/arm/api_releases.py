"""Releases of an API: each makes a revision current. source: REST 2024-05-01, Api Release.

They belong to the API: `apis/{id};rev=N/releases/…` is the same as `apis/{id}/releases/…`, which is how pulumi's
`ApiRelease` addresses them (pulumi-azure-native#2137). Deleting one changes no revision.
"""

from datetime import UTC, datetime

from local.azure.arm import revisions
from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.errors import invalid
from local.azure.arm.fields import Fields, check_name
from local.azure.arm.paths import HOMES, name_of, resource
from local.azure.arm.reading import reading


async def _put(call: Call) -> Answer:
    check_name(call.names["release"], "[^*#&+:<>?]+", (1, 80), "releaseId")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    inner.ignore("createdDateTime", "updatedDateTime")
    asked, notes = inner.text("apiId", required=True) or "", inner.text("notes")
    fields.finish()
    store, api_id = call.azure.store, call.above()
    base, number = revisions.split(f"{api_id.rpartition('/')[0]}/{name_of(asked)}")
    if base.lower() != api_id.lower():
        raise invalid(("apiId", f"'{asked}' is no revision of the API '{name_of(api_id)}'."))  # inferred
    current = store.get(api_id)
    if number and current and number != current.body["properties"]["apiRevision"]:
        revisions.make_current(store, api_id, number)
    before, now = call.entity(), datetime.now(UTC).isoformat()
    created = before.body["properties"]["createdDateTime"] if before else now
    properties = {"apiId": asked, "createdDateTime": created, "updatedDateTime": now}
    shown = properties | ({"notes": notes} if notes else {})
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    return written(store.put(call.path, body), created=before is None)


async def _delete(call: Call) -> Answer:
    return Answer(status=200 if call.azure.store.delete(call.path) else 204)


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Release"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/apis/{{api}}/releases/{{release}}")]
