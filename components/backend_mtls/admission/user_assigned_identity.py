"""A user-assigned managed identity, as its owner describes it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend_mtls.errors import Problem


@dataclass(frozen=True, kw_only=True)
class UserAssignedIdentity:
    """Three ids of one identity: Azure asks for another one in every place."""

    resource_id: Any
    """ARM id (`str` or an `Output` of it): what a service is given."""
    client_id: Any
    """Client id, a GUID (`str` or an `Output` of it): what a Key Vault certificate names."""
    principal_id: Any
    """Object id, a GUID (`str` or an `Output` of it): whom access to a vault is granted to."""


def client_id_problems(client_id: object, known: Sequence[UserAssignedIdentity], system: str | None) -> list[Problem]:
    """A problem when no identity of the service has this client id.

    `known` are the service's user-assigned identities, `system` the object id of its system-assigned one, None when
    that is not known yet. Source of the refusal that this prevents: "Can not find Managed Identity with provided
    IdentityClientId", aka.ms/apimmsi; a frequent mistake is the object (principal) id.
    """
    if not isinstance(client_id, str) or not all(isinstance(each.client_id, str) for each in known):
        return []  # an Output: known later
    if any(each.client_id.lower() == client_id.lower() for each in known):
        return []
    owner = next((each for each in known if each.principal_id == client_id), None)
    what, fix = "The service has no user-assigned identity with this client id", "add the identity to the service"
    if owner or client_id == system:
        what = "The identity is named by its principal (object) id"
        fix = f"use its client id {owner.client_id}" if owner else "leave it out: this is the system-assigned identity"
    return [
        Problem(
            what=what,
            where="identity_client_id",
            got=client_id,
            allowed=", ".join(each.client_id for each in known)
            or "nothing: the system-assigned identity is the only one",
            fix=fix,
        )
    ]
