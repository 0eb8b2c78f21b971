"""Production calls production."""

import pytest
from rule_policies import SECRET, UNKNOWN, routes_to
from rule_resources import api_policy, backend, findings, vault_certificate

from rules.severity import Severity

RULE = "development-endpoint"


@pytest.mark.parametrize(
    "host",
    [
        *("orders.example.com", "devices.example.com", "contest.example.com", "latest.example.com", "int.example.com"),
        *("orders.example.dev", "stages.example.com", "testing.example.com", "10.0.0.4", "ngrok.io.example.com"),
    ],
)
def test_a_host_that_is_not_named_after_another_environment_is_fine(host: str) -> None:
    assert findings(RULE, backend(url=f"https://{host}")) == []


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "orders.localhost", "orders.local", "orders.test", "127.0.0.1", "[::1]"),
        *("orders-dev.example.com", "dev.example.com", "orders.QA.example.com", "test01.example.com", "uat"),
        *("orders-staging-eu.azurewebsites.net", "sandbox.example.com", "preprod-orders.example.com"),
        *("1234.ngrok-free.app", "a.trycloudflare.com", "a.euw.devtunnels.ms"),
    ],
)
def test_a_host_of_another_environment_or_machine_is_found(host: str) -> None:
    found = findings(RULE, backend(url=f"https://{host}:8443/v1?key=hidden"))
    assert [(each.severity, each.key) for each in found] == [(Severity.HIGH, host.strip("[]").lower())]
    assert "hidden" not in found[0].detail


def test_a_vault_and_a_url_in_a_policy_are_endpoints_too() -> None:
    certificate = vault_certificate(vault={"secretIdentifier": "https://kv-dev.vault.azure.net/secrets/orders"})
    policy = api_policy(inbound=routes_to("https://dev.example.com/a") + routes_to("https://qa.example.com"))
    assert [each.detail for each in findings(RULE, certificate, policy)] == [
        "Policy of API orders: calls dev.example.com, which is no host of production",
        "Policy of API orders: calls qa.example.com, which is no host of production",
        "Certificate orders: is read from kv-dev.vault.azure.net, which is no host of production",
    ]


@pytest.mark.parametrize("environment", ["development", "staging"])
def test_elsewhere_it_is_as_it_should_be(environment: str) -> None:
    assert findings(RULE, backend(url="https://orders.dev.example.com"), environment=environment) == []


@pytest.mark.parametrize("url", [UNKNOWN, SECRET, None, "", "https://["])
def test_a_url_that_is_not_known_is_no_finding(url: str | None) -> None:
    assert findings(RULE, backend(url=url), vault_certificate(vault={"secretIdentifier": url})) == []


def test_a_url_that_is_made_later_is_no_finding() -> None:
    assert findings(RULE, api_policy(inbound=routes_to("https://dev.{{domain}}"))) == []
