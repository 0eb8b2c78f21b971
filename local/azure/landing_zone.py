"""What a platform team would have made before the stack comes: a vault with a client certificate, and its rights."""

from local.azure.arm import resource_groups, role_assignments, vaults
from local.azure.arm.paths import SUBSCRIPTION_PATH, SUBSCRIPTION_PATHS
from local.azure.context import Azure
from local.azure.vault import certificates
from local.endpoints import TENANT_ID

GROUP = "rg-platform"
VAULT = "kv-local"
CERTIFICATE = "orders-client"
LOCATION = "westeurope"

_VAULT_PATH = f"{SUBSCRIPTION_PATH}/resourceGroups/{GROUP}/providers/Microsoft.KeyVault/vaults/{VAULT}"
_OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
_KEY_VAULT_ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"


def exists(azure: Azure) -> bool:
    """Whether it was made: `reset` brings it back, deleting a part of it does not."""
    return azure.store.get("/landing-zone") is not None


def seed(azure: Azure, principal_id: str) -> None:
    """Makes it in a new home; `principal_id` is who deploys."""
    if exists(azure):
        return
    resource_groups.create(azure.store, f"{SUBSCRIPTION_PATH}/resourceGroups/{GROUP}", LOCATION)
    for subscription in SUBSCRIPTION_PATHS:
        for role in (_OWNER, _KEY_VAULT_ADMINISTRATOR):
            role_assignments.grant(azure.store, subscription, role, principal_id)
    properties = {
        "tenantId": TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [],
        "enableRbacAuthorization": True,
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": 90,
        "publicNetworkAccess": "Enabled",
    }
    azure.store.put(_VAULT_PATH, vaults.body_of(_VAULT_PATH, LOCATION, properties))
    policy = certificates.client_policy(f"CN={CERTIFICATE}")
    certificates.create(azure.store, VAULT, CERTIFICATE, {"policy": policy})
    azure.store.put("/landing-zone", {})
