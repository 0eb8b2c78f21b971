"""Vaults and grants of a raw azure-native program, as a rule's tests declare them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backend_mtls.vault.roles import ROLES
from rule_resources import resource

from rules.graph import Resource

SUBSCRIPTION = "/subscriptions/s"
VAULT_ID = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
PRINCIPAL = "11111111-1111-1111-1111-111111111111"
SOMEBODY = "22222222-2222-2222-2222-222222222222"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_IDS = {name: identity for identity, name in ROLES.items()}


def vault(name: str = "vault", /, **given: Any) -> Resource:
    """The vault `kv`, open to every network."""
    return resource("keyvault:Vault", name, **({"vaultName": "kv", "resourceGroupName": "rg"} | given))


def closed_vault(**given: Any) -> Resource:
    """The same behind its firewall."""
    return vault(properties={"networkAcls": {"defaultAction": "Deny"}}, **given)


def role(name: str = "Key Vault Certificate User", /, **given: Any) -> Resource:
    """A role in the vault `kv`, for the service whose principal is `PRINCIPAL`."""
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{_IDS.get(name, name)}"
    own = {"scope": VAULT_ID, "roleDefinitionId": definition, "principalId": PRINCIPAL}
    return resource("authorization:RoleAssignment", given.pop("name", "access"), **(own | given))


def access_policy(*, principal: str = PRINCIPAL, after: Sequence[Resource] = (), **permissions: Any) -> Resource:
    """An access policy of the vault `kv`, for the service whose principal is `PRINCIPAL`."""
    policy = {"objectId": principal, "tenantId": "t", "permissions": permissions}
    return resource("keyvault:AccessPolicy", "policy", vaultName="kv", policy=policy, after=after)


def known_service(service: Resource, principal: str = PRINCIPAL) -> Resource:
    """A service that exists, with the principal of its identity."""
    return replace(service, outputs={"identity": {"type": "SystemAssigned", "principalId": principal}})


def coming_from(resource: Resource, sources: Mapping[str, Resource]) -> Resource:
    """The resource with inputs that come from others."""
    names = {key: (each.urn,) for key, each in sources.items()}
    return replace(
        resource,
        property_dependencies=names,
        dependencies=resource.dependencies | {each.urn for each in sources.values()},
    )
