"""A version in a secret's URL is found; a pin that the components were told to be meant is softer."""

from typing import Any

import pytest
from rule_resources import entity, findings, resource, vault_certificate

from rules.severity import Severity

URL = "https://kv.vault.azure.net/secrets/orders"
VERSION = "0123456789abcdef0123456789abcdef"


def named(url: Any, **given: Any) -> Any:
    return vault_certificate(vault={"secretIdentifier": url}, **given)


@pytest.mark.parametrize("url", [URL, f"{URL}/"])
def test_a_secret_without_a_version_is_fine(url: str) -> None:
    assert findings("pinned-secret-version", named(url)) == []


@pytest.mark.parametrize(
    ("environment", "severity"),
    [("development", Severity.MEDIUM), ("staging", Severity.MEDIUM), ("production", Severity.HIGH)],
)
def test_a_version_is_medium_and_high_in_production(environment: str, severity: Severity) -> None:
    found = findings("pinned-secret-version", named(f"{URL}/{VERSION}"), environment=environment)
    assert [each.severity for each in found] == [severity]
    assert VERSION in found[0].detail


def test_a_pin_that_is_meant_is_medium_in_production_too() -> None:
    component = resource("backend-mtls:index:ClientCertificate", "orders")
    found = findings("pinned-secret-version", component, named(f"{URL}/{VERSION}", parent=component.urn))
    assert [each.severity for each in found] == [Severity.MEDIUM]


@pytest.mark.parametrize(
    "url", ["https://kv.vault.azure.net/certificates/orders/" + VERSION, f"{URL}/latest", "orders", "https://[", ""]
)
def test_what_is_no_secrets_url_is_another_rules(url: str) -> None:
    assert findings("pinned-secret-version", named(url)) == []


@pytest.mark.parametrize("vault", [None, "04da6b54-80e4-46f7-96ec-b56ff0331ba9", [], {"secretIdentifier": "[secret]"}])
def test_what_is_not_known_is_no_finding(vault: Any) -> None:
    assert findings("pinned-secret-version", entity("Certificate", "orders", keyVault=vault)) == []
