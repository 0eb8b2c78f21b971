"""A backend whose credentials name a certificate is reached through a policy that presents one."""

import pytest
from rule_policies import SECRET, UNKNOWN, fragment, include, operation_policy, product_policy, routes
from rule_resources import SERVICE_ID, api_policy, backend, findings, presents, service

from rules.graph import Resource
from rules.severity import Severity

RULE = "certificate-not-presented"
NAMED = {"certificateIds": ["orders"]}
PRESENTS = presents("orders")


def _named(**given: object) -> Resource:
    return backend(credentials=NAMED, **given)


def test_a_policy_that_routes_and_presents_is_fine() -> None:
    assert findings(RULE, service(), _named(), api_policy(inbound=presents("orders", "orders"))) == []


@pytest.mark.parametrize("credentials", [NAMED, {"certificate": ["AB" * 20]}])
@pytest.mark.parametrize("inbound", [routes("orders"), PRESENTS, ""])
def test_a_policy_that_does_only_one_of_both_does_not_count(credentials: dict[str, object], inbound: str) -> None:
    found = findings(RULE, service(), backend(credentials=credentials), api_policy(inbound=inbound))
    assert [(each.resource.name, each.severity) for each in found] == [("orders", Severity.HIGH)]


def test_a_policy_that_presents_to_another_backend_does_not_count() -> None:
    assert (
        len(findings(RULE, service(), _named(), backend("other"), api_policy(inbound=presents("orders", "other")))) == 1
    )


@pytest.mark.parametrize(("outer", "inner"), [(routes("orders"), PRESENTS), (PRESENTS, routes("orders"))])
def test_one_policy_may_route_and_another_around_it_present(outer: str, inner: str) -> None:
    assert findings(RULE, service(), _named(), api_policy(inbound=outer), operation_policy(inbound=inner)) == []
    unheard = operation_policy(inbound=inner, base=False)
    assert len(findings(RULE, service(), _named(), api_policy(inbound=outer), unheard)) == 1


def test_a_member_of_a_pool_is_reached_through_the_pool() -> None:
    members = {"services": [{"id": f"{SERVICE_ID}/backends/orders"}]}
    pool = backend("pool", type="Pool", pool=members)
    assert findings(RULE, service(), _named(), pool, api_policy(inbound=presents("orders", "pool"))) == []


def test_a_fragment_may_do_both() -> None:
    held = fragment("mtls", presents("orders", "orders"))
    assert findings(RULE, service(), _named(), held, api_policy(inbound=include())) == []
    assert len(findings(RULE, service(), _named(), held, api_policy())) == 1


def test_a_product_may_present() -> None:
    assert (
        findings(RULE, service(), _named(), api_policy(inbound=routes("orders")), product_policy(inbound=PRESENTS))
        == []
    )


def test_a_service_fabric_cluster_is_shown_its_certificate() -> None:
    cluster = {"serviceFabricCluster": {"managementEndpoints": ["https://cluster:19080"]}}
    assert findings(RULE, service(), _named(properties=cluster)) == []


def test_a_backend_without_a_certificate_needs_none() -> None:
    assert findings(RULE, service(), backend(credentials={"header": {"x-key": ["[secret]"]}}), api_policy()) == []


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_a_policy_that_is_not_known_may_present(value: str) -> None:
    assert findings(RULE, service(), _named(), api_policy(value=value)) == []


@pytest.mark.parametrize("inbound", [presents("orders", "{{backend}}"), include("elsewhere")])
def test_a_policy_that_may_route_there_may_present(inbound: str) -> None:
    assert findings(RULE, service(), _named(), api_policy(inbound=inbound)) == []


def test_a_service_of_somebody_else_may_present_everywhere() -> None:
    assert findings(RULE, _named(), api_policy(inbound=routes("orders"))) == []
    assert len(findings(RULE, service(), _named(), api_policy(inbound=routes("orders")))) == 1


def test_of_a_part_of_a_stack_nobody_can_say() -> None:
    assert findings(RULE, service(), _named(), whole=False) == []
