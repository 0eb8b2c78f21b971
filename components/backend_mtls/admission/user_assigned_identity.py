"""A user-assigned managed identity, as its owner describes it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend_mtls.admission.inputs import Input, known
from backend_mtls.errors import Problem, Where


@dataclass(frozen=True, kw_only=True)
class UserAssignedIdentity:
    """Three ids of one identity: Azure asks for another one in every place."""

    resource_id: Input[str]
    """ARM id: what a service is given."""
    client_id: Input[str]
    """Client id, a GUID: what a Key Vault certificate names."""
    principal_id: Input[str]
    """Object id, a GUID: whom access to a vault is granted to."""


def client_id_problems(
    client_id: Input[str] | None,
    identities: Input[Sequence[UserAssignedIdentity]],
    system: Input[str] | None,
) -> list[Problem]:
    """A problem when no identity of the service has this client id; none as long as one of them is not known.

    `identities` are the service's user-assigned ones, `system` the object id of its system-assigned one. Source of the
    refusal that this prevents: "Can not find Managed Identity with provided IdentityClientId", aka.ms/apimmsi; a
    frequent mistake is the object (principal) id.
    """
    wanted, own = known(client_id), known(identities)
    if wanted is None or own is None:
        return []
    clients = [known(each.client_id) for each in own]
    if any(each is None or each.lower() == wanted.lower() for each in clients):
        return []
    owner = next(
        (client for client, each in zip(clients, own, strict=True) if known(each.principal_id) == wanted), None
    )
    what, fix = "The service has no user-assigned identity with this client id", "add the identity to the service"
    if owner or wanted == known(system):
        what = "The identity is named by its principal (object) id"
        fix = f"use its client id {owner}" if owner else "leave it out: this is the system-assigned identity"
    return [
        Problem(
            what=what,
            where=Where.of("identity_client_id"),
            got=wanted,
            allowed=", ".join(each for each in clients if each)
            or "nothing: the system-assigned identity is the only one",
            fix=fix,
        )
    ]
