"""A certificate that goes away is named by no policy that stays."""

import pytest
from rule_policies import SECRET, UNKNOWN, by_thumbprint
from rule_resources import api_policy, findings, pfx_certificate, presents, resource, vault_certificate

from rules.certificate import COMPONENT
from rules.severity import Severity

RULE = "certificate-still-referenced"
OLD, NEW = "AB" * 20, "CD" * 20
GONE = pfx_certificate("legacy", OLD)


def test_a_certificate_that_no_policy_names_may_go() -> None:
    assert findings(RULE, vault_certificate(), api_policy(inbound=presents("orders")), removed=(GONE,)) == []


@pytest.mark.parametrize("inbound", [presents("Legacy"), by_thumbprint(OLD.lower())])
def test_a_policy_that_still_names_it_is_critical(inbound: str) -> None:
    found = findings(RULE, api_policy(inbound=inbound), removed=(GONE,))
    assert [(each.severity, each.resource.name) for each in found] == [(Severity.CRITICAL, "orders")]
    assert found[0].detail.endswith("certificate legacy is removed or replaced")


def test_both_references_of_one_policy_are_found() -> None:
    found = findings(RULE, api_policy(inbound=presents("legacy") + by_thumbprint(OLD)), removed=(GONE,))
    assert [each.key for each in found] == ["certificate-id legacy", f"thumbprint {OLD.lower()}"]


def test_a_replacement_with_the_same_id_is_what_the_policy_names_then() -> None:
    new = pfx_certificate("legacy", NEW)
    assert findings(RULE, new, api_policy(inbound=presents("legacy")), removed=(GONE,)) == []
    assert len(findings(RULE, new, api_policy(inbound=by_thumbprint(OLD)), removed=(GONE,))) == 1


def test_the_old_thumbprint_counts_when_the_component_speaks_of_the_new_certificate() -> None:
    component = resource(COMPONENT, "legacy", thumbprint=NEW)
    gone = pfx_certificate("legacy", OLD, parent=component.urn)
    new = pfx_certificate("legacy-new", NEW, parent=component.urn)
    assert len(findings(RULE, component, new, api_policy(inbound=by_thumbprint(OLD)), removed=(gone,))) == 1
    assert findings(RULE, component, new, api_policy(inbound=by_thumbprint(NEW)), removed=(gone,)) == []


def test_a_policy_of_another_service_or_workspace_names_another_one() -> None:
    for place in ({"serviceName": "other"}, {"workspaceId": "team"}):
        assert findings(RULE, api_policy(inbound=presents("legacy"), **place), removed=(GONE,)) == []


def test_other_resources_may_go() -> None:
    gone = resource("apimanagement:Backend", "legacy", backendId="legacy", serviceName="apim")
    assert findings(RULE, api_policy(inbound=presents("legacy")), removed=(gone,)) == []


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_a_document_that_is_not_known_is_no_finding(value: str) -> None:
    assert findings(RULE, api_policy(value=value), removed=(GONE,)) == []


def test_a_certificate_of_a_service_that_is_not_known_is_no_finding() -> None:
    gone = pfx_certificate("legacy", OLD, serviceName=UNKNOWN)
    assert findings(RULE, api_policy(inbound=presents("legacy"), serviceName=UNKNOWN), removed=(gone,)) == []
