"""Where a certificate is presented, a policy says to which backend."""

import pytest
from rule_policies import SECRET, UNKNOWN, include, operation_policy, product_policy, routes, routes_to, service_policy
from rule_resources import api, api_policy, backend, findings, presents, service

from rules.severity import Severity

RULE = "presents-without-backend"
PRESENTS = presents("orders")
API = api(serviceUrl="https://orders.example.com")


def test_a_policy_that_also_routes_is_fine() -> None:
    assert findings(RULE, service(), API, api_policy(inbound=presents("orders", "orders"))) == []


def test_the_service_url_of_the_api_is_found() -> None:
    found = findings(RULE, service(), API, api_policy(inbound=PRESENTS))
    assert [each.severity for each in found] == [Severity.MEDIUM]
    assert found[0].detail.endswith("API orders's own serviceUrl is called")


def test_a_backend_to_which_nothing_routes_is_found() -> None:
    found = findings(RULE, service(), api(), backend("idle"), api_policy(inbound=PRESENTS))
    assert found[0].detail.endswith("nothing routes to backend idle")


def test_without_either_it_is_not_known_who_is_called() -> None:
    assert findings(RULE, service(), api(), api_policy(inbound=PRESENTS)) == []


@pytest.mark.parametrize("route", [routes("orders"), routes_to("https://orders.example.com")])
def test_a_policy_around_or_inside_may_route(route: str) -> None:
    policy = api_policy(inbound=PRESENTS)
    for other in (service_policy(route), operation_policy(inbound=route), product_policy(inbound=route)):
        assert findings(RULE, service(), API, policy, other) == []


def test_a_route_that_is_not_inherited_does_not_count() -> None:
    policy = api_policy(inbound=PRESENTS, base=False)
    assert len(findings(RULE, service(), API, service_policy(routes("orders")), policy)) == 1


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_a_policy_that_is_not_known_may_route(value: str) -> None:
    policy = api_policy(inbound=PRESENTS)
    assert findings(RULE, service(), API, policy, service_policy(value=value)) == []
    assert findings(RULE, service(), API, policy, operation_policy(value=value)) == []
    assert findings(RULE, service(), API, api_policy(value=value)) == []


def test_a_fragment_or_a_service_of_somebody_else_may_route() -> None:
    assert findings(RULE, service(), API, api_policy(inbound=PRESENTS + include())) == []
    assert findings(RULE, API, api_policy(inbound=PRESENTS)) == []


def test_of_a_part_of_a_stack_nobody_can_say() -> None:
    assert findings(RULE, service(), API, api_policy(inbound=PRESENTS), whole=False) == []
