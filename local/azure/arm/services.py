"""API Management services; each opens its own gateway listener. source: REST 2024-05-01, ApiManagementService.

Differences from Azure: gatewayUrl is the listener's address (Azure: https://<name>.azure-api.net), and a service is
there at once rather than after half an hour. A deleted one is soft-deleted (`deleted_services.py`).
"""

import secrets
from datetime import UTC, datetime

from local.azure.arm import deleted_services, long_running
from local.azure.arm.ca_certificates import read_certificates
from local.azure.arm.call import Answer, Call, Route
from local.azure.arm.default_policy import put_default
from local.azure.arm.errors import ArmError
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import SERVICE, name_of, resource, resource_type
from local.azure.arm.service_identity import identity_of
from local.azure.arm.top_level import existing, location_of, reading, unique_name
from local.azure.context import Azure
from local.azure.store import Entity, Json

TYPE = resource_type(SERVICE)
SKUS = (
    "Developer",
    "Basic",
    "Standard",
    "Premium",
    "Consumption",
    "Isolated",
    "BasicV2",
    "StandardV2",
    "PremiumV2",
)
_READ_ONLY = ("provisioningState", "targetProvisioningState", "createdAtUtc", "gatewayUrl")


def show(call: Call, service: Entity) -> Json:
    """What a GET answers: the gateway's address may have changed since the service was written."""
    address = call.azure.listeners.address("gateway", name_of(service.id))
    return service.body | {"properties": service.body["properties"] | {"gatewayUrl": address}}


async def _put(call: Call) -> Answer:
    """The whole service: without `certificates` the CA list is wiped (facts: terraform-provider-azurerm#8598)."""
    pattern = "[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
    check_name(call.names["service"], pattern, (1, 50), "serviceName")
    before = call.entity()
    properties = call.body.get("properties")
    if before is None and isinstance(properties, dict) and properties.get("restore") is True:
        return _accepted(call, await deleted_services.restore(call), created=True)
    if before is None:
        deleted_services.refuse_name(call.azure.store, name_of(call.path))
    return await _write(call, before, call.body)


async def _patch(call: Call) -> Answer:
    """What is not sent stays, the CA list included."""
    service = existing(call)
    return await _write(call, service, service.body | call.body | patched(service.body, call.body))


async def _write(call: Call, before: Entity | None, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type", "etag", "systemData")
    location, tags, sku = location_of(fields), fields.mapping("tags"), _sku(fields.part("sku"))
    identity = fields.mapping("identity")
    inner = fields.part("properties")
    certificates = inner.raw("certificates")
    properties = _properties(inner)
    fields.finish()
    name = name_of(call.path)
    unique_name(call, TYPE, ArmError(409, "ServiceAlreadyExists", f"Api service already exists: {name}"))
    private = {"certificates": read_certificates(certificates, sku["name"])}
    if certificates is None and call.method == "PATCH" and before:
        private = before.private
    created = before.body["properties"]["createdAtUtc"] if before else datetime.now(UTC).isoformat()
    body = resource(before.id if before else call.path, TYPE) | {
        "location": location,
        "tags": tags or {},
        "sku": sku,
        "identity": identity_of(call.azure, identity, before),
        "properties": properties | {"createdAtUtc": created, "provisioningState": "Succeeded"},
    }
    with call.azure.store.transaction():
        entity = call.azure.store.put(call.path, body, private)
        if before is None:
            _built_in(call.azure, entity.id)
    await call.azure.listeners.open("gateway", name_of(entity.id))
    return _accepted(call, entity, created=before is None)


def _accepted(call: Call, entity: Entity, *, created: bool) -> Answer:
    body = show(call, entity)
    state = {"provisioningState": "Created" if created else "Updating", "targetProvisioningState": "Activating"}
    started = body | {"properties": body["properties"] | state}
    status = 202 if call.method == "PATCH" else 201 if created else 200
    return long_running.of_service(call, status, entity, started)


def _sku(fields: Fields) -> Json:
    name = fields.text("name", required=True, choices=SKUS)
    capacity = fields.raw("capacity")
    if not isinstance(capacity, int) or isinstance(capacity, bool):
        fields.problem("capacity", "'capacity' must be a whole number.")
    elif (capacity == 0) != (name == "Consumption") or capacity < 0:
        fields.problem("capacity", f"'capacity' must be 0 for Consumption, else at least 1, not {capacity}.")
    return {"name": name, "capacity": capacity}


def _properties(fields: Fields) -> Json:
    fields.ignore(*_READ_ONLY, "restore")
    fields.only(
        additionalLocations=[],
        customProperties={},
        disableGateway=False,
        enableClientCertificate=False,
        hostnameConfigurations=[],
        natGatewayState="Disabled",
        publicNetworkAccess="Enabled",
        virtualNetworkType="None",
        developerPortalStatus="Enabled",
        legacyPortalStatus="Enabled",
        privateEndpointConnections=[],
    )
    default_sender = "apimgmt-noreply@mail.windowsazure.com"
    return {
        "publisherEmail": fields.text("publisherEmail", required=True, lengths=(1, 100)),
        "publisherName": fields.text("publisherName", required=True, lengths=(1, 100)),
        "notificationSenderEmail": fields.text("notificationSenderEmail", lengths=(1, 100)) or default_sender,
        "virtualNetworkType": "None",
        "publicNetworkAccess": "Enabled",
        "disableGateway": False,
    }


def _built_in(azure: Azure, service_id: str) -> None:
    """What Azure makes with a service: its default policy and the all-access subscription."""
    put_default(azure.store, service_id)
    subscription = f"{service_id}/subscriptions/master"
    shown = {
        "scope": f"{service_id}/",
        "displayName": "Built-in all-access subscription",
        "state": "active",
        "allowTracing": False,
    }
    keys = {"primaryKey": secrets.token_hex(16), "secondaryKey": secrets.token_hex(16)}
    azure.store.put(subscription, resource(subscription, f"{TYPE}/subscriptions") | {"properties": shown}, keys)


async def _delete(call: Call) -> Answer:
    service = call.entity()
    if service is None:
        return Answer(status=204)
    await deleted_services.remove(call.azure, service)
    return long_running.of_service(call, 202, None)


ROUTES = [
    *reading(SERVICE, show),
    Route(method="PUT", path=SERVICE, handler=_put),
    Route(method="PATCH", path=SERVICE, handler=_patch),
    Route(method="DELETE", path=SERVICE, handler=_delete),
]
