"""A PFX is found, hard in production only; in a workspace there is no other way."""

import pytest
from rule_resources import entity, findings, pfx_certificate, vault_certificate

from rules.severity import Severity

ENVIRONMENTS = [("development", Severity.LOW), ("staging", Severity.LOW), ("production", Severity.HIGH)]


def test_a_certificate_in_key_vault_is_fine() -> None:
    assert findings("inline-pfx", vault_certificate()) == []


@pytest.mark.parametrize(("environment", "severity"), ENVIRONMENTS)
def test_a_pfx_is_high_in_production_and_low_elsewhere(environment: str, severity: Severity) -> None:
    found = findings("inline-pfx", pfx_certificate(), environment=environment)
    assert [(each.severity, each.detail) for each in found] == [
        (severity, "Certificate legacy is uploaded as a PFX"),
    ]


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_pfx_in_a_workspace_is_low_everywhere(environment: str) -> None:
    own = {"certificateId": "orders", "workspaceId": "team", "data": "[secret]"}
    found = findings("inline-pfx", entity("WorkspaceCertificate", "orders", **own), environment=environment)
    assert [each.severity for each in found] == [Severity.LOW]
    assert "no Key Vault integration" in found[0].detail


@pytest.mark.parametrize("data", ["[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"])
def test_a_pfx_whose_content_is_hidden_is_one(data: str) -> None:
    assert len(findings("inline-pfx", pfx_certificate(data=data))) == 1


def test_a_certificate_of_which_nothing_is_said_is_none() -> None:
    assert findings("inline-pfx", entity("Certificate", "orders", certificateId="orders")) == []
