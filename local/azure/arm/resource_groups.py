"""Subscriptions and resource groups. source: Microsoft.Resources REST 2024-03-01."""

from local.azure.arm import deleted_services, long_running, services, vaults
from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.errors import ArmError
from local.azure.arm.fields import Fields, check_name
from local.azure.arm.paths import GROUP, SUBSCRIPTION, SUBSCRIPTION_PATHS, all_of, name_of
from local.azure.arm.top_level import location_of
from local.azure.store import Json, Store
from local.endpoints import TENANT_ID

TYPE = "Microsoft.Resources/resourceGroups"
_NAMES = dict(zip(SUBSCRIPTION_PATHS, ("Local Azure", "Local Azure 2"), strict=True))


def _shown(path: str) -> Json:
    number = name_of(path).lower()
    known = {"id": path.lower(), "subscriptionId": number, "tenantId": TENANT_ID, "state": "Enabled"}
    return known | {"displayName": _NAMES[path.lower()]}


def create(store: Store, path: str, location: str, tags: Json | None = None) -> Answer:
    """Writes a resource group."""
    name, existing = name_of(path), store.get(path)
    body: Json = {"id": path, "name": name, "type": TYPE, "location": location}
    body |= {"properties": {"provisioningState": "Succeeded"}} | ({"tags": tags} if tags is not None else {})
    if existing:
        body |= {"id": existing.id, "name": existing.body["name"]}
        if existing.body["location"] != location:
            raise ArmError(
                409,
                "InvalidResourceGroupLocation",
                f"Invalid resource group location '{location}'. The Resource group already exists in location"
                f" '{existing.body['location']}'.",
            )
    return written(store.put(path, body), created=existing is None)


def missing(name: str) -> ArmError:
    """The group is not there."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


async def _subscriptions(_call: Call) -> Answer:
    known = [_shown(path) for path in SUBSCRIPTION_PATHS]
    return Answer(status=200, body={"value": known, "count": {"type": "Total", "value": len(known)}})


async def _subscription(call: Call) -> Answer:
    return Answer(status=200, body=_shown(call.path))


async def _tenants(_call: Call) -> Answer:
    tenant = {"id": f"/tenants/{TENANT_ID}", "tenantId": TENANT_ID, "displayName": "Local Azure"}
    return Answer(status=200, body={"value": [tenant]})


async def _get(call: Call) -> Answer:
    entity = call.entity()
    if call.method == "HEAD":
        return Answer(status=204 if entity else 404)
    if entity is None:
        raise missing(call.names["group"])
    return Answer(status=200, body=entity.body, headers=etag(entity))


async def _list(call: Call) -> Answer:
    found = call.azure.store.children(call.path.rpartition("/")[0], "resourceGroups")
    return Answer(status=200, body={"value": [group.body for group in found]})


async def _put(call: Call) -> Answer:
    name = call.names["group"]
    check_name(name, r"[-\w._()]*[-\w_()]", (1, 90), "resourceGroupName")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type", "properties")
    location, tags = location_of(fields), fields.mapping("tags")
    fields.finish()
    return create(call.azure.store, call.path, location, tags)


async def _patch(call: Call) -> Answer:
    entity = call.entity()
    if entity is None:
        raise missing(call.names["group"])
    fields = Fields(call.body)
    fields.ignore("id", "name", "type", "properties")
    tags = fields.mapping("tags")
    fields.finish()
    return create(call.azure.store, entity.id, entity.body["location"], tags or entity.body.get("tags"))


async def _delete(call: Call) -> Answer:
    store = call.azure.store
    if call.entity() is None:
        raise missing(call.names["group"])
    for service in all_of(store, services.TYPE, call.path):
        await deleted_services.remove(call.azure, service)
    for vault in all_of(store, vaults.TYPE, call.path):
        await vaults.remove(call.azure, vault)
    store.delete(call.path)
    return long_running.of_group(call)


ROUTES = [
    Route(method="GET", path="/subscriptions", handler=_subscriptions),
    Route(method="GET", path="/tenants", handler=_tenants),
    Route(method="GET", path=SUBSCRIPTION, handler=_subscription),
    Route(method="GET", path=f"{SUBSCRIPTION}/resourceGroups", handler=_list),
    Route(method="GET", path=GROUP, handler=_get),
    Route(method="HEAD", path=GROUP, handler=_get),
    Route(method="PUT", path=GROUP, handler=_put),
    Route(method="PATCH", path=GROUP, handler=_patch),
    Route(method="DELETE", path=GROUP, handler=_delete),
]
