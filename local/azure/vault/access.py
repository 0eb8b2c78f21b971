"""Who may do what in a vault: Azure RBAC, from the role assignments in the store.

source: learn.microsoft.com/azure/role-based-access-control/built-in-roles/security (data actions of each role); the
text of the refusal as Key Vault words it, without the caller's application id.
"""

from typing import Literal

from local.azure.store import Entity, Store
from local.azure.vault.errors import VaultError
from local.endpoints import SUBSCRIPTION_ID

Action = Literal["secrets/getSecret", "certificates/read", "certificates/write"]

_EVERYTHING: frozenset[Action] = frozenset({"secrets/getSecret", "certificates/read", "certificates/write"})
_ROLES: dict[str, frozenset[Action]] = {
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": _EVERYTHING,  # Key Vault Administrator
    "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba": frozenset({"secrets/getSecret", "certificates/read"}),  # …Certificate User
    "4633458b-17de-408a-b874-0445c86b69e6": frozenset({"secrets/getSecret"}),  # Key Vault Secrets User
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": frozenset({"secrets/getSecret"}),  # Key Vault Secrets Officer
    "a4417e6f-fecd-4de8-b567-7b0420556985": frozenset(
        {"certificates/read", "certificates/write"}
    ),  # …Certificates Officer
    "21090545-7ca7-4776-b22c-e363652d74d2": frozenset({"certificates/read"}),  # Key Vault Reader
}


def vault_entity(store: Store, vault: str) -> Entity:
    """The vault's ARM entity: names of vaults are unique in all of Azure."""
    groups = store.children(f"/subscriptions/{SUBSCRIPTION_ID}", "resourceGroups")
    for group in groups:
        if found := store.get(f"{group.id}/providers/Microsoft.KeyVault/vaults/{vault}"):
            return found
    raise VaultError("not_found", f"The vault '{vault}' does not exist.", code="VaultNotFound")


def demand(store: Store, vault: str, action: Action, name: str, principal_id: str) -> None:
    """Raises VaultError unless a role assignment at the object, vault, group or subscription allows the action."""
    entity = vault_entity(store, vault)
    if not entity.body.get("properties", {}).get("enableRbacAuthorization"):
        raise VaultError("forbidden", "Local Azure serves vaults with RBAC authorization only, not access policies.")
    resource = f"{entity.id}/{action.split('/')[0]}/{name}"
    group = entity.id[: entity.id.lower().index("/providers/")]
    for scope in (resource, entity.id, group, group[: group.lower().index("/resourcegroups/")]):
        for assignment in store.children(f"{scope}/providers/Microsoft.Authorization", "roleAssignments"):
            properties = assignment.body["properties"]
            role = properties["roleDefinitionId"].rsplit("/", 1)[-1].lower()
            if properties["principalId"].lower() == principal_id.lower() and action in _ROLES.get(role, ()):
                return
    raise VaultError("forbidden", _refusal(entity, action, resource, principal_id, vault), inner="ForbiddenByRbac")


def _refusal(entity: Entity, action: Action, resource: str, principal_id: str, vault: str) -> str:
    verb = "" if action == "certificates/read" else "/action"
    operation = f"Microsoft.KeyVault/vaults/{action}{verb}"
    return (
        "Caller is not authorized to perform action on resource.\r\n"
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation"
        f" time.\r\nCaller: oid={principal_id}\r\nAction: '{operation}'\r\nResource: '{resource}'\r\n"
        "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\n"
        f"Vault: {vault};location={entity.body.get('location', '')}\r\n"
    )
