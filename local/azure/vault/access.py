"""Who may do what in a vault. A vault is in one of two modes, and a grant of the other kind does nothing.

source: learn.microsoft.com/azure/key-vault/general/rbac-access-policy.
"""

from local.azure.store import Entity, Store
from local.azure.vault import access_policies, rbac
from local.azure.vault.errors import VaultError
from local.azure.vault.operations import Operation
from local.endpoints import SUBSCRIPTION_ID


def vault_entity(store: Store, vault: str) -> Entity:
    """The vault's ARM entity: names of vaults are unique in all of Azure."""
    groups = store.children(f"/subscriptions/{SUBSCRIPTION_ID}", "resourceGroups")
    for group in groups:
        if found := store.get(f"{group.id}/providers/Microsoft.KeyVault/vaults/{vault}"):
            return found
    raise VaultError("not_found", f"The vault '{vault}' does not exist.", code="VaultNotFound")


def demand(store: Store, vault: Entity, operation: Operation, name: str, principal_id: str) -> None:
    """Raises VaultError unless the principal may do this with the object `name`."""
    if vault.body["properties"].get("enableRbacAuthorization"):
        rbac.demand(store, vault, operation, name, principal_id)
    else:
        access_policies.demand(vault, operation, principal_id)
