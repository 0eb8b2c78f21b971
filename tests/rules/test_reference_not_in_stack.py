"""What a policy names is in the stack, when the stack has others of its kind."""

import pytest
from rule_policies import SECRET, UNKNOWN, by_thumbprint, routes
from rule_resources import api_policy, backend, findings, pfx_certificate, presents, vault_certificate

from rules.severity import Severity

RULE = "reference-not-in-stack"
OTHER = "CD" * 20


def test_what_the_stack_has_is_fine_in_any_case() -> None:
    policy = api_policy(inbound=presents("ORDERS", "Orders"))
    assert findings(RULE, vault_certificate(), backend(), policy) == []
    assert findings(RULE, pfx_certificate(), api_policy(inbound=by_thumbprint("ab" * 20))) == []


def test_an_id_that_the_stack_does_not_have_is_found() -> None:
    found = findings(RULE, vault_certificate(), backend(), api_policy(inbound=presents("order", "order")))
    assert [(each.key, each.severity) for each in found] == [
        ("backend-id order", Severity.MEDIUM),
        ("certificate-id order", Severity.MEDIUM),
    ]


def test_a_thumbprint_that_the_stack_does_not_have_is_found() -> None:
    found = findings(RULE, pfx_certificate(), api_policy(inbound=by_thumbprint(OTHER)))
    assert [each.key for each in found] == [f"thumbprint {OTHER.lower()}"]


def test_a_thumbprint_may_be_that_of_a_certificate_whose_own_is_not_known() -> None:
    assert findings(RULE, vault_certificate(), api_policy(inbound=by_thumbprint(OTHER))) == []


@pytest.mark.parametrize("key", [UNKNOWN, None])
def test_an_id_may_be_that_of_an_entity_whose_own_is_not_known(key: str | None) -> None:
    policy = api_policy(inbound=presents("order", "order"))
    assert findings(RULE, vault_certificate(certificateId=key), backend(backendId=key), policy) == []


def test_a_stack_without_certificates_and_backends_uses_those_of_others() -> None:
    assert findings(RULE, api_policy(inbound=presents("order", "order"))) == []
    other = vault_certificate(serviceName="other"), backend(serviceName="other")
    assert findings(RULE, *other, api_policy(inbound=presents("order", "order"))) == []


def test_a_workspace_does_not_see_the_certificates_of_the_service() -> None:
    policy = api_policy(inbound=presents("orders"), workspaceId="team")
    assert [each.key for each in findings(RULE, vault_certificate(), policy)] == ["certificate-id orders"]
    assert findings(RULE, vault_certificate(workspaceId="team"), policy) == []


@pytest.mark.parametrize("name", ["{{name}}", "@((string)context.Variables[&quot;name&quot;])"])
def test_a_name_that_is_made_later_is_not_known(name: str) -> None:
    assert findings(RULE, vault_certificate(), backend(), api_policy(inbound=presents(name, name))) == []


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_a_document_that_is_not_known_is_no_finding(value: str) -> None:
    assert findings(RULE, vault_certificate(), backend(), api_policy(value=value)) == []


def test_of_a_part_of_a_stack_nobody_can_say() -> None:
    assert findings(RULE, backend(), api_policy(inbound=routes("order")), whole=False) == []
