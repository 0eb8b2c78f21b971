"""A policy inherits what the outer scopes demand of a caller, or says it again."""

import pytest
from rule_policies import JWT, SECRET, UNKNOWN, fragment, include, operation_policy, product_policy, service_policy
from rule_resources import api, api_policy, findings, presents, service

from rules.severity import Severity

RULE = "inherited-authentication-dropped"
LIMIT = '<rate-limit calls="5" renewal-period="60" />'
BARE = api_policy(base=False)


def test_what_is_inherited_is_fine() -> None:
    assert findings(RULE, service(), service_policy(JWT), api_policy()) == []


def test_what_is_dropped_is_named() -> None:
    found = findings(RULE, service(), service_policy(LIMIT + JWT + presents("orders")), BARE)
    assert [each.severity for each in found] == [Severity.HIGH]
    assert found[0].detail == (
        "Policy of API orders: <inbound> has no <base />, and drops authentication-certificate, rate-limit, "
        "validate-jwt of service"
    )


@pytest.mark.parametrize(
    "demand", ["authentication-basic", "validate-azure-ad-token", "check-header", "ip-filter", "quota-by-key"]
)
def test_every_kind_of_demand_counts(demand: str) -> None:
    assert len(findings(RULE, service(), service_policy(f"<{demand} />"), BARE)) == 1


@pytest.mark.parametrize("other", ["cors", "set-header", "validate-content", "rewrite-uri"])
def test_what_demands_nothing_of_a_caller_does_not_count(other: str) -> None:
    assert findings(RULE, service(), service_policy(f"<{other} />"), BARE) == []


def test_a_demand_for_some_calls_or_in_a_fragment_counts() -> None:
    branch = f'<choose><when condition="@(true)">{JWT}</when></choose>'
    assert len(findings(RULE, service(), service_policy(branch), BARE)) == 1
    assert len(findings(RULE, service(), fragment("mtls", JWT), service_policy(include()), BARE)) == 1


def test_what_is_said_again_is_not_dropped() -> None:
    assert findings(RULE, service(), service_policy(JWT), api_policy(inbound=JWT, base=False)) == []


def test_an_operation_drops_what_its_api_demands_and_not_what_the_api_has_dropped() -> None:
    outer = service_policy(LIMIT), api_policy(inbound=JWT, base=False)
    found = findings(RULE, service(), api(), *outer, operation_policy(base=False))
    assert {each.resource.name: each.detail.rpartition("drops ")[2] for each in found} == {
        "orders": "rate-limit of service",
        "list": "validate-jwt of API orders",
    }


def test_a_product_drops_what_the_service_demands() -> None:
    found = findings(RULE, service(), service_policy(JWT), product_policy(base=False))
    assert [each.resource.name for each in found] == ["gold"]


def test_a_service_has_nothing_to_inherit_and_its_default_demands_nothing() -> None:
    assert findings(RULE, service(), service_policy(JWT)) == []
    assert findings(RULE, service(), BARE) == []


def test_outer_policies_of_somebody_else_are_a_hint() -> None:
    found = findings(RULE, BARE)
    assert [each.severity for each in found] == [Severity.LOW]
    assert found[0].detail.endswith("what the outer scopes demand does not apply")
    assert [each.severity for each in findings(RULE, service(), operation_policy(base=False))] == [Severity.LOW]


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_a_document_that_is_not_known_is_no_finding_and_an_outer_one_a_hint(value: str) -> None:
    assert findings(RULE, service(), service_policy(JWT), api_policy(value=value)) == []
    found = findings(RULE, service(), service_policy(value=value), BARE)
    assert [each.severity for each in found] == [Severity.LOW]


def test_a_section_that_is_missing_inherits() -> None:
    assert findings(RULE, service(), service_policy(JWT), api_policy(value="<policies><backend /></policies>")) == []
    assert (
        len(findings(RULE, service(), service_policy(JWT), api_policy(value="<policies><inbound /></policies>"))) == 1
    )
