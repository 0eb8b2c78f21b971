"""What an API demands of its callers, it demands after a change, too."""

from collections.abc import Sequence

import pytest
from rule_policies import JWT, SECRET, fragment, include, operation_policy, product_policy, service_policy
from rule_resources import api, api_policy, findings, service

from rules.graph import Graph, Resource
from rules.rule import Finding
from rules.severity import Severity

RULE = "guard-taken-away"
CERTIFICATE = "<validate-client-certificate />"
LIMIT = "<rate-limit calls='10' renewal-period='60' />"


def found(before: Sequence[Resource], after: Sequence[Resource]) -> list[Finding]:
    """What the rule finds in the change."""
    own = (service(), api())
    previous = Graph(stack="test", project="project", resources=(*own, *before))
    return findings(RULE, *own, *after, previous=previous)


def branch(inside: str) -> str:
    return f'<choose><when condition="@(context.Request.Method == &quot;POST&quot;)">{inside}</when></choose>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (JWT, JWT),
        (JWT, JWT + LIMIT),
        (JWT, f"<trace source='x'>hello</trace>{JWT}"),
        ("", JWT),
        (LIMIT, "<rate-limit calls='5' renewal-period='60' />"),
    ],
)
def test_a_guard_that_stays_or_is_new_or_stricter_is_fine(before: str, after: str) -> None:
    assert found([api_policy(inbound=before)], [api_policy(inbound=after)]) == []


@pytest.mark.parametrize(
    ("before", "after", "severity", "detail"),
    [
        (JWT, "", Severity.HIGH, "validate-jwt no longer guards API orders"),
        (JWT, f"<!-- {JWT} -->", Severity.HIGH, "validate-jwt no longer guards API orders"),
        (JWT, f"<return-response />{JWT}", Severity.HIGH, "validate-jwt no longer guards API orders"),
        (
            JWT,
            branch(JWT),
            Severity.HIGH,
            'validate-jwt guards only some calls of API orders: only where context.Request.Method == "POST"',
        ),
        (
            CERTIFICATE,
            "<validate-client-certificate ignore-error='true' />",
            Severity.HIGH,
            'validate-client-certificate lets more through to API orders: ignore-error="true"',
        ),
        (LIMIT, "", Severity.MEDIUM, "rate-limit no longer guards API orders"),
        (
            LIMIT,
            "<rate-limit calls='1000' renewal-period='60' />",
            Severity.MEDIUM,
            "rate-limit lets more through to API orders: calls 10 → 1000",
        ),
        (
            "<ip-filter action='allow'><address>10.0.0.1</address></ip-filter>",
            "<ip-filter action='allow'><address>10.0.0.1</address><address>10.0.0.2</address></ip-filter>",
            Severity.HIGH,
            "ip-filter lets more through to API orders: 1 address more is accepted",
        ),
        (
            "<validate-jwt><required-claims><claim name='scp'/></required-claims></validate-jwt>",
            "<validate-jwt />",
            Severity.HIGH,
            "validate-jwt lets more through to API orders: 1 claim fewer",
        ),
        (
            "<check-header name='x'><value>a</value></check-header>",
            "<check-header name='x' />",
            Severity.HIGH,
            "check-header lets more through to API orders: no value is checked any more",
        ),
    ],
)
def test_a_guard_that_goes_or_lets_more_through_is_found(
    before: str, after: str, severity: Severity, detail: str
) -> None:
    (finding,) = found([api_policy(inbound=before)], [api_policy(inbound=after)])
    assert (finding.severity, finding.detail) == (severity, detail)


def test_a_guard_that_moves_outwards_or_inwards_still_guards() -> None:
    outer, inner = (service_policy(JWT), api_policy()), (service_policy(), api_policy(inbound=JWT))
    assert found(outer, inner) == []
    assert found(inner, outer) == []
    held = fragment("mtls", JWT)
    assert found(inner, (service_policy(), held, api_policy(inbound=include()))) == []


def test_a_guard_of_the_service_is_one_finding_for_all_apis() -> None:
    others = tuple(api(name) for name in ("a", "b", "c"))
    (finding,) = found((*others, service_policy(JWT)), (*others, service_policy()))
    assert finding.resource.name == "global"
    assert finding.detail == "validate-jwt no longer guards API a, API b, API c and 1 more"


def test_a_policy_that_goes_takes_its_guards_along() -> None:
    (finding,) = found([api_policy(inbound=JWT)], [])
    assert finding.resource.type.endswith("ApiPolicy")


@pytest.mark.parametrize("policy", [operation_policy, product_policy])
def test_a_guard_of_an_operation_or_a_product_counts(policy: object) -> None:
    assert callable(policy)
    assert len(found([policy(inbound=JWT)], [policy()])) == 1


def test_a_base_that_is_dropped_is_told_by_the_rule_about_what_is_inherited() -> None:
    outer = service_policy(JWT)
    assert found((outer, api_policy()), (outer, api_policy(base=False))) == []


@pytest.mark.parametrize("inbound", [include("elsewhere"), None])
def test_what_cannot_be_read_may_guard(inbound: str | None) -> None:
    after = api_policy(value=SECRET) if inbound is None else api_policy(inbound=inbound)
    assert found([api_policy(inbound=JWT)], [after]) == []


def test_without_the_deployment_before_nothing_was_taken_away() -> None:
    assert findings(RULE, service(), api(), api_policy()) == []
