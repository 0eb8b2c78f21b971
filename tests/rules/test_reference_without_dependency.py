"""A policy depends on what it names in the stack."""

import pytest
from rule_policies import SECRET, UNKNOWN, by_thumbprint, routes
from rule_resources import api, api_policy, backend, findings, pfx_certificate, presents, resource, vault_certificate

from rules.severity import Severity

RULE = "reference-without-dependency"


def test_a_policy_that_depends_on_what_it_names_is_fine() -> None:
    certificate, target = vault_certificate(), backend()
    policy = api_policy(inbound=presents("orders", "orders"), after=[certificate, target])
    assert findings(RULE, certificate, target, policy) == []


def test_each_reference_without_a_dependency_is_found() -> None:
    found = findings(RULE, vault_certificate(), backend(), api_policy(inbound=presents("orders", "orders")))
    assert [(each.key, each.severity) for each in found] == [
        ('backend-id="orders"', Severity.HIGH),
        ('certificate-id="orders"', Severity.HIGH),
    ]


def test_a_thumbprint_is_a_reference_too() -> None:
    certificate = pfx_certificate()
    inbound = by_thumbprint("ab" * 20)
    assert len(findings(RULE, certificate, api_policy(inbound=inbound))) == 1
    assert findings(RULE, certificate, api_policy(inbound=inbound, after=[certificate])) == []


def test_a_dependency_through_another_resource_counts() -> None:
    certificate = vault_certificate()
    target = backend(after=[certificate])
    policy = api_policy(inbound=presents("orders", "orders"), after=[target])
    assert findings(RULE, certificate, target, policy) == []


def test_a_dependency_on_a_component_is_one_on_what_it_holds() -> None:
    outer = resource("backend-mtls:index:MtlsApi", "api")
    inner = resource("backend-mtls:index:ClientCertificate", "orders", parent=outer.urn)
    certificate = vault_certificate(parent=inner.urn)
    policy = api_policy(inbound=presents("orders"), after=[outer])
    assert findings(RULE, outer, inner, certificate, policy) == []


def test_beside_each_other_in_one_component_there_is_no_order() -> None:
    outer = resource("backend-mtls:index:MtlsApi", "api")
    certificate = vault_certificate(parent=outer.urn)
    policy = api_policy(inbound=presents("orders"), parent=outer.urn)
    assert len(findings(RULE, outer, certificate, policy)) == 1


def test_a_resource_of_azure_that_is_the_parent_comes_first() -> None:
    certificate = vault_certificate()
    owner = api(after=[certificate])
    policy = api_policy(inbound=presents("orders"), parent=owner.urn)
    assert findings(RULE, certificate, owner, policy) == []


def test_what_is_not_in_the_stack_exists_already() -> None:
    assert findings(RULE, vault_certificate(), api_policy(inbound=presents("other") + routes("other"))) == []
    assert findings(RULE, vault_certificate(serviceName="other"), api_policy(inbound=presents("orders"))) == []


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_a_document_that_is_not_known_is_no_finding(value: str) -> None:
    assert findings(RULE, vault_certificate(), backend(), api_policy(value=value)) == []


def test_a_name_that_is_made_later_is_no_finding() -> None:
    policy = api_policy(inbound=presents("{{name}}", "{{name}}"))
    assert findings(RULE, vault_certificate("{{name}}"), backend("{{name}}"), policy) == []


def test_of_a_part_of_a_stack_nobody_can_say() -> None:
    assert findings(RULE, vault_certificate(), api_policy(inbound=presents("orders")), whole=False) == []


def test_a_dependency_on_what_is_called_otherwise_now_may_be_on_it() -> None:
    """A preview leaves out a policy that stays the same; its dependencies are those of the state, under old names."""
    former, certificate = vault_certificate("before"), vault_certificate("orders")
    policy = api_policy(inbound=presents("orders"), after=[former])
    assert findings(RULE, certificate, policy) == []


def test_a_lost_dependency_on_something_else_is_none_on_the_certificate() -> None:
    policy = api_policy(inbound=presents("orders"), after=[backend("before")])
    assert len(findings(RULE, vault_certificate("orders"), policy)) == 1
