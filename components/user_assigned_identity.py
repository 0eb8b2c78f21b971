"""A user-assigned managed identity, as its owner describes it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from components.errors import Problem


@dataclass(frozen=True, kw_only=True)
class UserAssignedIdentity:
    """Three ids of one identity: Azure asks for another one in every place."""

    resource_id: Any
    """ARM id (`str` or an `Output` of it): what a service is given."""
    client_id: Any
    """Client id, a GUID (`str` or an `Output` of it): what a Key Vault certificate names."""
    principal_id: Any
    """Object id, a GUID (`str` or an `Output` of it): whom access to a vault is granted to."""


def client_id_problems(
    client_id: object, known: Iterable[UserAssignedIdentity], system: object = None
) -> list[Problem]:
    """A problem when the client id is recognisably the object id of an identity: APIM then finds no identity by it.

    `system` is the object id of the service's system-assigned identity, when it is known. Source of the refusal that
    this prevents: "Can not find Managed Identity with provided IdentityClientId", aka.ms/apimmsi.
    """
    if not isinstance(client_id, str):
        return []
    if client_id == system:
        fix = "leave it out: the system-assigned identity is the default"
    else:
        owner = next((each for each in known if each.principal_id == client_id), None)
        if owner is None:
            return []
        fix = f"use its client id {owner.client_id}" if isinstance(owner.client_id, str) else "use its client id"
    return [
        Problem(
            what="The identity is named by its principal (object) id",
            where="identity_client_id",
            got=client_id,
            allowed="the client id of a user-assigned identity of the service",
            fix=fix,
        )
    ]
