"""APIs of a service or a workspace, and their revisions. source: REST 2024-05-01, Apis (PUT, DELETE: long-running).

Not served, and refused: a version set inside an API, imports other than inline OpenAPI, other types than http. A
current API that has other revisions is deleted only with `deleteRevisions=true`: apiops-cli#142 and #263 (by its id),
apiops#184 (by its number; the text). Inferred: the only revision is deleted under its number, too.
"""

from local.azure.arm import api_import, long_running, product_apis, revisions
from local.azure.arm.call import Answer, Call, Route, etag
from local.azure.arm.errors import ArmError, invalid, not_found, not_served
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.openapi import Document
from local.azure.arm.paths import HOMES, home_of, name_of, resource, service_of
from local.azure.arm.reading import reading
from local.azure.store import Entity, Json

_KEY_NAMES = {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"}


async def _put(call: Call) -> Answer:
    """201 in the end for a new one, 200 for a changed one; policies and operations stay."""
    base, number = revisions.split(call.path)
    check_name(name_of(base), "[^*#&+:<>?]+", (1, 256), "apiId")
    before, current = call.entity(), call.azure.store.get(base)
    if number and current is None:
        raise not_served("a first revision other than 1")
    asked = _asked(call)
    source = None
    if asked.get("sourceApiId") and (before is None or _is_next(asked, before)):
        source = revisions.source_of(call.azure.store, home_of(call.path), str(asked["sourceApiId"]))
        asked = _settings(source) | asked
    if number and current:
        revisions.check_number(asked, number)
        asked = revisions.with_currents(asked, current)
    with call.azure.store.transaction():
        if before and not number and _is_next(asked, before):
            if call.azure.store.get(f"{base};rev={asked['apiRevision']}"):
                raise not_served("a revision made current by a PUT; a release does it")
            # Without a source its policy is the default again (azurerm#28552); that it has no operations is inferred.
            revisions.set_aside(call.azure.store, before)
        entity = _write(call, {"properties": asked}, before, number)
        if source:
            revisions.copy_contents(call.azure.store, _where_now(call, source, base), entity.id)
    return long_running.of_child(call, service_of(call.path), entity, 200 if before else 201)


def _asked(call: Call) -> Json:
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    asked = fields.mapping("properties") or {}
    fields.finish()
    return asked


def _is_next(asked: Json, before: Entity) -> bool:
    """Whether the current API gets another revision number."""
    return asked.get("apiRevision") not in {None, before.body["properties"]["apiRevision"]}


def _settings(source: Entity) -> Json:
    properties = source.body["properties"]
    return {name: value for name, value in properties.items() if name not in {"apiRevision", "isCurrent"}}


def _where_now(call: Call, source: Entity, base: str) -> str:
    """A source that was current has just been set aside."""
    number = source.body["properties"]["apiRevision"]
    moved = f"{source.id};rev={number}"
    is_moved = source.id.lower() == base.lower() and call.azure.store.get(moved) is not None
    return moved if is_moved else source.id


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("API")
    asked = patched(before.body, call.body)["properties"]
    base, number = revisions.split(call.path)
    current = call.azure.store.get(base)
    if _is_next(asked, before):
        raise not_served("another 'apiRevision' in a PATCH")
    if number and current:
        asked = revisions.with_currents(asked, current)
    entity = _write(call, {"properties": asked}, before, number)
    return Answer(status=200, body=entity.body, headers=etag(entity))


def _write(call: Call, asked: Json, before: Entity | None, number: str | None) -> Entity:
    fields = Fields(asked)
    inner = fields.part("properties")
    document = api_import.read(inner)
    known = before.body["properties"]["apiRevision"] if before else "1"
    revision = number or inner.text("apiRevision", lengths=(1, 100)) or known
    properties = _properties(inner, call.names["api"], document) | {
        "apiRevision": revision,
        "isCurrent": number is None,
        "type": "http",
    }
    fields.finish()
    _check_version(call, properties)
    _check_path(call, properties)
    body = resource(before.id if before else call.path, call.kind) | {"properties": properties}
    entity = call.azure.store.put(call.path, body)
    if document:
        api_import.replace_operations(call.azure.store, entity.id, call.kind, document.operations)
    return entity


def _properties(fields: Fields, name: str, document: Document | None) -> Json:
    fields.ignore("isOnline", "provisioningState", "sourceApiId", "apiRevision", "isCurrent")
    fields.only(type="http", authenticationSettings=None)
    path = fields.raw("path")
    if path is None:
        fields.problem("path", "'path' should not be empty.")
    key_names = fields.part("subscriptionKeyParameterNames")
    said = document or Document(title=None, description=None, server=None, operations={})
    properties = {
        "displayName": fields.text("displayName", lengths=(1, 300)) or said.title or name,
        "description": fields.text("description") or said.description,
        "path": fields.text("path", lengths=(0, 400)) or "",
        "serviceUrl": fields.text("serviceUrl", lengths=(0, 2000)) or said.server,
        "protocols": _protocols(fields),
        "subscriptionRequired": fields.flag("subscriptionRequired", default=True),
        "subscriptionKeyParameterNames": {
            kind: key_names.text(kind) or default for kind, default in _KEY_NAMES.items()
        },
        "termsOfServiceUrl": fields.text("termsOfServiceUrl"),
        "contact": fields.mapping("contact"),
        "license": fields.mapping("license"),
        "apiRevisionDescription": fields.text("apiRevisionDescription", lengths=(0, 256)),
        "apiVersion": fields.text("apiVersion", lengths=(0, 100)),
        "apiVersionDescription": fields.text("apiVersionDescription", lengths=(0, 256)),
        "apiVersionSetId": fields.text("apiVersionSetId"),
    }
    return {name: value for name, value in properties.items() if value is not None}


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


def _check_version(call: Call, properties: Json) -> None:
    """A version belongs to a set of the same place. source: pulumi-azure-native#1661, apiops#584 (the texts)."""
    given = properties.get("apiVersionSetId")
    if given:
        found = call.azure.store.get(f"{home_of(call.path)}/apiVersionSets/{name_of(given)}")
        if found is None:
            raise invalid(("apiVersionSetId", "ApiVersionSet not found"))
        properties["apiVersionSetId"] = found.id
    elif properties.get("apiVersion"):
        raise invalid(("ApiVersion", "Can't set VersionName when ApiVersionSetId is not set."))


def _check_path(call: Call, properties: Json) -> None:
    """source: apiops#343, the two spaces included; that versions of a set must differ is inferred."""
    path, own = properties["path"], properties.get("apiVersionSetId")
    for other in call.azure.store.children(home_of(call.path), "apis"):
        known = other.body["properties"]
        taken = known["path"].strip("/").lower() == path.strip("/").lower()
        same_api = revisions.split(other.id)[0].lower() == revisions.split(call.path)[0].lower()
        same_set = own is not None and known.get("apiVersionSetId") == own
        is_version = same_set and (known.get("apiVersion") or "") != (properties.get("apiVersion") or "")
        if taken and not same_api and not is_version:
            clash = f"API '{call.names['api']}' with the same Path '{path}' as API '{name_of(other.id)}'"
            raise invalid(("path", f"Cannot create {clash}  unless it's a part of the same version set"))


async def _delete(call: Call) -> Answer:
    """With its operations and policies, and, for the current revision, the API's place in products."""
    store, entity = call.azure.store, call.entity()
    if entity is None:
        return Answer(status=204)
    others = [] if revisions.split(call.path)[1] else revisions.others(store, entity.id)
    if others and call.query.get("deleteRevisions", "false").lower() != "true":
        raise ArmError(400, "ValidationError", "Cannot delete the current revision of an API.")
    for one in (*others, entity):
        store.delete(one.id)
    product_apis.forget(store, entity.id)
    return long_running.of_child(call, service_of(call.path), None, 200)


async def _revisions(call: Call) -> Answer:
    """source: REST 2024-05-01, Api Revision - List By Service."""
    api = call.azure.store.get(call.path.rpartition("/")[0])
    known = [api, *revisions.others(call.azure.store, api.id)] if api else []
    value = [_as_revision(one, revisions.split(api.id)[0] if api else "") for one in known]
    return Answer(status=200, body={"value": value, "count": len(value), "nextLink": ""})


def _as_revision(entity: Entity, api_id: str) -> Json:
    properties = entity.body["properties"]
    number = properties["apiRevision"]
    shown = {
        "apiId": f"/apis/{name_of(api_id)};rev={number}",
        "apiRevision": number,
        "description": properties.get("apiRevisionDescription"),
        "privateUrl": f"/{properties['path']};rev={number}",
        "isOnline": True,
        "isCurrent": properties["isCurrent"],
    }
    return {name: value for name, value in shown.items() if value is not None}


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "API"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
        Route(method="GET", path=f"{path}/revisions", handler=_revisions),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/apis/{{api}}")]
