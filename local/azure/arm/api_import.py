"""An API's operations from a document that comes with its PUT. source: REST 2024-05-01, `format` and `value`.

Operations are matched by name: a known one changes in place, a new one takes the policy of one that had its method and
template, every other one is deleted (api-management-api-import-restrictions).
"""

from local.azure.arm import openapi
from local.azure.arm.errors import invalid, not_served
from local.azure.arm.fields import Fields
from local.azure.arm.paths import name_of, resource
from local.azure.store import Json, Store

_SERVED = ("openapi", "openapi+json")
_FORMATS = (
    *_SERVED,
    *("openapi-link", "openapi+json-link", "swagger-json", "swagger-link-json", "wadl-xml", "wadl-link-json"),
    *("wsdl", "wsdl-link", "graphql-link", "odata", "odata-link", "grpc", "grpc-link"),
)


def read(fields: Fields) -> openapi.Document | None:
    """The document in an API's `properties`; None without one."""
    given, text = fields.text("format", choices=_FORMATS), fields.text("value")
    fields.only(wsdlSelector=None, apiType="http")
    translated = fields.text("translateRequiredQueryParameters", choices=["template", "query"]) or "template"
    if given is not None and given not in _SERVED:
        raise not_served(f"the import format '{given}'")
    missing = [name for name in ("format", "value") if fields.raw(name) is None]
    if len(missing) == 1:
        fields.problem(missing[0], f"'{missing[0]}' should not be empty.")
    if given is None or text is None:
        return None
    return openapi.read(text, given, query_in_template=translated == "template")


def replace_operations(store: Store, api_id: str, kind: str, operations: dict[str, Json]) -> None:
    """Makes these the API's operations; `kind` is the resource type of an API."""
    known = {name_of(one.id).lower(): one for one in store.children(api_id, "operations")}
    by_route = {_route(one.body["properties"]): one for one in known.values()}
    for name, properties in operations.items():
        same = by_route.get(_route(properties))
        if name in known and same and same.id != known[name].id:  # observed: an old one is deleted only afterwards
            route = ", ".join(_route(properties))
            raise invalid(("", f"Operation with the same method and URL template already exists: {route}."))
    for name, properties in operations.items():
        path = f"{api_id}/operations/{name}"
        same = by_route.get(_route(properties))
        policy = store.get(f"{same.id}/policies/policy") if same and name not in known else None
        store.put(path, resource(path, f"{kind}/operations") | {"properties": properties})
        if policy:
            copied = f"{path}/policies/policy"
            store.put(copied, policy.body | {"id": copied}, policy.private)
    for name, operation in known.items():
        if name not in operations:
            store.delete(operation.id)


def _route(properties: Json) -> tuple[str, str]:
    return properties["method"].upper(), properties["urlTemplate"]
