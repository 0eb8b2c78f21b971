"""A certificate from Key Vault is presented by its id; by thumbprint it is refused, or breaks when it is renewed."""

import pytest
from rule_policies import SECRET, UNKNOWN, by_thumbprint
from rule_resources import api_policy, findings, pfx_certificate, presents, vault_certificate

from rules.graph import Resource
from rules.severity import Severity

RULE = "vault-certificate-by-thumbprint"
OLD, NEW = "AB" * 20, "CD" * 20


def _known(thumbprint: str = OLD) -> Resource:
    return vault_certificate(outputs={"thumbprint": thumbprint})


def test_by_its_id_it_is_fine() -> None:
    assert findings(RULE, _known(), api_policy(inbound=presents("orders"))) == []


def test_by_thumbprint_it_is_critical() -> None:
    found = findings(RULE, _known(), api_policy(inbound=by_thumbprint(OLD.lower())))
    assert [(each.severity, each.resource.type) for each in found] == [
        (Severity.CRITICAL, "azure-native:apimanagement:ApiPolicy")
    ]
    assert "certificate orders, which comes from Key Vault" in found[0].detail


@pytest.mark.parametrize("thumbprint", [OLD, NEW])
def test_the_thumbprint_before_and_after_a_renewal_are_both_found(thumbprint: str) -> None:
    renewals = {"https://kv.vault.azure.net/secrets/orders": {"thumbprint": NEW}}
    found = findings(RULE, _known(), api_policy(inbound=by_thumbprint(thumbprint)), renewals=renewals)
    assert [each.key for each in found] == [thumbprint]


def test_twice_in_one_policy_is_one_finding() -> None:
    assert len(findings(RULE, _known(), api_policy(inbound=by_thumbprint(OLD) * 2))) == 1


def test_a_request_that_the_policy_sends_counts() -> None:
    inbound = f'<send-request mode="new">{by_thumbprint(OLD)}</send-request>'
    assert len(findings(RULE, _known(), api_policy(inbound=inbound))) == 1


def test_an_uploaded_certificate_may_be_presented_by_thumbprint() -> None:
    assert findings(RULE, pfx_certificate(thumbprint=OLD), api_policy(inbound=by_thumbprint(OLD))) == []


def test_a_certificate_of_another_service_is_another_one() -> None:
    policy = api_policy(inbound=by_thumbprint(OLD), serviceName="other")
    assert findings(RULE, _known(), policy) == []


@pytest.mark.parametrize("thumbprint", ["{{thumbprint}}", "@(context.Variables.GetValueOrDefault(&quot;t&quot;))"])
def test_a_thumbprint_that_is_made_later_is_not_known(thumbprint: str) -> None:
    assert findings(RULE, _known(), api_policy(inbound=by_thumbprint(thumbprint))) == []


@pytest.mark.parametrize("value", [UNKNOWN, SECRET, None])
def test_a_document_that_is_not_known_is_no_finding(value: str | None) -> None:
    assert findings(RULE, _known(), api_policy(value=value)) == []


def test_a_thumbprint_that_azure_has_not_said_yet_is_no_finding() -> None:
    assert findings(RULE, vault_certificate(), api_policy(inbound=by_thumbprint(OLD))) == []
