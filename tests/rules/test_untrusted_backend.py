"""A chain that is validated can end in an authority that the gateway trusts."""

import pytest
from rule_policies import SECRET, UNKNOWN
from rule_resources import backend, findings, resource, service

from rules.graph import Resource
from rules.severity import Severity

RULE = "untrusted-backend"
AUTHORITY = {"certificates": [{"encodedCertificate": "AAAA", "storeName": "Root"}]}
COMPONENT = resource("backend-mtls:index:MtlsBackend", "orders", serverCertificate={"selfSigned": True})


def _self_signed(**given: object) -> Resource:
    return backend(parent=COMPONENT.urn, **given)


def test_a_public_name_is_fine() -> None:
    assert findings(RULE, service(), backend()) == []


def test_an_authority_on_the_service_may_be_the_right_one() -> None:
    hosts = [backend(url="https://orders.internal"), _self_signed(), COMPONENT]
    assert findings(RULE, service(**AUTHORITY), *hosts) == []


NAMED = {"serverX509Names": [{"name": "orders", "issuerCertificateThumbprint": "AB" * 20}]}
V2 = {"sku": {"name": "StandardV2", "capacity": 1}}


@pytest.mark.parametrize("services", [(), (service(**V2),)])
@pytest.mark.parametrize("tls", [NAMED, {"serverCertificateThumbprints": ["AB" * 20]}, {"serverX509Names": UNKNOWN}])
def test_a_backend_that_says_whom_it_trusts_needs_no_authority_on_the_service(
    services: tuple[Resource, ...], tls: dict[str, object]
) -> None:
    hosts = [backend(url="https://orders.internal", tls=tls), _self_signed(tls=tls), COMPONENT]
    assert findings(RULE, *services, *hosts) == []


def test_what_a_backend_says_helps_on_the_v2_tiers_only() -> None:
    assert findings(RULE, service(), backend(url="https://orders.internal", tls=NAMED))
    assert findings(RULE, service(**V2), backend(url="https://orders.internal"))


def test_a_self_signed_certificate_is_found() -> None:
    found = findings(RULE, service(), COMPONENT, _self_signed())
    assert [(each.severity, each.resource.type) for each in found] == [
        (Severity.HIGH, "azure-native:apimanagement:Backend")
    ]


@pytest.mark.parametrize("services", [(), (service(certificates=UNKNOWN),), (service(certificates=SECRET),)])
def test_a_self_signed_certificate_is_medium_where_the_authorities_are_not_known(
    services: tuple[Resource, ...],
) -> None:
    found = findings(RULE, *services, COMPONENT, _self_signed())
    assert [each.severity for each in found] == [Severity.MEDIUM]


@pytest.mark.parametrize(
    "host",
    [
        *(
            "orders",
            "localhost",
            "orders.local",
            "orders.INTERNAL",
            "orders.corp",
            "orders.lan.",
            "a.home",
            "a.home.arpa",
        ),
        *("orders.test", "orders.example", "orders.invalid", "10.0.0.4", "127.0.0.1", "169.254.1.1", "[fd00::1]"),
    ],
)
def test_a_name_or_address_that_no_public_authority_certifies_is_found(host: str) -> None:
    found = findings(RULE, service(), backend(url=f"https://{host}:8443/v1"))
    assert [each.severity for each in found] == [Severity.HIGH]


@pytest.mark.parametrize(
    "host",
    ["orders.example.com", "local.example.com", "internal.org", "8.8.8.8", "orders.northeurope.cloudapp.azure.com"],
)
def test_a_public_name_or_address_may_have_a_public_certificate(host: str) -> None:
    assert findings(RULE, service(), backend(url=f"https://{host}")) == []


@pytest.mark.parametrize("sku", ["Consumption", "StandardV2"])
def test_authorities_that_the_tier_does_not_use_do_not_count(sku: str) -> None:
    owner = service(sku={"name": sku}, **AUTHORITY)
    assert len(findings(RULE, owner, backend(url="https://orders.internal"))) == 1
    assert len(findings(RULE, owner, COMPONENT, _self_signed())) == 1


def test_a_backend_in_a_workspace_is_validated_by_the_service_around_it() -> None:
    assert len(findings(RULE, service(), backend(url="https://orders.internal", workspaceId="team"))) == 1


@pytest.mark.parametrize("services", [(), (service(certificates=UNKNOWN),)])
def test_an_internal_name_is_no_finding_where_the_authorities_are_not_known(services: tuple[Resource, ...]) -> None:
    assert findings(RULE, *services, backend(url="https://orders.internal")) == []


@pytest.mark.parametrize("flag", [False, UNKNOWN])
def test_a_chain_that_is_not_validated_or_not_known_to_be_is_no_finding(flag: object) -> None:
    tls = {"validateCertificateChain": flag}
    assert findings(RULE, service(), COMPONENT, _self_signed(tls=tls), backend("b", url="https://b", tls=tls)) == []


@pytest.mark.parametrize("url", [UNKNOWN, SECRET, None, "https://[", "http://orders.internal"])
def test_a_url_that_is_not_known_or_without_tls_is_no_finding(url: str | None) -> None:
    assert findings(RULE, service(), backend(url=url)) == []


def test_a_pool_is_validated_member_by_member() -> None:
    assert findings(RULE, service(), backend(url="https://pool", type="Pool")) == []
