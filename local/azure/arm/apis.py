"""APIs of a service. source: REST 2024-05-01, Apis (PUT and DELETE are long-running operations).

Not served, and refused: revisions, version sets, imports (OpenAPI and so on), other types than http.
"""

from local.azure.arm import long_running
from local.azure.arm.call import Answer, Call, Route, etag
from local.azure.arm.errors import invalid, not_found, not_served
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import HOMES, home_of, name_of, resource, service_of
from local.azure.arm.reading import reading
from local.azure.store import Entity, Json

_KEY_NAMES = {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"}


async def _put(call: Call) -> Answer:
    """201 in the end for a new one, 200 for a changed one; policies and operations stay."""
    if ";rev=" in call.names["api"]:
        raise not_served("API revisions")
    check_name(call.names["api"], "[^*#&+:<>?]+", (1, 256), "apiId")
    before = call.entity()
    entity = _write(call, call.body, before)
    return long_running.of_child(call, service_of(call.path), entity, 200 if before else 201)


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("API")
    entity = _write(call, patched(before.body, call.body), before)
    return Answer(status=200, body=entity.body, headers=etag(entity))


def _write(call: Call, asked: Json, before: Entity | None) -> Entity:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    properties = _properties(inner, call.names["api"])
    fields.finish()
    _check_path(call, properties["path"])
    body = resource(before.id if before else call.path, call.kind) | {"properties": properties}
    return call.azure.store.put(call.path, body)


def _properties(fields: Fields, name: str) -> Json:
    fields.ignore("isOnline", "provisioningState")
    fields.only(type="http", apiType="http", isCurrent=True, apiRevision="1", authenticationSettings=None)
    path = fields.raw("path")
    if path is None:
        fields.problem("path", "'path' should not be empty.")
    key_names = fields.part("subscriptionKeyParameterNames")
    properties = {
        "displayName": fields.text("displayName", lengths=(1, 300)) or name,
        "description": fields.text("description"),
        "path": fields.text("path", lengths=(0, 400)) or "",
        "serviceUrl": fields.text("serviceUrl", lengths=(0, 2000)),
        "protocols": _protocols(fields),
        "subscriptionRequired": fields.flag("subscriptionRequired", default=True),
        "subscriptionKeyParameterNames": {
            kind: key_names.text(kind) or default for kind, default in _KEY_NAMES.items()
        },
        "termsOfServiceUrl": fields.text("termsOfServiceUrl"),
        "contact": fields.mapping("contact"),
        "license": fields.mapping("license"),
        "apiRevisionDescription": fields.text("apiRevisionDescription", lengths=(0, 256)),
    }
    shown = {name: value for name, value in properties.items() if value is not None}
    return shown | {"apiRevision": "1", "isCurrent": True, "type": "http"}


def _protocols(fields: Fields) -> list[str]:
    protocols = fields.items("protocols") or ["https"]
    for protocol in protocols:
        if protocol in ("ws", "wss"):
            raise not_served(f"the protocol '{protocol}'")
        if protocol not in ("http", "https"):
            fields.problem(
                "protocols", f"'protocols' has an invalid value '{protocol}'. Allowed: http, https, ws, wss."
            )
    return protocols


def _check_path(call: Call, path: str) -> None:
    """source: apiops#343, the two spaces included."""
    for other in call.azure.store.children(home_of(call.path), "apis"):
        taken = other.body["properties"]["path"].strip("/").lower() == path.strip("/").lower()
        if taken and other.id.lower() != call.path.lower():
            clash = f"API '{call.names['api']}' with the same Path '{path}' as API '{name_of(other.id)}'"
            raise invalid(("path", f"Cannot create {clash}  unless it's a part of the same version set"))


async def _delete(call: Call) -> Answer:
    """Its operations and policies go with it."""
    if not call.azure.store.delete(call.path):
        return Answer(status=204)
    return long_running.of_child(call, service_of(call.path), None, 200)


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "API"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/apis/{{api}}")]
