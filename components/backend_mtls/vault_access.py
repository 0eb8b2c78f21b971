"""The right of an identity of the gateway to read certificates from a Key Vault.

Owns: one role assignment, or one access policy.
Does not own: the vault, its firewall, or the identity; a grant that exists already is only declared (`from_existing`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import authorization, keyvault

from backend_mtls import adoption, asking, gate
from backend_mtls.admission import definition, tokens, vault_grant
from backend_mtls.admission.inputs import Input, is_later, known
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.admission.vault_grant import VAULT_ID, VaultGrant
from backend_mtls.admission.verdict import Verdict
from backend_mtls.api_management import ApiManagement
from backend_mtls.late import combined, output
from backend_mtls.vault import firewall
from backend_mtls.vault.roles import KEY_VAULT_CERTIFICATE_USER

if TYPE_CHECKING:
    from backend_mtls.dicts import ExistingVaultAccessArgsDict, VaultAccessArgsDict


@dataclass(frozen=True, kw_only=True)
class VaultAccessArgs(VaultGrant):
    """A grant that this program makes."""

    service: ApiManagement
    """The service whose identity gets the right."""


@dataclass(frozen=True, kw_only=True)
class ExistingVaultAccessArgs(VaultGrant):
    """A grant that somebody else made: nothing is created, and only what is declared is checked."""

    service: ApiManagement
    """The service whose identity has the right."""


class VaultAccess(pulumi.ComponentResource):
    """One grant. A certificate that names it as its `access` is created after it, and deleted before it.

    In Azure a role can take some minutes to take effect (terraform-provider-azurerm#25478): when the first deployment
    of a certificate is refused because of missing access, deploy again. While the service itself changes, a preview
    shows the role assignment as replaced, since azure-native does not know the principal id in advance; `up` leaves it.

    Refuses a malformed vault id, an access policy for a single secret, a user-assigned identity for a vault whose
    firewall is on, a role on a vault that takes access policies and the reverse (Azure is asked), and a grant that
    another component makes already.
    """

    def __init__(
        self,
        name: str,
        args: "VaultAccessArgs | ExistingVaultAccessArgs | VaultAccessArgsDict | ExistingVaultAccessArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        place = f"VaultAccess {name}"
        args = gate.arguments(place, args, VaultAccessArgs, ExistingVaultAccessArgs)
        entry = gate.Entry(place, opts)
        super().__init__(tokens.of("VaultAccess"), name, {}, entry.options)
        makes_it = isinstance(args, VaultAccessArgs)
        vault = self._vault(args) if makes_it or (args.identity and args.vault_firewall is None) else _Vault()
        known_firewall = _firewall(args, vault) if isinstance(vault, _Vault) else args.vault_firewall
        self.grant = VaultGrant(**(definition.values(VaultGrant, args) | {"vault_firewall": known_firewall}))
        """What is granted, and whether the vault's firewall is on, as far as it is known."""
        entry.check(
            _verdict, VaultGrant(**definition.values(VaultGrant, args)), vault, args.service.key if makes_it else None
        )
        self.resources: list[pulumi.Resource] = []
        """What a certificate has to wait for. Empty for a grant that exists already."""
        if isinstance(args, VaultAccessArgs) and (is_later(args.vault_id) or VAULT_ID.fullmatch(str(args.vault_id))):
            principal = args.identity.principal_id if args.identity else args.service.principal_id
            grant = self._assign if args.kind == "role" else self._add_policy
            self.resources = [grant(name, args, principal)]
        self.register_outputs({"vaultId": args.vault_id, "kind": args.kind})

    @classmethod
    def from_existing(
        cls,
        name: str,
        *,
        service: ApiManagement,
        vault_id: Input[str],
        identity: UserAssignedIdentity | None = None,
        vault_firewall: bool | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "VaultAccess":
        """A grant that exists already: nothing is created, and what is known of it is checked."""
        args = ExistingVaultAccessArgs(
            service=service, vault_id=vault_id, identity=identity, vault_firewall=vault_firewall
        )
        return cls(name, args, opts)

    def _vault(self, args: VaultGrant) -> "Input[_Vault]":
        """What Azure says of the vault; nothing of one that it does not show, or that is made in this program."""
        if is_later(args.vault_id):
            return output(args.vault_id).apply(self._vault_later)
        names = _names(str(args.vault_id))
        return _described(adoption.live("keyvault:getVault", names, self) if names else None, str(args.vault_id))

    async def _vault_later(self, vault_id: str) -> "_Vault":
        names = _names(vault_id)
        try:
            return _described(await asking.ask_later("keyvault:getVault", names, self) if names else None, vault_id)
        except asking.AskingError:
            return _Vault()

    def _assign(self, name: str, args: VaultAccessArgs, principal: Input[str]) -> pulumi.Resource:
        assignment: pulumi.Resource = authorization.RoleAssignment(
            name,
            scope=combined(_scope, args.vault_id, args.secret_name),
            role_definition_id=combined(_role, args.vault_id),
            principal_id=principal,
            principal_type="ServicePrincipal",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return assignment

    def _add_policy(self, name: str, args: VaultAccessArgs, principal: Input[str]) -> pulumi.Resource:
        policy: pulumi.Resource = keyvault.AccessPolicy(
            name,
            resource_group_name=combined(lambda vault: _names(vault)["resource_group_name"], args.vault_id),
            vault_name=combined(lambda vault: _names(vault)["vault_name"], args.vault_id),
            policy=keyvault.AccessPolicyEntryArgs(
                object_id=principal,
                tenant_id=args.service.tenant_id,
                permissions=keyvault.PermissionsArgs(secrets=["get", "list"]),
            ),
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=False),
        )
        return policy


@dataclass(frozen=True, kw_only=True)
class _Vault:
    """What Azure says of a vault, as far as it says anything."""

    has_firewall: bool = False
    takes_roles: bool | None = None


def _firewall(grant: VaultGrant, vault: _Vault) -> bool:
    """As declared, or as Azure says, where it makes a difference."""
    if grant.vault_firewall is not None or grant.identity is None:
        return bool(grant.vault_firewall)
    return vault.has_firewall


def _verdict(grant: VaultGrant, vault: Input[_Vault], grants_on: str | None) -> Verdict:
    """`grants_on` names the service of a grant that this program makes; None for one that exists already."""
    found = known(vault) or _Vault()
    takes_roles = found.takes_roles if grants_on is not None else None
    return Verdict(
        problems=vault_grant.problems(grant, firewall=_firewall(grant, found), takes_roles=takes_roles),
        declarations=vault_grant.once(grant, grants_on) if grants_on is not None else [],
    )


def _scope(vault_id: str, secret_name: str | None) -> str:
    return f"{vault_id}/secrets/{secret_name}" if secret_name else vault_id


def _role(vault_id: str) -> str:
    found = VAULT_ID.fullmatch(vault_id)
    roles = "providers/Microsoft.Authorization/roleDefinitions"
    return f"/subscriptions/{found['subscription'] if found else ''}/{roles}/{KEY_VAULT_CERTIFICATE_USER}"


def _names(vault_id: str) -> dict[str, str]:
    found = VAULT_ID.fullmatch(vault_id)
    return {"resource_group_name": found["group"], "vault_name": found["vault"]} if found else {}


def _described(found: dict[str, Any] | None, vault_id: str) -> _Vault:
    if not found or str(found.get("id")).lower() != vault_id.lower():  # another subscription has one of that name
        return _Vault()
    properties = found.get("properties") or {}
    return _Vault(has_firewall=firewall.is_on(properties), takes_roles=firewall.takes_roles(properties))
