"""User-assigned managed identities. source: Microsoft.ManagedIdentity REST 2023-01-31."""

import uuid

from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.fields import Fields, check_name
from local.azure.arm.paths import IDENTITY, resource, resource_type
from local.azure.arm.top_level import location_of, reading
from local.endpoints import TENANT_ID

TYPE = resource_type(IDENTITY)


async def _put(call: Call) -> Answer:
    check_name(call.names["identity"], "[a-zA-Z0-9][a-zA-Z0-9_-]*", (3, 128), "resourceName")
    existing = call.entity()
    fields = Fields(call.body)
    fields.ignore("id", "name", "type", "systemData", "properties")
    body = resource(existing.id if existing else call.path, TYPE) | {
        "location": location_of(fields),
        "tags": fields.mapping("tags") or {},
        "properties": existing.body["properties"]
        if existing
        else {"tenantId": TENANT_ID, "principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4())},
    }
    fields.finish()
    return written(call.azure.store.put(call.path, body), created=existing is None)


async def _delete(call: Call) -> Answer:
    return Answer(status=200 if call.azure.store.delete(call.path) else 204)


ROUTES = [
    *reading(IDENTITY),
    Route(method="PUT", path=IDENTITY, handler=_put),
    Route(method="DELETE", path=IDENTITY, handler=_delete),
]
