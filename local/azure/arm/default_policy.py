"""The policy that every service has from the start, and gets back when its own is deleted.

A GET answers it as it is, never re-serialised. That a DELETE brings back the same text is inferred.
"""

from local.azure.arm.paths import SERVICE, resource, resource_type
from local.azure.store import Entity, Store
from local.default_policy import DEFAULT_POLICY


def put_default(store: Store, service_id: str) -> Entity:
    """Gives the service its default policy."""
    path = f"{service_id}/policies/policy"
    body = resource(path, f"{resource_type(SERVICE)}/policies")
    properties = {"format": "rawxml", "value": DEFAULT_POLICY}
    return store.put(path, body | {"properties": properties}, {"rawxml": DEFAULT_POLICY, "verbatim": True})
