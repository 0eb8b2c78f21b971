"""Workspaces of a service. source: REST 2024-05-01, Workspace; api-management/workspaces-overview (tiers).

What is in one is served by the modules of the service's own entities. Difference from Azure: its APIs are reachable at
the service's gateway, there only at gateways of the workspace. That other tiers refuse with this text is inferred from
what the Consumption tier says.
"""

from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.errors import ArmError, not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import WORKSPACE, resource
from local.azure.arm.reading import reading
from local.azure.store import Json

_TIERS = {"Premium", "PremiumV2", "StandardV2", "BasicV2"}


async def _put(call: Call) -> Answer:
    check_name(call.names["workspace"], "[^*#&+:<>?]+", (1, 80), "workspaceId")
    service = call.azure.store.get(call.above())
    tier = service.body["sku"]["name"] if service else ""
    if tier not in _TIERS:
        raise ArmError(400, "MethodNotAllowedInPricingTier", f"Method not allowed in {tier} pricing tier")
    return _write(call, call.body)


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("Workspace")
    return _write(call, patched(before.body, call.body))


def _write(call: Call, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    properties = {
        "displayName": inner.text("displayName", required=True, lengths=(1, 300)),
        "description": inner.text("description"),
    }
    fields.finish()
    before = call.entity()
    shown = {name: value for name, value in properties.items() if value is not None}
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    return written(call.azure.store.put(call.path, body), created=before is None)


async def _delete(call: Call) -> Answer:
    """With everything in it."""
    return Answer(status=200 if call.azure.store.delete(call.path) else 204)


ROUTES = [
    *reading(WORKSPACE, "Workspace"),
    Route(method="PUT", path=WORKSPACE, handler=_put),
    Route(method="PATCH", path=WORKSPACE, handler=_patch),
    Route(method="DELETE", path=WORKSPACE, handler=_delete),
]
