"""A service lists CA certificates only where its tier uses them."""

import pytest
from rule_policies import SECRET, UNKNOWN
from rule_resources import backend, findings, service

from rules.severity import Severity

RULE = "authorities-ignored"
ONE = {"encodedCertificate": "AAAA", "storeName": "Root"}


@pytest.mark.parametrize("sku", ["Developer", "Basic", "Standard", "Premium"])
def test_a_tier_that_uses_them_is_fine(sku: str) -> None:
    assert findings(RULE, service(sku={"name": sku}, certificates=[ONE])) == []


@pytest.mark.parametrize("certificates", [None, []])
def test_a_service_without_any_is_fine(certificates: object) -> None:
    assert findings(RULE, service(sku={"name": "Consumption"}, certificates=certificates)) == []


@pytest.mark.parametrize(
    ("sku", "effect"),
    [("Consumption", "refuses"), ("BasicV2", "ignores"), ("StandardV2", "ignores"), ("PremiumV2", "ignores")],
)
def test_a_tier_that_does_not_use_them_is_found(sku: str, effect: str) -> None:
    found = findings(RULE, service(sku={"name": sku}, certificates=[ONE, ONE]))
    assert [(each.severity, each.detail) for each in found] == [
        (Severity.HIGH, f"Service service: {sku} {effect} its 2 CA certificates")
    ]


@pytest.mark.parametrize("hidden", [UNKNOWN, SECRET])
def test_a_list_or_a_tier_that_is_not_known_is_no_finding(hidden: str) -> None:
    assert findings(RULE, service(sku={"name": "Consumption"}, certificates=hidden)) == []
    assert findings(RULE, service(sku={"name": hidden}, certificates=[ONE])) == []
    assert findings(RULE, service(sku=hidden, certificates=[ONE])) == []


def test_a_list_whose_certificates_are_secret_is_a_list() -> None:
    listed = [{"encodedCertificate": SECRET, "storeName": "Root"}]
    found = findings(RULE, service(sku={"name": "StandardV2"}, certificates=listed))
    assert found[0].detail.endswith("its CA certificate")


PINNED = {"serverCertificateThumbprints": ["AB" * 20]}


@pytest.mark.parametrize("sku", ["Consumption", "Developer", "Premium"])
def test_a_backend_that_says_whom_it_trusts_is_found_where_nobody_asks_it(sku: str) -> None:
    found = findings(RULE, service(sku={"name": sku}), backend(tls=PINNED))
    assert [(each.severity, each.detail) for each in found] == [
        (Severity.HIGH, f"Backend orders: it says whom it trusts, and {sku} is not known to ask it")
    ]


@pytest.mark.parametrize("sku", ["BasicV2", "StandardV2", "PremiumV2", UNKNOWN])
def test_and_is_fine_where_it_is_asked_or_that_is_not_known(sku: str) -> None:
    assert findings(RULE, service(sku={"name": sku}), backend(tls=PINNED)) == []
    assert findings(RULE, backend(tls=PINNED)) == []
