"""A policy document can be read, and every element is where API Management allows it."""

import pytest
from rule_policies import SECRET, UNKNOWN, fragment
from rule_resources import api_policy, findings, presents

from rules.severity import Severity

RULE = "policy-unreadable"


@pytest.mark.parametrize(
    "inbound", [presents("orders", "orders"), '<set-variable name="a" value="@(1 < 2 && true)" />']
)
def test_a_document_that_can_be_read_is_fine(inbound: str) -> None:
    assert findings(RULE, api_policy(inbound=inbound)) == []
    assert findings(RULE, fragment("mtls", inbound)) == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("<policies><inbound>", "The policy document cannot be read: <inbound> is never closed"),
        ("<fragment />", "The policy document is a policy fragment"),
        (
            "https://example.com/policy.xml",
            "The policy document cannot be read: there is text outside the root element",
        ),
        (
            f"<policies><outbound>{presents('orders')}</outbound></policies>",
            "<authentication-certificate> stands in <outbound>",
        ),
        (
            '<policies><inbound><authentication-certificate certificate-id="a" thumbprint="b" /></inbound></policies>',
            "<authentication-certificate> has thumbprint and certificate-id of thumbprint, certificate-id, body",
        ),
    ],
)
def test_what_is_wrong_with_it_is_said(value: str, why: str) -> None:
    found = findings(RULE, api_policy(value=value))
    assert [(each.severity, each.detail) for each in found] == [(Severity.HIGH, f"Policy of API orders: {why}")]


@pytest.mark.parametrize("value", ["<fragment>", "<policies />", ""])
def test_a_fragment_has_a_root_of_its_own(value: str) -> None:
    assert len(findings(RULE, fragment(value=value))) == 1


@pytest.mark.parametrize("value", [UNKNOWN, SECRET, None])
def test_a_document_that_is_not_known_is_no_finding(value: str | None) -> None:
    assert findings(RULE, api_policy(value=value)) == []


@pytest.mark.parametrize("given", ["xml-link", "rawxml-link"])
def test_a_link_to_a_document_is_none(given: str) -> None:
    assert findings(RULE, api_policy(value="https://example.com/policy.xml", format=given)) == []
