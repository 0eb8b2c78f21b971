"""The managed identities of a service. source: REST 2024-05-01, ApiManagementServiceIdentity."""

import uuid

from local.azure.arm.errors import ArmError, invalid
from local.azure.context import Azure
from local.azure.store import Entity, Json
from local.endpoints import TENANT_ID

_KINDS = ("SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "None")


def identity_of(azure: Azure, asked: Json | None, before: Entity | None) -> Json | None:
    """The identity that a service has after a write: a system-assigned one keeps its principal."""
    kind = _kind(asked)
    if asked is None or kind == "None":
        return {"type": "None"} if asked else None
    identity: Json = {"type": kind}
    if "SystemAssigned" in kind:
        known = (before.body.get("identity") or {}) if before else {}
        identity |= {"principalId": known.get("principalId") or str(uuid.uuid4()), "tenantId": TENANT_ID}
    if "UserAssigned" in kind:
        names = asked.get("userAssignedIdentities")
        if not names or not isinstance(names, dict):
            raise invalid(("identity", f"identity.type '{kind}' needs identity.userAssignedIdentities."))
        identity["userAssignedIdentities"] = {name: _user_assigned(azure, name) for name in names}
    return identity


def principal_for(service: Entity, client_id: str | None) -> str | None:
    """The principal that the service shows for a client id; for None, its system-assigned one. None: it has not."""
    identity = service.body.get("identity") or {}
    if not client_id:
        return identity.get("principalId")
    for assigned in (identity.get("userAssignedIdentities") or {}).values():
        if assigned["clientId"].lower() == client_id.lower():
            principal: str = assigned["principalId"]
            return principal
    return None


def _kind(asked: Json | None) -> str:
    given = str((asked or {}).get("type", "None"))
    for kind in _KINDS:
        if kind.replace(" ", "").lower() == given.replace(" ", "").lower():
            return kind
    raise invalid(("identity", f"identity.type has an invalid value '{given}'. Allowed: {'; '.join(_KINDS)}."))


def _user_assigned(azure: Azure, name: str) -> Json:
    entity = azure.store.get(name)
    if entity is None or "/userassignedidentities/" not in name.lower():
        raise ArmError(
            400,
            "FailedIdentityOperation",
            f"Identity operation failed: the user-assigned identity '{name}' was not found.",
        )
    properties = entity.body["properties"]
    return {"clientId": properties["clientId"], "principalId": properties["principalId"]}
