"""A user-assigned identity is not let through a vault's firewall; a system-assigned one is."""

from typing import Any

import pytest
from rule_resources import findings, vault_certificate
from vault_resources import UNKNOWN, closed_vault, vault

from rules.graph import Resource
from rules.severity import Severity

BY_USER = vault_certificate(vault={"identityClientId": "33333333-3333-3333-3333-333333333333"})


def severities(*resources: Resource) -> list[Severity]:
    return [each.severity for each in findings("firewall-blocks-identity", *resources, environment="development")]


@pytest.mark.parametrize("firewall", [{"networkAcls": {"defaultAction": "Deny"}}, {"publicNetworkAccess": "disabled"}])
def test_a_user_assigned_identity_in_front_of_a_firewall_is_high(firewall: dict[str, Any]) -> None:
    assert severities(vault(properties=firewall), BY_USER) == [Severity.HIGH]


def test_an_identity_whose_client_id_is_not_known_yet_is_one_too() -> None:
    assert severities(closed_vault(), vault_certificate(vault={"identityClientId": UNKNOWN})) == [Severity.HIGH]


@pytest.mark.parametrize("client_id", [None, ""])
def test_the_system_assigned_identity_is_fine(client_id: str | None) -> None:
    assert severities(closed_vault(), vault_certificate(vault={"identityClientId": client_id})) == []


def test_an_open_vault_and_another_vault_are_fine() -> None:
    assert severities(vault(), BY_USER) == []
    assert severities(vault(properties={"networkAcls": {"defaultAction": "Allow"}}), BY_USER) == []
    assert severities(closed_vault(vaultName="other"), BY_USER) == []
    assert severities(BY_USER) == []


@pytest.mark.parametrize("hidden", [UNKNOWN, "[secret]", [], 5, None])
def test_what_is_not_known_is_no_finding(hidden: Any) -> None:
    assert severities(vault(properties=hidden), BY_USER) == []
    assert severities(vault(properties={"networkAcls": {"defaultAction": hidden}}), BY_USER) == []
    assert severities(closed_vault(vaultName=hidden), vault_certificate(vault={"secretIdentifier": hidden})) == []
