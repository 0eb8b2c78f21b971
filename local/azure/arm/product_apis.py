"""Which APIs a product holds. source: REST 2024-05-01, Product Api (service only), and Product Api Link.

`products/{p}/apis/{a}` has no GET, only HEAD, which answers 204.
"""

from local.azure.arm import revisions
from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.errors import invalid, not_found
from local.azure.arm.fields import Fields, check_name
from local.azure.arm.filters import page
from local.azure.arm.paths import HOMES, SERVICE, home_of, name_of, resource
from local.azure.arm.reading import reading
from local.azure.store import Entity, Json, Store

_API = f"{SERVICE}/products/{{product}}/apis/{{member}}"


def _api(call: Call) -> Entity:
    entity = call.azure.store.get(f"{home_of(call.path)}/apis/{call.names['member']}")
    if entity is None:
        raise not_found("API")
    return entity


async def _put(call: Call) -> Answer:
    api, before = _api(call), call.entity()
    entity = call.azure.store.put(call.path, {"api": api.id})
    return written(entity, created=before is None, body=_as_member(call, entity))


def _as_member(call: Call, entity: Entity) -> Json:
    api = call.azure.store.get(entity.body["api"])
    return resource(entity.id, "Microsoft.ApiManagement/service/products/apis") | {
        "properties": api.body["properties"] if api else {}
    }


async def _head(call: Call) -> Answer:
    if call.entity() is None:
        raise not_found("API")
    return Answer(status=204)


async def _list(call: Call) -> Answer:
    parent, _, kind = call.path.rpartition("/")
    members = call.azure.store.children(parent, kind)
    known = [Entity(id=one.id, body=_as_member(call, one), private={}, etag=one.etag) for one in members]
    found, counts = page(call, known)
    return Answer(status=200, body={"value": [one.body for one in found], **counts})


async def _delete(call: Call) -> Answer:
    return Answer(status=200 if call.azure.store.delete(call.path) else 204)


async def _put_link(call: Call) -> Answer:
    check_name(call.names["link"], "[^*#&+:<>?]+", (1, 80), "apiLinkId")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    asked = inner.text("apiId", required=True) or ""
    fields.finish()
    api = call.azure.store.get(revisions.split(f"{home_of(call.path)}/apis/{name_of(asked)}")[0])
    if api is None:
        raise invalid(("apiId", f"API with id '{asked}' could not be found."))  # inferred
    before = call.entity()
    body = resource(before.id if before else call.path, call.kind) | {"properties": {"apiId": api.id}}
    return written(call.azure.store.put(call.path, body), created=before is None)


def forget(store: Store, api_id: str) -> None:
    """An API that is deleted leaves its products and gateways; that its own subscriptions go with it is inferred."""
    home = home_of(api_id)
    for gateway in store.children(home, "gateways"):
        store.delete(f"{gateway.id}/apis/{name_of(api_id)}")
    for product in store.children(home, "products"):
        for member in (*store.children(product.id, "apis"), *store.children(product.id, "apiLinks")):
            if _api_of(member).lower() == api_id.lower():
                store.delete(member.id)
    for subscription in store.children(home, "subscriptions"):
        if subscription.body["properties"]["scope"].lower() == api_id.lower():
            store.delete(subscription.id)


def _api_of(member: Entity) -> str:
    return str(member.body.get("api") or member.body["properties"]["apiId"])


def _link_routes(path: str) -> list[Route]:
    return [
        *reading(path, "Link"),
        Route(method="PUT", path=path, handler=_put_link),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [
    Route(method="GET", path=_API.rpartition("/")[0], handler=_list),
    Route(method="HEAD", path=_API, handler=_head),
    Route(method="PUT", path=_API, handler=_put),
    Route(method="DELETE", path=_API, handler=_delete),
    *(route for home in HOMES for route in _link_routes(f"{home}/products/{{product}}/apiLinks/{{link}}")),
]
