"""The network rules of a vault. source: Microsoft.KeyVault REST 2024-11-01, NetworkRuleSet.

IPv4 only, as Key Vault. Virtual network rules are kept and let nobody in: nothing is in a virtual network here.
"""

from ipaddress import IPv4Network
from typing import Any

from local.azure.arm.fields import Fields
from local.azure.store import Json


def read(fields: Fields) -> Json | None:
    """`networkAcls` of a vault with Azure's defaults; None when it has none."""
    if fields.raw("networkAcls") is None:
        return None
    part = fields.part("networkAcls")
    return {
        "bypass": part.text("bypass", choices=["AzureServices", "None"]) or "AzureServices",
        "defaultAction": part.text("defaultAction", choices=["Allow", "Deny"]) or "Allow",
        "ipRules": [_ip_rule(rule) for rule in _rules(part, "ipRules")],
        "virtualNetworkRules": [_network_rule(rule) for rule in _rules(part, "virtualNetworkRules")],
    }


def _rules(fields: Fields, name: str) -> list[Fields]:
    given: Any = fields.raw(name) or []
    if not isinstance(given, list):
        fields.problem(name, f"'{name}' must be an array.")
        return []
    return [fields.within(item, f"{name}[{index}]") for index, item in enumerate(given)]


def _ip_rule(fields: Fields) -> Json:
    value = fields.text("value", required=True)
    try:
        if value:
            IPv4Network(value, strict=False)
    except ValueError:
        fields.problem("value", f"'{value}' is no IPv4 address or range such as 124.56.78.0/24.")  # inferred
    return {"value": value}


def _network_rule(fields: Fields) -> Json:
    ignore = fields.flag("ignoreMissingVnetServiceEndpoint", default=False)
    return {"id": fields.text("id", required=True), "ignoreMissingVnetServiceEndpoint": ignore}
