"""Self-hosted gateways: where they are, which APIs they serve, which certificates they trust.

source: REST 2024-05-01, Gateway, Gateway Api and Gateway Certificate Authority; learn.microsoft.com/azure/
api-management/self-hosted-gateway-overview (tiers). Difference from Azure, where somebody deploys a container: the
gateway's listener opens with the entity. Keys and host names of a gateway are not served. The texts are inferred.
"""

from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.certificates import NAME
from local.azure.arm.errors import ArmError, invalid, not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import GATEWAY, name_of, resource, service_of
from local.azure.arm.reading import reading
from local.azure.context import Azure
from local.azure.store import Entity, Json

TIERS = ("Developer", "Premium")
_API = f"{GATEWAY}/apis/{{api}}"
_AUTHORITY = f"{GATEWAY}/certificateAuthorities/{{certificate}}"


def listener(gateway: Entity) -> str:
    """The name of its listener."""
    return f"{name_of(service_of(gateway.id))}/{name_of(gateway.id)}"


async def open_all(azure: Azure, service_id: str) -> None:
    """Opens the listeners of a service's gateways."""
    for gateway in azure.store.children(service_id, "gateways"):
        await azure.listeners.open("gateway", listener(gateway))


async def close_all(azure: Azure, service_id: str) -> None:
    """Closes them, before the service goes."""
    for gateway in azure.store.children(service_id, "gateways"):
        await azure.listeners.close("gateway", listener(gateway))


async def _put(call: Call) -> Answer:
    name = call.names["gateway"]
    check_name(name, NAME, (1, 80), "gatewayId")
    if name.lower() == "managed":
        raise invalid(("gatewayId", "'gatewayId' must not have the value 'managed'."))
    service = call.azure.store.get(service_of(call.path))
    sku = service.body["sku"]["name"] if service else ""
    if sku not in TIERS:
        raise ArmError(400, "MethodNotAllowedInPricingTier", f"Method not allowed in {sku} pricing tier")
    return await _write(call, call.body)


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("Gateway")
    answer = await _write(call, patched(before.body, call.body))
    return Answer(status=200, body=answer.body, headers=answer.headers)


async def _write(call: Call, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    place = inner.part("locationData")
    location = {"name": place.text("name", required=True, lengths=(1, 256))}
    location |= {name: place.text(name, lengths=(1, 256)) for name in ("city", "district", "countryOrRegion")}
    properties = {
        "locationData": {name: value for name, value in location.items() if value},
        "description": inner.text("description", lengths=(0, 1000)),
    }
    fields.finish()
    shown = {name: value for name, value in properties.items() if value is not None}
    before = call.entity()
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    entity = call.azure.store.put(call.path, body)
    await call.azure.listeners.open("gateway", listener(entity))
    return written(entity, created=before is None)


async def _delete(call: Call) -> Answer:
    gateway = call.entity()
    if gateway is None:
        return Answer(status=204)
    await call.azure.listeners.close("gateway", listener(gateway))
    call.azure.store.delete(call.path)
    return Answer(status=200)


async def _put_api(call: Call) -> Answer:
    """The answer is the API itself."""
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    fields.part("properties").only(provisioningState="created")
    fields.finish()
    api, before = _api(call), call.entity()
    call.azure.store.put(call.path, {})
    return written(api, created=before is None)


async def _head_api(call: Call) -> Answer:
    if call.entity() is None:
        raise not_found("API")
    return Answer(status=200, headers=etag(_api(call)))


async def _list_apis(call: Call) -> Answer:
    links = call.azure.store.children(call.path.rpartition("/")[0], "apis")
    found = [call.azure.store.get(f"{service_of(call.path)}/apis/{name_of(link.id)}") for link in links]
    value = [api.body for api in found if api]
    return Answer(status=200, body={"value": value, "count": len(value), "nextLink": ""})


async def _put_authority(call: Call) -> Answer:
    """The certificate entity is the authority: what it holds of a private key is not used."""
    if call.azure.store.get(f"{service_of(call.path)}/certificates/{call.names['certificate']}") is None:
        raise not_found("Certificate")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    trusted = fields.part("properties").flag("isTrusted", default=False)
    fields.finish()
    before = call.entity()
    body = resource(before.id if before else call.path, call.kind)
    entity = call.azure.store.put(call.path, body | {"properties": {"isTrusted": trusted}})
    return written(entity, created=before is None)


async def _unlink(call: Call) -> Answer:
    return Answer(status=200 if call.azure.store.delete(call.path) else 204)


def _api(call: Call) -> Entity:
    api = call.azure.store.get(f"{service_of(call.path)}/apis/{call.names['api']}")
    if api is None:
        raise not_found("API")
    return api


ROUTES = [
    *reading(GATEWAY, "Gateway"),
    Route(method="PUT", path=GATEWAY, handler=_put),
    Route(method="PATCH", path=GATEWAY, handler=_patch),
    Route(method="DELETE", path=GATEWAY, handler=_delete),
    Route(method="GET", path=_API.rpartition("/")[0], handler=_list_apis),
    Route(method="HEAD", path=_API, handler=_head_api),
    Route(method="PUT", path=_API, handler=_put_api),
    Route(method="DELETE", path=_API, handler=_unlink),
    *reading(_AUTHORITY, "Certificate authority"),
    Route(method="PUT", path=_AUTHORITY, handler=_put_authority),
    Route(method="DELETE", path=_AUTHORITY, handler=_unlink),
]
