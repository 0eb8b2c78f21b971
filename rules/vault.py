"""Who may read which Key Vault, and whether a firewall is in front of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from rules.graph import Graph, Mark, Resource

ROLES = {
    "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba": "Key Vault Certificate User",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
    "a4417e6f-fecd-4de8-b567-7b0420556985": "Key Vault Certificates Officer",
    "14b46e9e-c2b7-41b4-b07b-48a6ebf60603": "Key Vault Crypto Officer",
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
    "21090545-7ca7-4776-b22c-e363652d74d2": "Key Vault Reader",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
}
"""Built-in roles: learn.microsoft.com/azure/role-based-access-control/built-in-roles."""
READING_ROLES = frozenset(
    {
        "Key Vault Certificate User",
        "Key Vault Secrets User",
        "Key Vault Secrets Officer",
        "Key Vault Administrator",
    }
)
"""Those that let an identity read a certificate with its key (the secret's value)."""
_VAULT = "/providers/microsoft.keyvault/vaults/"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role assignment, or an access policy."""

    resource: Resource
    """The azure-native resource."""
    principal_id: str | None
    """Object id of whom it is granted to; None when it is known only after the deployment."""
    role: str | None
    """Name of the role, or its id when it is no built-in one of `ROLES`; None for an access policy."""
    permissions: tuple[str, ...]
    """Permissions of an access policy, each `secrets/get`; empty for a role."""
    scope: str | None
    """ARM id that a role is for; of an access policy the vault's name alone."""
    vault: str | None
    """Name of the vault, lower case; None when the scope is wider, or not known."""
    secret: str | None
    """The one secret that it is for; None when it is for the whole vault."""

    @property
    def reads(self) -> bool:
        """Whether it lets somebody read a certificate with its key. A role that is not known may."""
        if self.role is not None:
            return self.role in READING_ROLES or self.role not in ROLES.values()
        return "secrets/get" in self.permissions or "secrets/all" in self.permissions


@dataclass(frozen=True, kw_only=True)
class Vault:
    """A vault that the stack owns."""

    resource: Resource
    """The azure-native resource."""
    name: str | None
    """Its name, lower case."""
    has_firewall: bool
    """Whether it lets only listed networks in."""


def grants(graph: Graph) -> tuple[Grant, ...]:
    """All grants in a vault, or in something around one."""
    roles = [_role(each) for each in graph.of_type("authorization:RoleAssignment")]
    return tuple(roles + [_access_policy(each) for each in graph.of_type("keyvault:AccessPolicy")])


def vaults(graph: Graph) -> tuple[Vault, ...]:
    """All vaults of the stack."""
    return tuple(_vault(each) for each in graph.of_type("keyvault:Vault"))


def vault_of(secret_url: str | None) -> str | None:
    """The name of the vault that a secret's URL is in, lower case."""
    try:
        host = urlsplit(secret_url or "").hostname
    except ValueError:
        return None
    return host.partition(".")[0] if host else None


def secret_of(secret_url: str | None) -> str | None:
    """The name of the secret in its URL."""
    parts = (secret_url or "").partition("://")[2].split("/")
    return parts[2] if len(parts) > 2 and parts[2] else None


def _role(resource: Resource) -> Grant:
    scope, definition = resource.text("scope"), resource.text("roleDefinitionId")
    inner = scope.lower().partition(_VAULT)[2].split("/") if scope else [""]
    role = definition.rpartition("/")[2] if definition else None
    return Grant(
        resource=resource,
        principal_id=resource.text("principalId"),
        role=ROLES.get(role.lower(), role) if role else "",
        permissions=(),
        scope=scope,
        vault=inner[0] or None,
        secret=inner[2] if len(inner) > 2 and inner[1] == "secrets" else None,
    )


def _access_policy(resource: Resource) -> Grant:
    permissions = resource.get("policy", "permissions")
    named = permissions.items() if isinstance(permissions, Mapping) else ()
    vault = resource.text("vaultName")
    return Grant(
        resource=resource,
        principal_id=resource.text("policy", "objectId"),
        role=None,
        permissions=tuple(f"{kind}/{each}".lower() for kind, listed in named if listed for each in listed),
        scope=vault,
        vault=vault.lower() if vault else None,
        secret=None,
    )


def _vault(resource: Resource) -> Vault:
    denies = resource.get("properties", "networkAcls", "defaultAction") == "Deny"
    closed = resource.get("properties", "publicNetworkAccess")
    name = resource.text("vaultName")
    is_closed = not isinstance(closed, Mark) and str(closed).lower() == "disabled"
    return Vault(resource=resource, name=name.lower() if name else None, has_firewall=denies or is_closed)
