"""A certificate is used by a policy, a backend or a gateway, or is not needed."""

import pytest
from rule_policies import SECRET, UNKNOWN, by_thumbprint, fragment
from rule_resources import (
    SERVICE_ID,
    api_policy,
    backend,
    entity,
    findings,
    pfx_certificate,
    presents,
    vault_certificate,
)

from rules.severity import Severity

RULE = "certificate-unused"
THUMBPRINT = "AB" * 20


def test_a_certificate_that_a_policy_presents_is_fine() -> None:
    assert findings(RULE, vault_certificate(), api_policy(inbound=presents("Orders"))) == []
    assert findings(RULE, pfx_certificate(), api_policy(inbound=by_thumbprint(THUMBPRINT.lower()))) == []
    assert findings(RULE, pfx_certificate(), fragment("mtls", presents("legacy"))) == []


def test_a_certificate_that_nothing_uses_is_found() -> None:
    found = findings(RULE, vault_certificate(), pfx_certificate(), backend(), api_policy(inbound=presents("orders")))
    assert [(each.resource.name, each.severity) for each in found] == [("legacy", Severity.LOW)]


@pytest.mark.parametrize(
    "inbound",
    [
        f"<send-request>{presents('legacy')}</send-request>",
        '<validate-jwt><issuer-signing-keys><key certificate-id="legacy" /></issuer-signing-keys></validate-jwt>',
        '<validate-client-certificate><identity issuer-certificate-id="legacy" /></validate-client-certificate>',
    ],
)
def test_every_policy_that_names_it_uses_it(inbound: str) -> None:
    assert findings(RULE, pfx_certificate(), api_policy(inbound=inbound)) == []


@pytest.mark.parametrize(
    "given",
    [
        {"credentials": {"certificateIds": ["legacy"]}},
        {"credentials": {"certificateIds": [f"{SERVICE_ID}/certificates/legacy"]}},
        {"credentials": {"certificate": [THUMBPRINT.lower()]}},
        {"properties": {"serviceFabricCluster": {"clientCertificateId": "legacy"}}},
        {"properties": {"serviceFabricCluster": {"clientCertificatethumbprint": THUMBPRINT}}},
    ],
)
def test_a_backend_that_names_it_uses_it(given: dict[str, object]) -> None:
    assert findings(RULE, pfx_certificate(), backend(**given)) == []


@pytest.mark.parametrize("certificate_id", ["legacy", UNKNOWN])
def test_a_gateway_that_trusts_it_uses_it(certificate_id: str) -> None:
    trusted = entity("GatewayCertificateAuthority", gatewayId="edge", certificateId=certificate_id)
    assert findings(RULE, pfx_certificate(), trusted) == []
    elsewhere = entity("GatewayCertificateAuthority", gatewayId="edge", certificateId="legacy", serviceName="other")
    assert len(findings(RULE, pfx_certificate(), elsewhere)) == 1


@pytest.mark.parametrize("value", [UNKNOWN, SECRET, "<policies><inbound>"])
def test_a_policy_that_is_not_known_may_use_it(value: str) -> None:
    assert findings(RULE, pfx_certificate(), api_policy(value=value)) == []


@pytest.mark.parametrize(
    "inbound",
    [
        presents("{{certificate}}"),
        presents("@((string)context.Variables[&quot;c&quot;])"),
        '<set-variable name="c" value="@(context.Deployment.Certificates.First().Value)" />',
    ],
)
def test_a_policy_that_chooses_when_it_runs_may_use_it(inbound: str) -> None:
    assert findings(RULE, pfx_certificate(), api_policy(inbound=inbound)) == []


@pytest.mark.parametrize(
    "credentials", [UNKNOWN, SECRET, {"certificateIds": UNKNOWN}, {"certificateIds": [UNKNOWN, {}]}]
)
def test_a_backend_that_is_not_known_may_use_it(credentials: object) -> None:
    assert findings(RULE, pfx_certificate(), backend(credentials=credentials)) == []


def test_a_thumbprint_may_be_its_own_as_long_as_that_is_not_known() -> None:
    policy = api_policy(inbound=by_thumbprint(THUMBPRINT))
    assert findings(RULE, vault_certificate(), policy) == []
    found = findings(RULE, vault_certificate(), pfx_certificate(), policy)
    assert [each.resource.name for each in found] == ["orders"]


def test_policies_of_a_workspace_or_of_another_service_do_not_use_it() -> None:
    others = [api_policy(inbound=presents("legacy"), workspaceId="team"), api_policy("b", serviceName="other")]
    assert len(findings(RULE, pfx_certificate(), *others)) == 1


def test_a_certificate_of_a_service_that_is_not_known_is_no_finding() -> None:
    assert findings(RULE, pfx_certificate(serviceName=UNKNOWN)) == []


def test_of_a_part_of_a_stack_nobody_can_say() -> None:
    assert findings(RULE, pfx_certificate(), whole=False) == []
