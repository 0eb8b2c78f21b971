"""Callers of an API need a key, or are authenticated by a policy."""

import pytest
from rule_policies import JWT, SECRET, UNKNOWN, fragment, include, service_policy
from rule_resources import api, api_policy, findings, service

from rules.severity import Severity

RULE = "subscription-not-required"
OPEN = api(subscriptionRequired=False)


def test_a_key_that_is_needed_is_fine() -> None:
    assert findings(RULE, api()) == []


@pytest.mark.parametrize(
    ("environment", "severity"),
    [("development", Severity.MEDIUM), ("staging", Severity.MEDIUM), ("production", Severity.HIGH)],
)
def test_an_open_api_matters_most_in_production(environment: str, severity: Severity) -> None:
    found = findings(RULE, service(), OPEN, api_policy(inbound="<cors />"), environment=environment)
    assert [(each.severity, each.detail) for each in found] == [
        (severity, "API orders: callers need no subscription key")
    ]


@pytest.mark.parametrize("policy", ["validate-jwt", "validate-azure-ad-token", "validate-client-certificate"])
def test_a_policy_that_authenticates_the_caller_makes_it_low(policy: str) -> None:
    for held in (api_policy(inbound=f"<{policy} />"), service_policy(f"<{policy} />")):
        found = findings(RULE, OPEN, held)
        assert [each.severity for each in found] == [Severity.LOW]
        assert found[0].detail.endswith(f"{policy} authenticates them")


def test_an_outer_policy_that_the_api_does_not_inherit_does_not_count() -> None:
    found = findings(RULE, OPEN, service_policy(JWT), api_policy(base=False))
    assert [each.severity for each in found] == [Severity.HIGH]


def test_a_fragment_counts() -> None:
    found = findings(RULE, OPEN, fragment("mtls", JWT), api_policy(inbound=include()))
    assert [each.severity for each in found] == [Severity.LOW]


@pytest.mark.parametrize(
    "inbound",
    [
        f'<choose><when condition="@(context.Request.Method != &quot;GET&quot;)">{JWT}</when></choose>',
        '<validate-client-certificate ignore-error="true" />',
        "<get-authorization-context />",
        f"<return-response />{JWT}",
    ],
)
def test_what_does_not_authenticate_every_caller_does_not_count(inbound: str) -> None:
    assert [each.severity for each in findings(RULE, OPEN, api_policy(inbound=inbound))] == [Severity.HIGH]


def test_the_policy_of_another_api_does_not_count() -> None:
    assert [each.severity for each in findings(RULE, OPEN, api_policy("other", JWT))] == [Severity.HIGH]


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_a_policy_that_is_not_known_may_authenticate(value: str) -> None:
    found = findings(RULE, OPEN, api_policy(value=value))
    assert [each.severity for each in found] == [Severity.LOW]
    assert found[0].detail.endswith("whether a policy authenticates them is not known")


@pytest.mark.parametrize("required", [UNKNOWN, None])
def test_what_is_not_said_or_not_known_is_no_finding(required: str | None) -> None:
    assert findings(RULE, api(subscriptionRequired=required)) == []
