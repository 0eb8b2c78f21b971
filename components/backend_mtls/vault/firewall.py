"""What a vault lets through, and which grants it takes, by the properties that Azure gives. Pure.

Source: learn.microsoft.com/azure/key-vault/general/network-security. The firewall lets through whom it lists; a gateway
is let through with its system-assigned identity only (azure-docs#90067, #114880). …/rbac-migration: with RBAC
authorization access policies have no effect, without it roles have none.
"""

from collections.abc import Mapping
from typing import Any


def is_on(properties: Mapping[str, Any]) -> bool:
    """Whether not everybody is let through; `properties` are those of `Microsoft.KeyVault/vaults`."""
    rules = properties.get("networkAcls")
    denies = isinstance(rules, Mapping) and rules.get("defaultAction") == "Deny"
    access = properties.get("publicNetworkAccess")
    return denies or (isinstance(access, str) and access.lower() == "disabled")


def takes_roles(properties: Mapping[str, Any]) -> bool | None:
    """Whether the vault takes roles, and no access policies; None when Azure does not say."""
    found = properties.get("enableRbacAuthorization")
    return found if isinstance(found, bool) else None
