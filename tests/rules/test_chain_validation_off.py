"""A chain that is not validated is found, the harder the closer to production; without a reason it is always high."""

import pytest
from rule_resources import backend, findings, resource

from rules.severity import Severity

OFF = {"validateCertificateChain": False}
REASON = "Orders\nChain validation is off: self-signed until 2027"


def test_a_backend_whose_chain_is_validated_is_fine() -> None:
    assert findings("chain-validation-off", backend()) == []


@pytest.mark.parametrize(
    ("environment", "severity"),
    [("development", Severity.LOW), ("staging", Severity.MEDIUM), ("production", Severity.HIGH)],
)
def test_with_a_reason_it_matters_more_the_closer_to_production(environment: str, severity: Severity) -> None:
    found = findings("chain-validation-off", backend(tls=OFF, description=REASON), environment=environment)
    assert [each.severity for each in found] == [severity]
    assert "self-signed until 2027" in found[0].detail


@pytest.mark.parametrize("environment", ["development", "staging", "production"])
@pytest.mark.parametrize("description", [None, "Orders", "Chain validation is off:  "])
def test_without_a_reason_it_is_high_everywhere(environment: str, description: str | None) -> None:
    found = findings("chain-validation-off", backend(tls=OFF, description=description), environment=environment)
    assert [each.severity for each in found] == [Severity.HIGH]


@pytest.mark.parametrize("tls", [{}, {"validateCertificateChain": None}, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"])
def test_what_is_not_said_or_not_known_is_no_finding(tls: object) -> None:
    found = findings(
        "chain-validation-off", resource("apimanagement:Backend", backendId="b", serviceName="apim", tls=tls)
    )
    assert found == []
