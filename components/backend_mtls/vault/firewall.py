"""Whether a vault's firewall is on, by the properties that Azure gives. Pure.

Source: learn.microsoft.com/azure/key-vault/general/network-security. The firewall lets through whom it lists; a gateway
is let through with its system-assigned identity only (azure-docs#90067, #114880).
"""

from collections.abc import Mapping
from typing import Any


def is_on(properties: Mapping[str, Any]) -> bool:
    """Whether not everybody is let through; `properties` are those of `Microsoft.KeyVault/vaults`."""
    rules = properties.get("networkAcls")
    denies = isinstance(rules, Mapping) and rules.get("defaultAction") == "Deny"
    access = properties.get("publicNetworkAccess")
    return denies or (isinstance(access, str) and access.lower() == "disabled")
