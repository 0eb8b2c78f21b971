"""Whose a grant is: whether it lets the identity of a gateway read a secret, as far as the graph says."""

from backend_mtls.admission import tokens

from rules.certificate import Certificate
from rules.graph import Graph, Resource
from rules.service import Service
from rules.setup import Setup
from rules.vault import Grant, secret_of, vault_of

_COMPONENT = tokens.of("VaultAccess")
_SERVICE, _USER_IDENTITY = "ApiManagementService", "UserAssignedIdentity"
_PEOPLE = frozenset({"User", "Group", "ForeignGroup"})


def is_to_service(grant: Grant, service: Service) -> bool | None:
    """Whether it is granted to the service's system-assigned identity; None when nothing says.

    Where the principal is known only after the deployment, what it comes from decides.
    """
    if grant.principal_id is not None and service.principal_id is not None:
        return grant.principal_id.lower() == service.principal_id.lower()
    if service.resource.urn in _sources(grant.resource, "principalId", "policy", "properties"):
        return True
    return False if grant.principal_id is None else None


def may_read(grant: Grant, certificate: Certificate, service: Service | None) -> bool:
    """Whether it may let the identity that a certificate names read its secret.

    The principal of a user-assigned identity is not known, nor that of a service which somebody else owns (`None`): any
    grant may be to it.
    """
    vault = vault_of(certificate.secret_url)
    if not grant.reads or vault is None or not grant.covers(vault, secret_of(certificate.secret_url)):
        return False
    return certificate.by_user_identity or service is None or is_to_service(grant, service) is not False


def is_to_gateway(setup: Setup, grant: Grant) -> bool:
    """Whether it is surely granted to an identity of a gateway."""
    component = setup.graph.find(grant.resource.parent)
    if component and component.type == _COMPONENT:
        return True
    return any(
        is_to_service(grant, each) or _shared_identity(setup.graph, grant.resource, each.resource)
        for each in setup.services
    )


def may_be_to_gateway(setup: Setup, grant: Grant) -> bool:
    """Whether it is granted to a gateway, or is a grant in a vault that nothing says to be somebody else's."""
    if is_to_gateway(setup, grant):
        return True
    if grant.vault is None or grant.resource.type.endswith(":Vault"):
        return False  # the policies that a vault is declared with are everybody's
    return grant.resource.text("principalType") not in _PEOPLE and not _is_foreign(setup, grant)


def _is_foreign(setup: Setup, grant: Grant) -> bool:
    """Whether the principal is known, and no gateway's, or comes from a resource that is no gateway."""
    if grant.principal_id is not None:
        return bool(setup.services) and all(
            is_to_service(grant, each) is False and not each.user_identities for each in setup.services
        )
    sources = grant.resource.property_dependencies.get("principalId", ())
    kinds = {each.type.rpartition(":")[2] for each in map(setup.graph.find, sources) if each}
    return bool(kinds) and kinds.isdisjoint({_SERVICE, _USER_IDENTITY})


def _shared_identity(graph: Graph, grant: Resource, service: Resource) -> bool:
    """Whether both come from one user-assigned identity."""
    shared = _sources(grant, "principalId", "policy", "properties") & _sources(service, "identity")
    return any(each.type.endswith(f":{_USER_IDENTITY}") for each in map(graph.find, shared) if each)


def _sources(resource: Resource, *keys: str) -> set[str]:
    """What these inputs come from; where that is not said, what the resource depends on."""
    named = {urn for key in keys for urn in resource.property_dependencies.get(key, ())}
    return named or set(resource.dependencies)
