"""The gateway identity's right to read certificates from a Key Vault.

Owns: one role assignment, Key Vault Certificate User, on the vault.
Does not own: the vault, its access policies, its firewall.
Source: learn.microsoft.com/azure/key-vault/general/rbac-guide and azure-docs#122202.
"""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import authorization

from components import version_aliases
from components.api_management import ApiManagement

KEY_VAULT_CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
"""Id of the built-in role: reads certificates with their secrets, and changes nothing."""


@dataclass(frozen=True, kw_only=True)
class VaultAccessArgs:
    """Who may read which vault."""

    service: ApiManagement
    """The service whose system-assigned identity gets the right."""
    vault_id: str
    """ARM id of the vault, which must use RBAC authorization."""


class VaultAccess(pulumi.ComponentResource):
    """One role assignment.

    In Azure it can take some minutes to take effect (terraform-provider-azurerm#25478): when the first deployment of a
    certificate is refused because of missing access, deploy again. While the service itself changes, a preview shows
    the assignment as replaced, since azure-native does not know the principal id in advance; `up` leaves it.
    """

    def __init__(self, name: str, args: VaultAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("backend-mtls:index:VaultAccess", name, {}, version_aliases.without(opts))
        subscription = "/".join(args.vault_id.split("/")[:3])
        role = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{KEY_VAULT_CERTIFICATE_USER}"
        self.assignment = authorization.RoleAssignment(
            name,
            scope=args.vault_id,
            role_definition_id=role,
            principal_id=args.service.principal_id,
            principal_type="ServicePrincipal",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"vaultId": args.vault_id, "role": "Key Vault Certificate User"})
