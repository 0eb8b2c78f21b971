"""What can be done with the objects of a vault, and what it is called by RBAC and by access policies.

source: learn.microsoft.com/azure/role-based-access-control/permissions/security (data actions of Microsoft.KeyVault);
REST 2024-11-01, Permissions (certificates, secrets).
"""

from typing import Literal

Operation = Literal[
    "secrets/get",
    "secrets/list",
    "certificates/get",
    "certificates/list",
    "certificates/create",
    "certificates/import",
    "certificates/update",
    "certificates/delete",
    "certificates/recover",
    "certificates/purge",
]
"""Kind of object and the access policy's permission that it needs."""

DATA_ACTIONS: dict[Operation, str] = {
    "secrets/get": "secrets/getSecret/action",
    "secrets/list": "secrets/readMetadata/action",
    "certificates/get": "certificates/read",
    "certificates/list": "certificates/read",
    "certificates/create": "certificates/create/action",
    "certificates/import": "certificates/import/action",
    "certificates/update": "certificates/update/action",
    "certificates/delete": "certificates/delete",
    "certificates/recover": "certificates/recover/action",
    "certificates/purge": "certificates/purge/action",
}
"""RBAC's name for each, below `Microsoft.KeyVault/vaults/`."""
