"""Passwords and tokens come from named values or expressions, and are never shown."""

import pytest
from rule_policies import SECRET, UNKNOWN, fragment
from rule_resources import api_policy, findings

from rules.severity import Severity

RULE = "secret-in-policy"
PLAIN = "hunter2"
PASSWORDS = [
    '<authentication-basic username="orders" password="{}" />',
    '<authentication-certificate body="@(new byte[0])" password="{}" />',
]
HEADER = '<set-header name="{}" exists-action="override"><value>{}</value></set-header>'
HIDDEN = ["{{password}}", "@((string)context.Variables[&quot;password&quot;])", ""]


@pytest.mark.parametrize("value", HIDDEN)
@pytest.mark.parametrize("place", [*PASSWORDS, HEADER.replace("{}", "Authorization", 1)])
def test_a_named_value_an_expression_or_nothing_is_fine(place: str, value: str) -> None:
    assert findings(RULE, api_policy(inbound=place.format(value))) == []


@pytest.mark.parametrize("place", PASSWORDS)
def test_a_password_is_found_and_not_shown(place: str) -> None:
    found = findings(RULE, api_policy(inbound=place.format(PLAIN)))
    assert [each.severity for each in found] == [Severity.HIGH]
    assert found[0].detail.endswith("> is plain text")
    assert PLAIN not in str(found[0].detail) + found[0].key


@pytest.mark.parametrize("name", ["Authorization", "authorization", "Proxy-Authorization"])
@pytest.mark.parametrize("value", [f"Bearer {PLAIN}", f"<![CDATA[Basic {PLAIN}]]>", f"\n  Bearer {PLAIN}\n"])
def test_a_token_in_a_header_is_found_and_not_shown(name: str, value: str) -> None:
    found = findings(RULE, api_policy(inbound=HEADER.format(name, value)))
    assert [each.detail for each in found] == [f"Policy of API orders: the header {name} of <set-header> is plain text"]


@pytest.mark.parametrize("value", ["Bearer {{token}}", "@($&quot;Bearer {context.Variables[&quot;t&quot;]}&quot;)"])
def test_a_token_that_is_put_together_is_fine(value: str) -> None:
    assert findings(RULE, api_policy(inbound=HEADER.format("Authorization", value))) == []


def test_each_place_is_a_finding_of_its_own() -> None:
    found = findings(RULE, api_policy(inbound=PASSWORDS[0].format(PLAIN) * 2))
    assert [each.key[-1] for each in found] == ["1", "2"]


def test_a_request_that_the_policy_sends_and_a_fragment_count() -> None:
    inner = f"<send-request>{HEADER.format('Authorization', PLAIN)}</send-request>"
    assert len(findings(RULE, api_policy(inbound=inner))) == 1
    assert len(findings(RULE, fragment("mtls", inner))) == 1


def test_other_headers_and_comments_are_no_secrets() -> None:
    comment = f"<!-- {PASSWORDS[0].format(PLAIN)} -->"
    assert findings(RULE, api_policy(inbound=HEADER.format("X-Team", "orders") + comment)) == []


@pytest.mark.parametrize("value", [UNKNOWN, SECRET, "<policies><inbound>"])
def test_a_document_that_is_not_known_is_no_finding(value: str) -> None:
    assert findings(RULE, api_policy(value=value)) == []
