"""A certificate is presented to a backend, whose TLS settings apply; not to a URL in a policy."""

import pytest
from rule_policies import (
    SECRET,
    UNKNOWN,
    by_thumbprint,
    fragment,
    include,
    operation_policy,
    routes,
    routes_to,
    service_policy,
)
from rule_resources import api_policy, findings, presents

from rules.severity import Severity

RULE = "routes-by-url"
PRESENTS = presents("orders")
URL = routes_to("https://user:pw@orders.example.com/v1?key=hidden")


def test_routing_by_backend_is_fine() -> None:
    assert findings(RULE, api_policy(inbound=presents("orders", "orders"))) == []


def test_a_url_beside_the_certificate_is_found_and_shown_without_what_may_be_secret() -> None:
    found = findings(RULE, api_policy(inbound=PRESENTS + URL))
    assert [each.severity for each in found] == [Severity.HIGH]
    assert found[0].detail == (
        "Policy of API orders: presents a certificate, and the calls go to the URL https://orders.example.com"
    )


def test_a_url_without_a_certificate_is_no_finding() -> None:
    assert findings(RULE, api_policy(inbound=URL)) == []


def test_a_url_of_an_outer_policy_is_found_where_the_certificate_is_presented() -> None:
    found = findings(RULE, service_policy(URL), api_policy(inbound=PRESENTS), operation_policy())
    assert [each.resource.type.rpartition(":")[2] for each in found] == ["ApiPolicy"]
    assert found[0].detail.endswith("as the policy of service says")


def test_a_url_of_an_inner_policy_is_found_where_it_stands() -> None:
    found = findings(RULE, api_policy(inbound=by_thumbprint("AB" * 20)), operation_policy(inbound=URL))
    assert [each.resource.name for each in found] == ["list"]


@pytest.mark.parametrize("base", [True, False])
def test_a_backend_or_no_inheritance_takes_the_url_of_an_outer_policy_away(base: bool) -> None:
    inbound = presents("orders", "orders") if base else PRESENTS
    assert findings(RULE, service_policy(URL), api_policy(inbound=inbound, base=base)) == []


def test_a_url_does_not_override_a_backend_that_is_inherited() -> None:
    assert findings(RULE, service_policy(routes("orders")), api_policy(inbound=PRESENTS + URL)) == []


def test_the_later_one_of_a_document_wins() -> None:
    assert findings(RULE, api_policy(inbound=PRESENTS + URL + routes("orders"))) == []
    assert len(findings(RULE, api_policy(inbound=PRESENTS + routes("orders") + URL))) == 1


def test_two_branches_may_exclude_each_other() -> None:
    when = '<choose><when condition="@(true)">{}</when><otherwise>{}</otherwise></choose>'
    assert findings(RULE, api_policy(inbound=when.format(presents("orders", "orders"), URL))) == []
    assert len(findings(RULE, api_policy(inbound=PRESENTS + when.format(URL, "")))) == 1


def test_a_fragment_may_hold_either() -> None:
    for held, rest in ((URL, PRESENTS), (PRESENTS, URL)):
        found = findings(RULE, fragment("mtls", held), api_policy(inbound=include() + rest))
        assert [each.resource.name for each in found] == ["orders"]


def test_a_url_that_is_made_later_is_a_url_all_the_same() -> None:
    found = findings(RULE, api_policy(inbound=PRESENTS + routes_to("{{url}}")))
    assert found[0].detail.endswith("the calls go to a URL that is made when they are made")


@pytest.mark.parametrize("value", [UNKNOWN, SECRET, "<policies><inbound>"])
def test_a_document_that_is_not_known_is_no_finding(value: str) -> None:
    assert findings(RULE, service_policy(URL), api_policy(value=value)) == []
