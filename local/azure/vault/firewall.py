"""Whom the vault's network rules let in.

source: learn.microsoft.com/azure/key-vault/general/network-security, REST 2024-11-01 NetworkRuleSet; texts and inner
codes as Key Vault words them (learn.microsoft.com/azure/key-vault/general/common-error-codes), without the caller's
application id. A caller is compared with ipRules only: nothing is in a virtual network here. The service trusted by
`bypass` is not API Management (its bypass was retired, facts/apim.md).
"""

from ipaddress import ip_address, ip_network

from local.azure.store import Entity, Json
from local.azure.vault.errors import VaultError
from local.endpoints import TENANT_ID

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104  nothing is bound to it: it stands for an address that no rule names


def is_on(vault: Entity) -> bool:
    """Whether anybody is kept out."""
    properties = vault.body["properties"]
    return _is_private(properties) or _rules(properties).get("defaultAction") == "Deny"


def check(vault: Entity, address: str, principal_id: str) -> None:
    """Raises VaultError unless a caller from the address gets in."""
    properties = vault.body["properties"]
    caller = f"Caller: oid={principal_id};iss=https://sts.windows.net/{TENANT_ID}/"
    where = f"Vault: {vault.id.rsplit('/', 1)[-1]};location={vault.body.get('location', '')}"
    if _is_private(properties):
        text = "Public network access is disabled and request is not from a trusted service nor via an approved"
        raise VaultError("forbidden", f"{text} private link.\r\n{caller}\r\n{where}", inner="ForbiddenByConnection")
    if is_on(vault) and not _is_listed(_rules(properties), address):
        text = "Client address is not authorized and caller is not a trusted service."
        text = f"{text}\r\nClient address: {address}\r\n{caller}\r\n{where}"
        raise VaultError("forbidden", text, inner="ForbiddenByFirewall")


def _is_private(properties: Json) -> bool:
    return str(properties.get("publicNetworkAccess", "Enabled")).lower() == "disabled"


def _rules(properties: Json) -> Json:
    return properties.get("networkAcls") or {}


def _is_listed(rules: Json, address: str) -> bool:
    return any(ip_address(address) in ip_network(rule["value"], strict=False) for rule in rules.get("ipRules") or ())
