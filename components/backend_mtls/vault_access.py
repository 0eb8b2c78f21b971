"""The right of an identity of the gateway to read certificates from a Key Vault.

Owns: one role assignment, or one access policy.
Does not own: the vault, its firewall, or the identity; a grant that exists already is only declared (`existing`).
Sources: learn.microsoft.com/azure/key-vault/general/rbac-guide, azure-docs#122202 (which role), azure-docs#90067 and
#114880 (a user-assigned identity does not pass the vault's firewall), facts of API Management (secret get and list).
"""

import re
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_azure_native import authorization, keyvault

from backend_mtls import adoption, gate
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.api_management import ApiManagement
from backend_mtls.errors import Problem, located

KEY_VAULT_CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
"""Id of the built-in role: reads certificates with their secrets, and changes nothing."""
_SECRET = re.compile(r"[0-9A-Za-z-]{1,127}")
_VAULT_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.KeyVault/vaults/(?P<vault>[^/]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class VaultAccessArgs:
    """Who may read what of which vault."""

    service: ApiManagement
    """The service whose identity gets the right."""
    vault_id: str
    """ARM id of the vault; it may be in another resource group than the service, for a role also in another
    subscription. azure-native writes an access policy in its own subscription only: for a vault in another one, give
    the component a provider of that subscription (`opts`)."""
    kind: Literal["role", "access_policy"] = "role"
    """`role`: Key Vault Certificate User, for a vault with RBAC authorization. `access_policy`: secret get and list,
    for a vault with access policies. A grant of the other kind has no effect on the vault. Left out: a role."""
    secret_name: str | None = None
    """Grants the role for this one secret (a certificate's secret has the certificate's name). Left out: for the whole
    vault. An access policy is always for the whole vault."""
    identity: UserAssignedIdentity | None = None
    """A user-assigned identity of the service. Left out: its system-assigned identity."""
    vault_firewall: bool | None = None
    """Whether the vault's firewall is on: then only the system-assigned identity is let through. Left out: Azure is
    asked, when the identity is a user-assigned one; a vault that cannot be read is taken to have none."""
    existing: bool = False
    """Whether somebody else granted it already: then nothing is created, and only what is declared is checked."""


class VaultAccess(pulumi.ComponentResource):
    """One grant. A certificate that names it as its `access` is created after it, and deleted before it.

    In Azure a role can take some minutes to take effect (terraform-provider-azurerm#25478): when the first deployment
    of a certificate is refused because of missing access, deploy again. While the service itself changes, a preview
    shows the role assignment as replaced, since azure-native does not know the principal id in advance; `up` leaves it.

    Refuses a malformed vault id, an access policy for a single secret, and a user-assigned identity for a vault whose
    firewall is on.
    """

    def __init__(self, name: str, args: VaultAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        gate.check_types(f"VaultAccess {name}", args, VaultAccessArgs)
        self.vault_firewall = _has_firewall(args)
        """Whether the vault's firewall is on, as far as it is known."""
        found = located(f"VaultAccess {name}", problems(args, firewall=self.vault_firewall))
        super().__init__("backend-mtls:index:VaultAccess", name, {}, gate.options(opts, found))
        self.vault_id = args.vault_id
        self.identity = args.identity
        self.resources: list[pulumi.Resource] = []
        """What a certificate has to wait for. Empty for a grant that exists already."""
        vault = _VAULT_ID.fullmatch(args.vault_id)
        if vault and not args.existing:
            principal = args.identity.principal_id if args.identity else args.service.principal_id
            grant = self._assign if args.kind == "role" else self._add_policy
            self.resources = [grant(name, args, vault, principal)]
        self.register_outputs({"vaultId": args.vault_id, "kind": args.kind})

    @classmethod
    def from_existing(
        cls,
        name: str,
        *,
        service: ApiManagement,
        vault_id: str,
        identity: UserAssignedIdentity | None = None,
        vault_firewall: bool | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "VaultAccess":
        """A grant that exists already: nothing is created, and what is known of it is checked."""
        args = VaultAccessArgs(
            service=service, vault_id=vault_id, identity=identity, vault_firewall=vault_firewall, existing=True
        )
        return cls(name, args, opts)

    def _assign(
        self, name: str, args: VaultAccessArgs, vault: re.Match[str], principal: pulumi.Input[str]
    ) -> pulumi.Resource:
        roles = f"/subscriptions/{vault['subscription']}/providers/Microsoft.Authorization/roleDefinitions"
        assignment: pulumi.Resource = authorization.RoleAssignment(
            name,
            scope=f"{args.vault_id}/secrets/{args.secret_name}" if args.secret_name else args.vault_id,
            role_definition_id=f"{roles}/{KEY_VAULT_CERTIFICATE_USER}",
            principal_id=principal,
            principal_type="ServicePrincipal",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return assignment

    def _add_policy(
        self, name: str, args: VaultAccessArgs, vault: re.Match[str], principal: pulumi.Input[str]
    ) -> pulumi.Resource:
        policy: pulumi.Resource = keyvault.AccessPolicy(
            name,
            resource_group_name=vault["group"],
            vault_name=vault["vault"],
            policy=keyvault.AccessPolicyEntryArgs(
                object_id=principal,
                tenant_id=args.service.tenant_id,
                permissions=keyvault.PermissionsArgs(secrets=["get", "list"]),
            ),
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=False),
        )
        return policy


def firewall_problems(*, user_assigned: bool, firewall: bool) -> list[Problem]:
    """A problem when a user-assigned identity should read from a vault whose firewall is on."""
    if not (user_assigned and firewall):
        return []
    return [
        Problem(
            what="A user-assigned identity is not let through the vault's firewall",
            where="vault_firewall",
            got="a user-assigned identity, and a vault with its firewall on",
            allowed="the system-assigned identity of a service with line of sight to the vault",
            fix="leave the identity out, so that the system-assigned one reads it, or switch the firewall off",
        )
    ]


def _has_firewall(args: VaultAccessArgs) -> bool:
    if args.vault_firewall is not None or args.identity is None:
        return bool(args.vault_firewall)
    vault = _VAULT_ID.fullmatch(args.vault_id)
    names = {"resource_group_name": vault["group"], "vault_name": vault["vault"]} if vault else None
    found = adoption.live("getVault", names, "keyvault") if names else None
    if not found or str(found.get("id")).lower() != args.vault_id.lower():
        return False
    known = found.get("properties") or {}
    denies = (known.get("networkAcls") or {}).get("defaultAction") == "Deny"
    return denies or known.get("publicNetworkAccess") == "Disabled"


def problems(args: VaultAccessArgs, *, firewall: bool) -> list[Problem]:
    """What is wrong with the arguments, for a vault with or without a firewall."""
    found = firewall_problems(user_assigned=args.identity is not None, firewall=firewall)
    if not _VAULT_ID.fullmatch(args.vault_id):
        found.append(
            Problem(
                what="The vault is not named by its ARM id",
                where="vault_id",
                got=args.vault_id,
                allowed="/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/<name>",
                fix="copy the resource id from the vault's properties",
            )
        )
    if args.secret_name is not None and not _SECRET.fullmatch(args.secret_name):
        found.append(
            Problem(
                what="The name of the secret is malformed",
                where="secret_name",
                got=args.secret_name,
                allowed="1-127 letters, digits and hyphens",
                fix="name the certificate's secret, or leave it out for the whole vault",
            )
        )
    elif args.kind == "access_policy" and args.secret_name:
        found.append(
            Problem(
                what="An access policy cannot be limited to one secret",
                where="secret_name",
                got=args.secret_name,
                allowed="a role at the scope of one secret, or an access policy for the whole vault",
                fix='leave secret_name out, or use kind="role" on a vault with RBAC authorization',
            )
        )
    return found
