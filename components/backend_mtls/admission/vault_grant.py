"""The right to read certificates from a Key Vault, by itself. Pure values, and what is wrong with them.

Sources: learn.microsoft.com/azure/key-vault/general/rbac-guide, azure-docs#122202 (which role), azure-docs#90067 and
#114880 (a user-assigned identity does not pass the vault's firewall), facts of API Management (secret get and list).
"""

import re
from dataclasses import dataclass
from typing import Literal

from backend_mtls.admission.conflicts import GRANT, Declaration
from backend_mtls.admission.inputs import Input, known
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.errors import Problem, Where

_SECRET = re.compile(r"[0-9A-Za-z-]{1,127}")
VAULT_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.KeyVault/vaults/(?P<vault>[^/]+)",
    re.IGNORECASE,
)
"""ARM ids of vaults."""


@dataclass(frozen=True, kw_only=True)
class VaultGrant:
    """Who may read what of which vault."""

    vault_id: Input[str]
    """ARM id of the vault; it may be in another resource group than the service, for a role also in another
    subscription. azure-native writes an access policy in its own subscription only: for a vault in another one, give
    the component a provider of that subscription (`opts`)."""
    kind: Literal["role", "access_policy"] = "role"
    """`role`: Key Vault Certificate User, for a vault with RBAC authorization. `access_policy`: secret get and list,
    for a vault with access policies. One of the other kind has no effect, and is refused. Left out: a role."""
    secret_name: Input[str] | None = None
    """Grants the role for this one secret (a certificate's secret has the certificate's name). Left out: for the whole
    vault. An access policy is always for the whole vault."""
    identity: UserAssignedIdentity | None = None
    """A user-assigned identity of the service. Left out: its system-assigned identity."""
    vault_firewall: bool | None = None
    """Whether the vault's firewall is on: then only the system-assigned identity is let through. Left out: Azure is
    asked, when the identity is a user-assigned one; a vault that cannot be read is taken to have none."""


def firewall_problems(*, user_assigned: bool, firewall: bool) -> list[Problem]:
    """A problem when a user-assigned identity should read from a vault whose firewall is on."""
    if not (user_assigned and firewall):
        return []
    return [
        Problem(
            what="A user-assigned identity is not let through the vault's firewall",
            where=Where.of("vault_firewall"),
            got="a user-assigned identity, and a vault with its firewall on",
            allowed="the system-assigned identity of a service with line of sight to the vault",
            fix="leave the identity out, so that the system-assigned one reads it, or switch the firewall off",
        )
    ]


def kind_problems(kind: Literal["role", "access_policy"], *, takes_roles: bool | None) -> list[Problem]:
    """A problem when the vault ignores this kind of grant; None: what it takes is not known."""
    if takes_roles is None or takes_roles == (kind == "role"):
        return []
    given, taken = ("a role", "access policies") if kind == "role" else ("an access policy", "roles")
    other = "access_policy (accessPolicy in a stack's file)" if kind == "role" else "role"
    switch = "true" if kind == "role" else "false"
    return [
        Problem(
            what="A grant of this kind has no effect on the vault",
            where=Where.of("kind"),
            got=f"{given}, and a vault that takes {taken}",
            allowed=f"kind {other} on this vault",
            fix=f"set kind to {other}, or switch the vault over: az keyvault update --name VAULT "
            f"--enable-rbac-authorization {switch}",
        )
    ]


def once(grant: VaultGrant, service: str) -> list[Declaration]:
    """What no other grant may be, however it is spelt: the same right for the same identity of a service."""
    vault_id, secret_name = known(grant.vault_id), known(grant.secret_name)
    principal = known(grant.identity.resource_id) if grant.identity else "system-assigned identity"
    if vault_id is None or principal is None or (grant.secret_name is not None and secret_name is None):
        return []
    of = f"{vault_id}/secrets/{secret_name}" if secret_name else vault_id
    value = f"{grant.kind} of the {principal} of {service} at {of}"
    return [Declaration(kind=GRANT, owner=service, value=value, where=Where.of("vault_id"))]


def problems(grant: VaultGrant, *, firewall: bool, takes_roles: bool | None = None) -> list[Problem]:
    """What is wrong with the grant, for a vault with or without a firewall, that takes roles or access policies."""
    vault_id, secret_name = known(grant.vault_id), known(grant.secret_name)
    found = firewall_problems(user_assigned=grant.identity is not None, firewall=firewall)
    found += kind_problems(grant.kind, takes_roles=takes_roles)
    if vault_id is not None and not VAULT_ID.fullmatch(vault_id):
        found.append(
            Problem(
                what="The vault is not named by its ARM id",
                where=Where.of("vault_id"),
                got=vault_id,
                allowed="/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/<name>",
                fix="copy the resource id from the vault's properties",
            )
        )
    if secret_name is not None and not _SECRET.fullmatch(secret_name):
        found.append(
            Problem(
                what="The name of the secret is malformed",
                where=Where.of("secret_name"),
                got=secret_name,
                allowed="1-127 letters, digits and hyphens",
                fix="name the certificate's secret, or leave it out for the whole vault",
            )
        )
    elif grant.kind == "access_policy" and grant.secret_name is not None:
        found.append(
            Problem(
                what="An access policy cannot be limited to one secret",
                where=Where.of("secret_name"),
                got=secret_name or "a secret",
                allowed="a role at the scope of one secret, or an access policy for the whole vault",
                fix='leave secret_name out, or use kind="role" on a vault with RBAC authorization',
            )
        )
    return found
