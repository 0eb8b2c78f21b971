"""A guard checks what it is there to check."""

import pytest
from rule_policies import SECRET, fragment
from rule_resources import api_policy, findings

from rules.severity import Severity

RULE = "guard-is-lax"


@pytest.mark.parametrize(
    "inbound",
    [
        '<validate-client-certificate validate-trust="true" ignore-error="false" />',
        '<validate-jwt header-name="Authorization" require-signed-tokens="true" />',
        "<cors><allowed-origins><origin>https://shop.example.com</origin></allowed-origins></cors>",
        '<set-variable name="ignore-error" value="true" />',
    ],
)
def test_a_guard_that_checks_is_fine(inbound: str) -> None:
    assert findings(RULE, api_policy(inbound=inbound)) == []


@pytest.mark.parametrize(
    ("inbound", "severity", "found"),
    [
        ("<validate-client-certificate ignore-error='true' />", Severity.HIGH, 'ignore-error="true"'),
        ("<validate-client-certificate validate-trust='False' />", Severity.HIGH, 'validate-trust="False"'),
        ("<validate-jwt require-signed-tokens='false' />", Severity.HIGH, 'require-signed-tokens="false"'),
        (
            "<cors><allowed-origins><origin>*</origin></allowed-origins></cors>",
            Severity.MEDIUM,
            "every origin allowed",
        ),
    ],
)
def test_a_guard_that_does_not_is_found_wherever_it_stands(inbound: str, severity: Severity, found: str) -> None:
    branch = f'<choose><when condition="@(context.Api.Id == &quot;a&quot;)">{inbound}</when></choose>'
    for resource in (api_policy(inbound=inbound), api_policy(inbound=branch), fragment("mtls", inbound)):
        (finding,) = findings(RULE, resource)
        assert finding.severity is severity
        assert finding.detail.endswith(f"with {found}")


def test_two_of_them_are_two_findings() -> None:
    lax = "<validate-client-certificate ignore-error='true' />"
    assert len(findings(RULE, api_policy(inbound=lax + lax))) == 2


def test_of_a_policy_that_is_hidden_nothing_is_said() -> None:
    assert findings(RULE, api_policy(value=SECRET)) == []
