"""Products of a service or a workspace. source: REST 2024-05-01, Product.

Difference from Azure: a new service has no product (there, in classic tiers: Starter and Unlimited).
"""

from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.errors import ArmError, not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import HOMES, home_of, name_of, resource
from local.azure.arm.reading import reading
from local.azure.store import Json


async def _put(call: Call) -> Answer:
    check_name(call.names["product"], "[^*#&+:<>?]+", (1, 256), "productId")
    return _write(call, call.body)


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("Product")
    return _write(call, patched(before.body, call.body))


def _write(call: Call, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    protected = inner.flag("subscriptionRequired", default=True)
    properties = {
        "displayName": inner.text("displayName", required=True, lengths=(1, 300)),
        "description": inner.text("description", lengths=(0, 1000)),
        "terms": inner.text("terms"),
        "subscriptionRequired": protected,
        "state": inner.text("state", choices=["notPublished", "published"]) or "notPublished",
        **_subscribing(inner, protected=protected),
    }
    fields.finish()
    before = call.entity()
    shown = {name: value for name, value in properties.items() if value is not None}
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    return written(call.azure.store.put(call.path, body), created=before is None)


def _subscribing(fields: Fields, *, protected: bool) -> Json:
    """Both can only be there when a subscription is required (the texts are inferred)."""
    given = {"approvalRequired": fields.raw("approvalRequired"), "subscriptionsLimit": fields.raw("subscriptionsLimit")}
    if not protected:
        for name, value in given.items():
            if value is not None:
                fields.problem(name, f"'{name}' can only be present when 'subscriptionRequired' is true.")
        return {}
    limit = given["subscriptionsLimit"]
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        fields.problem("subscriptionsLimit", "'subscriptionsLimit' must be a whole number of at least 1.")
    return {"approvalRequired": fields.flag("approvalRequired", default=False), "subscriptionsLimit": limit}


async def _delete(call: Call) -> Answer:
    """Subscriptions go with it on `deleteSubscriptions=true`; otherwise they keep it (the text is inferred)."""
    entity, store = call.entity(), call.azure.store
    if entity is None:
        return Answer(status=204)
    subscribed = [
        one
        for one in store.children(home_of(call.path), "subscriptions")
        if one.body["properties"]["scope"].lower() == entity.id.lower()
    ]
    if subscribed and call.query.get("deleteSubscriptions", "false").lower() != "true":
        message = f"Product '{name_of(entity.id)}' has {len(subscribed)} subscriptions; delete them first, or send"
        raise ArmError(400, "ValidationError", f"{message} deleteSubscriptions=true.")
    for one in subscribed:
        store.delete(one.id)
    store.delete(call.path)
    return Answer(status=200, headers=etag(entity))


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Product"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/products/{{product}}")]
