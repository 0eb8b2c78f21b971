"""Soft-deleted services: listed, restored and purged for 48 hours, during which nobody else gets the name.

source: learn.microsoft.com/azure/api-management/soft-delete (all tiers; a DELETE from 2020-06-01-preview on, which is
every version that is served); REST 2024-05-01, Deleted Services; azurerm#11580 (the text of the 409). A restore that
finds nothing, or a service of another resource group, is `ServiceUndeleteNotPossible`: reported publicly, undocumented;
which group it has to be, that the name is kept from every subscription, and the 404 of what is not there are inferred.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from local.azure.arm import long_running, self_hosted_gateways
from local.azure.arm.call import Answer, Call, Route, etag
from local.azure.arm.errors import ArmError
from local.azure.arm.paths import SUBSCRIPTION, SUBSCRIPTION_PATHS, name_of
from local.azure.context import Azure
from local.azure.store import Entity, Store

RETENTION = timedelta(hours=48)
_NAMESPACE = "providers/Microsoft.ApiManagement"
_PATH = f"{SUBSCRIPTION}/{_NAMESPACE}/locations/{{location}}/deletedservices/{{service}}"
_TYPE = "Microsoft.ApiManagement/deletedservices"


async def remove(azure: Azure, service: Entity) -> None:
    """Soft-deletes a service with everything in it; its gateways are closed."""
    store, now = azure.store, datetime.now(UTC)
    await self_hosted_gateways.close_all(azure, service.id)
    subscription = "/".join(service.id.split("/")[:3])
    location = service.body["location"]
    identifier = f"{subscription}/{_NAMESPACE}/locations/{location}/deletedservices/{name_of(service.id)}"
    body = {
        "id": identifier,
        "name": name_of(service.id),
        "type": _TYPE,
        "location": location,
        "properties": {
            "serviceId": service.id,
            "scheduledPurgeDate": (now + RETENTION).isoformat(),
            "deletionDate": now.isoformat(),
        },
    }
    kept = [[each.id, each.body, each.private] for each in (service, *store.below(service.id))]
    with store.transaction():
        store.put(identifier, body, {"entities": kept})
        store.delete(service.id)
    await azure.listeners.close("gateway", name_of(service.id))


def refuse_name(store: Store, name: str) -> None:
    """409 as long as a service of this name is soft-deleted, in any subscription."""
    if _named(store, name):
        text = f"Api service {name} was soft-deleted. In order to create the new service with the same name, you have"
        raise ArmError(
            409,
            "ServiceAlreadyExistsInSoftDeletedState",
            f"{text} to either undelete the service or purge it. See https://aka.ms/apimsoftdelete.",
        )


async def restore(call: Call) -> Entity:
    """Brings the service of this path back, as it was: all other properties of the request are ignored."""
    store = call.azure.store
    deleted = _named(store, name_of(call.path))
    if deleted is None or deleted.body["properties"]["serviceId"].lower() != call.path.lower():
        raise ArmError(400, "ServiceUndeleteNotPossible", "Unable to undelete service.")
    with store.transaction():
        for entity_id, body, private in deleted.private["entities"]:
            store.put(entity_id, body, private)
        store.delete(deleted.id)
    service = store.get(call.path)
    if service is None:
        raise AssertionError(call.path)
    await call.azure.listeners.open("gateway", name_of(service.id))
    await self_hosted_gateways.open_all(call.azure, service.id)
    return service


def _of(store: Store, subscription: str) -> Iterator[Entity]:
    """The soft-deleted services of a subscription; what is due is purged."""
    prefix = f"{subscription}/{_NAMESPACE}/locations"
    for each in list(store.below(prefix)):
        if each.body.get("type") != _TYPE:
            continue
        if datetime.fromisoformat(each.body["properties"]["scheduledPurgeDate"]) <= datetime.now(UTC):
            store.delete(each.id)
        else:
            yield each


def _named(store: Store, name: str) -> Entity | None:
    every = (each for subscription in SUBSCRIPTION_PATHS for each in _of(store, subscription))
    return next((each for each in every if each.body["name"].lower() == name.lower()), None)


def _existing(call: Call) -> Entity | None:
    wanted = f"/locations/{_plain(call.names['location'])}/deletedservices/{call.names['service']}".lower()
    known = _of(call.azure.store, "/".join(call.path.split("/")[:3]))
    return next((each for each in known if each.id.lower().endswith(wanted)), None)


def _plain(location: str) -> str:
    """`West Europe` and `westeurope` are the same."""
    return location.replace("%20", "").replace(" ", "")


async def _get(call: Call) -> Answer:
    found = _existing(call)
    if found is None:
        raise ArmError(404, "ServiceNotFound", f"Api service does not exist: {call.names['service']}")
    return Answer(status=200, body=found.body, headers=etag(found))


async def _list(call: Call) -> Answer:
    found = [each.body for each in _of(call.azure.store, "/".join(call.path.split("/")[:3]))]
    return Answer(status=200, body={"value": found, "nextLink": ""})


async def _purge(call: Call) -> Answer:
    found = _existing(call)
    if found is None:
        return Answer(status=204)
    call.azure.store.delete(found.id)
    return long_running.of_service(call, 202, None)


ROUTES = [
    Route(method="GET", path=f"{SUBSCRIPTION}/{_NAMESPACE}/deletedservices", handler=_list),
    Route(method="GET", path=_PATH, handler=_get),
    Route(method="DELETE", path=_PATH, handler=_purge),
    Route(method="GET", path=f"{_PATH}/operationresults/{{operation}}", handler=long_running.poll),
]
