"""Who may do what in a vault without RBAC authorization: the access policies in the vault's own body.

source: REST 2024-11-01, AccessPolicyEntry; learn.microsoft.com/azure/key-vault/general/rest-error-codes (the text of
the refusal, here without the caller's application id). An entry with an `applicationId` is for a user who works
through that application: it opens nothing to a service principal or a managed identity.
"""

from local.azure.store import Entity, Json
from local.azure.vault.errors import VaultError
from local.azure.vault.operations import Operation
from local.endpoints import TENANT_ID


def demand(vault: Entity, operation: Operation, principal_id: str) -> None:
    """Raises VaultError unless one of the principal's access policies has the permission."""
    kind, _, permission = operation.partition("/")
    entries: list[Json] = vault.body["properties"].get("accessPolicies") or []
    for entry in entries:
        granted = {str(one).lower() for one in entry["permissions"].get(kind) or ()}
        own = entry["objectId"].lower() == principal_id.lower() and not entry.get("applicationId")
        if own and granted & {permission, "all"}:
            return
    name = f"{vault.id.rsplit('/', 1)[-1]};location={vault.body.get('location', '')}"
    text = (
        f"The user, group or application 'oid={principal_id};iss=https://sts.windows.net/{TENANT_ID}/' does not have"
        f" {kind} {permission} permission on key vault '{name}'. For help resolving this issue, please see"
        " https://go.microsoft.com/fwlink/?linkid=2125287"
    )
    raise VaultError("forbidden", text, inner="AccessDenied")
