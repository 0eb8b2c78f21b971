"""Who may do what in a vault with RBAC authorization: role assignments in the store.

source: learn.microsoft.com/azure/role-based-access-control/built-in-roles/security (data actions of each role); the
text of the refusal as Key Vault words it, without the caller's application id.
"""

from local.azure.store import Entity, Store
from local.azure.vault.errors import VaultError
from local.azure.vault.operations import DATA_ACTIONS, Operation

_CERTIFICATES = frozenset(operation for operation in DATA_ACTIONS if operation.startswith("certificates/"))
_SECRETS: frozenset[Operation] = frozenset({"secrets/get", "secrets/list"})
_READ: frozenset[Operation] = frozenset({"certificates/get", "certificates/list"})
_ROLES: dict[str, frozenset[Operation]] = {
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": _CERTIFICATES | _SECRETS,  # Key Vault Administrator
    "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba": _READ | _SECRETS,  # Key Vault Certificate User
    "4633458b-17de-408a-b874-0445c86b69e6": _SECRETS,  # Key Vault Secrets User
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": _SECRETS,  # Key Vault Secrets Officer
    "a4417e6f-fecd-4de8-b567-7b0420556985": _CERTIFICATES,  # Key Vault Certificates Officer
    "21090545-7ca7-4776-b22c-e363652d74d2": _READ | {"secrets/list"},  # Key Vault Reader
}


def demand(store: Store, vault: Entity, operation: Operation, name: str, principal_id: str) -> None:
    """Raises VaultError unless a role at the object, vault, group or subscription allows the operation."""
    resource = f"{vault.id}/{operation.split('/')[0]}/{name}"
    group = vault.id[: vault.id.lower().index("/providers/")]
    for scope in (resource, vault.id, group, group[: group.lower().index("/resourcegroups/")]):
        for assignment in store.children(f"{scope}/providers/Microsoft.Authorization", "roleAssignments"):
            properties = assignment.body["properties"]
            role = properties["roleDefinitionId"].rsplit("/", 1)[-1].lower()
            if properties["principalId"].lower() == principal_id.lower() and operation in _ROLES.get(role, ()):
                return
    raise VaultError("forbidden", _refusal(vault, operation, resource, principal_id), inner="ForbiddenByRbac")


def _refusal(vault: Entity, operation: Operation, resource: str, principal_id: str) -> str:
    return (
        "Caller is not authorized to perform action on resource.\r\n"
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation"
        f" time.\r\nCaller: oid={principal_id}\r\nAction: 'Microsoft.KeyVault/vaults/{DATA_ACTIONS[operation]}'\r\n"
        f"Resource: '{resource}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\n"
        f"Vault: {vault.id.rsplit('/', 1)[-1]};location={vault.body.get('location', '')}\r\n"
    )
