"""Who may read which Key Vault, and whether a firewall is in front of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend_mtls.vault import firewall
from backend_mtls.vault.roles import READING_ROLES, ROLES

from rules.graph import Graph, Mark, Resource
from rules.places import entity_id, source_of
from rules.urls import host_of

_VAULT = "/providers/microsoft.keyvault/vaults/"
_MANAGEMENT_GROUP = "/providers/microsoft.management/managementgroups/"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role assignment, or an access policy."""

    resource: Resource
    """The azure-native resource: a role assignment, an access policy, or the vault that is declared with it."""
    principal_id: str | None
    """Object id of whom it is granted to; None when it is known only after the deployment."""
    role: str | None
    """Name of the role, or its id when it is no built-in one of `ROLES`; None for an access policy."""
    permissions: tuple[str, ...] | None
    """Permissions of an access policy, each `secrets/get`; empty for a role, None when they are not known."""
    scope: str | None
    """ARM id that a role is for; of an access policy the vault's name alone."""
    vault: str | None
    """Name of the vault, lower case; None when the scope is wider, or not known."""
    secret: str | None
    """The one secret that it is for, lower case; None when it is for the whole vault."""

    @property
    def label(self) -> str:
        """What it grants, as a reader knows it."""
        if self.role is None:
            return "access policy"
        return f"role {self.role}" if self.role else "role"

    @property
    def is_wide(self) -> bool:
        """Whether it is for a resource group, a subscription or a management group."""
        scope = (self.scope or "").lower().replace(_MANAGEMENT_GROUP, "/")
        return self.role is not None and self.scope is not None and "/providers/" not in scope

    def covers(self, vault: str, secret: str | None) -> bool:
        """Whether it is for this secret. Of a wider scope, or one that is not known, nobody can say that it is not."""
        if self.vault is None:
            return self.scope is None or self.is_wide
        return self.vault == vault and (self.secret is None or secret is None or self.secret == secret.lower())

    @property
    def reads(self) -> bool:
        """Whether it lets somebody read a certificate with its key. A role that is not known may."""
        if self.role is not None:
            return self.role in READING_ROLES or self.role not in ROLES.values()
        return self.permissions is None or not {"secrets/get", "secrets/all"}.isdisjoint(self.permissions)


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
    found = [_role(graph, each) for each in graph.of_type("authorization:RoleAssignment")]
    for each in graph.of_type("keyvault:AccessPolicy"):
        name = each.text("vaultName") or _name_of(source_of(graph, each, "vaultName", "Vault"))
        found.append(_access_policy(each, name, each.get("policy")))
    for each in graph.of_type("keyvault:Vault"):
        found += [_access_policy(each, _name_of(each), entry) for entry in _own_policies(each)]
    return tuple(found)


def vaults(graph: Graph) -> tuple[Vault, ...]:
    """All vaults of the stack."""
    return tuple(_vault(each) for each in graph.of_type("keyvault:Vault"))


def vault_of(secret_url: str | None) -> str | None:
    """The name of the vault that a secret's URL is in, lower case."""
    host = host_of(secret_url)
    return host.partition(".")[0] if host else None


def secret_of(secret_url: str | None) -> str | None:
    """The name of the secret in its URL."""
    parts = (secret_url or "").partition("://")[2].split("/")
    return parts[2] if len(parts) > 2 and parts[2] else None


def names_secret(url: str) -> bool:
    """Whether a URL in a vault is a secret's, not a certificate's or a key's."""
    return url.partition("://")[2].partition("/")[2].lstrip("/").lower().startswith("secrets/")


def _role(graph: Graph, resource: Resource) -> Grant:
    scope, definition = resource.text("scope"), resource.text("roleDefinitionId")
    inner = scope.lower().partition(_VAULT)[2].split("/") if scope else [_name_of(_scope(graph, resource)) or ""]
    role = definition.rpartition("/")[2] if definition else None
    return Grant(
        resource=resource,
        principal_id=resource.text("principalId"),
        role=ROLES.get(role.lower(), role) if role else "",
        permissions=(),
        scope=scope,
        vault=inner[0].lower() or None,
        secret=inner[2] if len(inner) > 2 and inner[1] == "secrets" else None,
    )


def _scope(graph: Graph, resource: Resource) -> Resource | None:
    """The vault that a scope comes from which is known only after the deployment."""
    return source_of(graph, resource, "scope", "Vault") if isinstance(resource.get("scope"), Mark) else None


def _name_of(vault: Resource | None) -> str | None:
    return entity_id(vault, "vaultName") if vault and vault.type.endswith(":keyvault:Vault") else None


def _access_policy(resource: Resource, vault: str | None, entry: object) -> Grant:
    given = entry if isinstance(entry, Mapping) else {}
    principal = given.get("objectId")
    return Grant(
        resource=resource,
        principal_id=principal if isinstance(principal, str) else None,
        role=None,
        permissions=_permissions(given.get("permissions") if isinstance(entry, Mapping) else entry),
        scope=vault,
        vault=vault.lower() if vault else None,
        secret=None,
    )


def _own_policies(vault: Resource) -> list[Any]:
    """The access policies that a vault is declared with; one that is not known, where the list is not."""
    declared = vault.inputs.get("properties")
    listed = declared.get("accessPolicies") if isinstance(declared, Mapping) else declared
    return listed if isinstance(listed, list) else [listed] if isinstance(listed, Mark) else []


def _permissions(given: object) -> tuple[str, ...] | None:
    if not isinstance(given, Mapping):
        return () if given is None else None
    lists = {kind: listed or [] for kind, listed in given.items()}
    if not all(isinstance(listed, list) and all(isinstance(each, str) for each in listed) for listed in lists.values()):
        return None
    return tuple(f"{kind}/{each}".lower() for kind, listed in lists.items() for each in listed)


def _vault(resource: Resource) -> Vault:
    name, properties = _name_of(resource), resource.get("properties")
    has_firewall = isinstance(properties, Mapping) and firewall.is_on(properties)
    return Vault(resource=resource, name=name.lower() if name else None, has_firewall=has_firewall)
