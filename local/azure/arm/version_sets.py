"""Version sets: APIs that share a path, and are told apart by a version. source: REST 2024-05-01, Api Version Set.

Inferred: a set that an API is in is not deleted, and the texts.
"""

from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.errors import not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import HOMES, home_of, resource
from local.azure.arm.reading import reading
from local.azure.arm.usage import refuse_if_used
from local.azure.store import Json

_NAMES = {"Query": "versionQueryName", "Header": "versionHeaderName"}


async def _put(call: Call) -> Answer:
    check_name(call.names["versionset"], "[^*#&+:<>?]+", (1, 80), "versionSetId")
    return _write(call, call.body)


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("ApiVersionSet")
    return _write(call, patched(before.body, call.body))


def _write(call: Call, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    scheme = inner.text("versioningScheme", required=True, choices=["Segment", "Query", "Header"])
    needed = _NAMES.get(str(scheme))
    properties = {
        "displayName": inner.text("displayName", required=True, lengths=(1, 100)),
        "description": inner.text("description"),
        "versioningScheme": scheme,
        **{name: inner.text(name, required=name == needed, lengths=(1, 100)) for name in _NAMES.values()},
    }
    fields.finish()
    before = call.entity()
    shown = {name: value for name, value in properties.items() if value is not None}
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    return written(call.azure.store.put(call.path, body), created=before is None)


async def _delete(call: Call) -> Answer:
    entity, store = call.entity(), call.azure.store
    if entity is None:
        return Answer(status=204)
    apis = store.children(home_of(call.path), "apis")
    members = [
        each.id for each in apis if each.body["properties"].get("apiVersionSetId", "").lower() == entity.id.lower()
    ]
    refuse_if_used("ApiVersionSet", entity, members)
    store.delete(entity.id)
    return Answer(status=200, headers=etag(entity))


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "ApiVersionSet"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/apiVersionSets/{{versionset}}")]
