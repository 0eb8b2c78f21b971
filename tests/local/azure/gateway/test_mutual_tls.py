"""What the gateway presents to a backend is what the policy says, and what it checks is what the backend says."""

import base64

import pytest
from planes import Planes, Service

from local.azure import pki, x509
from local.azure.vault import certificates

ORDERS = "https://orders.backend.internal"
LEGACY = "https://legacy.backend.internal"
INVALID = "The remote certificate is invalid according to the validation procedure."


def orders_client(planes: Planes) -> x509.Pair:
    return planes.do(lambda: certificates.get(planes.azure.store, "kv-local", "orders-client").pair)


def legacy_client(planes: Planes) -> x509.Pair:
    pfx = (planes.home.pki / "legacy-client.pfx").read_bytes()
    return x509.read_pkcs12(pfx, pki.LEGACY_CLIENT_PASSWORD)[0]


def presenting(*policies: str) -> str:
    return f"<policies><inbound><base />{''.join(policies)}</inbound></policies>"


AUTHENTICATE = '<authentication-certificate certificate-id="client" />'
ROUTE = '<set-backend-service backend-id="backend" />'


@pytest.fixture
def trusting(service: Service) -> Service:
    """A service that trusts the private CA and holds the certificate that `orders` demands."""
    service.trust((service.planes.home.pki / "backend-ca.pem").read_bytes())
    service.certificate("client", orders_client(service.planes))
    service.backend("backend", ORDERS)
    return service


def test_the_backend_sees_the_certificate_that_the_policy_names_by_id(trusting: Service) -> None:
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))

    answer = trusting.call("/orders/7?a=b%20c")

    assert answer.status == 200
    assert answer.body["client"]["thumbprint"] == x509.thumbprint(orders_client(trusting.planes).certificate)
    assert answer.body["client"]["subject"] == "CN=orders-client"
    assert answer.body["path"] == "/7?a=b%20c"


def test_the_backend_sees_the_certificate_that_the_policy_names_by_thumbprint(trusting: Service) -> None:
    thumbprint = x509.thumbprint(orders_client(trusting.planes).certificate)
    trusting.api("orders", presenting(f'<authentication-certificate thumbprint="{thumbprint.lower()}" />', ROUTE))

    assert trusting.call("/orders").body["client"]["thumbprint"] == thumbprint


def test_without_the_policy_the_backend_refuses(trusting: Service) -> None:
    trusting.api("orders", presenting(ROUTE))

    answer = trusting.call("/orders")

    assert answer.status == 403
    assert answer.body == {"error": "client certificate required"}


def test_a_certificate_on_the_backend_entity_is_never_presented(trusting: Service) -> None:
    trusting.backend("backend", ORDERS, credentials={"certificateIds": [f"{trusting.id}/certificates/client"]})
    trusting.api("orders", presenting(ROUTE))

    assert trusting.call("/orders").status == 403


def test_with_another_backends_certificate_the_backend_refuses_and_the_log_says_why(trusting: Service) -> None:
    trusting.certificate("client", legacy_client(trusting.planes))
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))

    answer = trusting.call("/orders")

    assert answer.status == 500
    assert answer.body["message"] == "Internal server error"
    (entry,) = trusting.log()
    assert entry["activity_id"] == answer.body["activityId"]
    assert entry["reason"].startswith("BackendConnectionFailure in forward-request: ")
    assert "https://orders.backend.internal broke off the TLS connection" in entry["reason"]


def test_a_private_ca_that_the_service_does_not_trust_is_refused_and_the_log_says_why(trusting: Service) -> None:
    trusting.trust()
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))

    answer = trusting.call("/orders")

    assert (answer.status, answer.body["statusCode"]) == (500, 500)
    (entry,) = trusting.log()
    assert INVALID in entry["reason"]
    assert "unable to get local issuer certificate" in entry["reason"]


def test_a_self_signed_backend_is_refused_as_long_as_the_chain_is_validated(service: Service) -> None:
    service.certificate("client", legacy_client(service.planes))
    service.backend("backend", LEGACY)
    service.api("legacy", presenting(AUTHENTICATE, ROUTE))

    assert service.call("/legacy").status == 500

    assert INVALID in service.log()[0]["reason"]
    assert "self-signed certificate" in service.log()[0]["reason"]


def test_a_self_signed_backend_answers_without_chain_validation(service: Service) -> None:
    service.certificate("client", legacy_client(service.planes))
    service.backend("backend", LEGACY, chain=False)
    service.api("legacy", presenting(AUTHENTICATE, ROUTE))

    assert service.call("/legacy").body["client"]["subject"] == "CN=legacy-client"


@pytest.fixture
def elsewhere(service: Service) -> str:
    """The backend `orders` under an address that its certificate does not name."""
    return (service.planes.azure.listeners.address("backend", "orders") or "").replace("localhost", "127.0.0.1")


@pytest.mark.parametrize(
    ("chain", "check_name", "status"), [(True, True, 500), (False, True, 500), (True, False, 200), (False, False, 200)]
)
def test_a_certificate_for_another_name_is_refused_exactly_when_the_name_is_validated(
    trusting: Service, elsewhere: str, *, chain: bool, check_name: bool, status: int
) -> None:
    trusting.backend("backend", elsewhere, chain=chain, check_name=check_name)
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))

    assert trusting.call("/orders").status == status

    reason = trusting.log()[0].get("reason", "")
    assert ("certificate is not valid for '127.0.0.1'" in reason) is (status == 500)
    assert (INVALID in reason) is (status == 500)


def test_without_name_validation_the_chain_still_counts(trusting: Service) -> None:
    trusting.trust()
    trusting.backend("backend", ORDERS, chain=True, check_name=False)
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))

    assert trusting.call("/orders").status == 500


def test_the_backend_entitys_settings_do_not_apply_to_a_base_url(trusting: Service) -> None:
    trusting.trust()
    trusting.backend("backend", ORDERS, chain=False)
    trusting.api("orders", presenting(AUTHENTICATE, f'<set-backend-service base-url="{ORDERS}" />'))

    assert trusting.call("/orders").status == 500


def test_the_apis_own_service_url_is_validated_too(trusting: Service) -> None:
    trusting.api("orders", presenting(AUTHENTICATE), serviceUrl=ORDERS)
    assert trusting.call("/orders").status == 200

    trusting.trust()
    assert trusting.call("/orders").status == 500


def test_a_connection_that_nobody_accepts_is_a_backend_connection_failure(service: Service) -> None:
    service.api("gone", serviceUrl="https://localhost:1")

    assert service.call("/gone").status == 500

    assert "BackendConnectionFailure in forward-request: Unable to connect" in service.log()[0]["reason"]


def test_a_rotated_certificate_is_presented_and_accepted_at_once(trusting: Service) -> None:
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))
    before = trusting.call("/orders").body["client"]["thumbprint"]
    planes = trusting.planes

    planes.do(certificates.create, planes.azure.store, "kv-local", "orders-client", {})
    assert trusting.call("/orders").body["client"]["thumbprint"] == before
    trusting.certificate("client", orders_client(planes))

    after = trusting.call("/orders").body["client"]["thumbprint"]
    assert after == x509.thumbprint(orders_client(planes).certificate)
    assert after != before


def test_a_trace_tells_what_was_presented_and_how_the_backend_was_validated(trusting: Service) -> None:
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))
    token = trusting.planes.azure.traces.issue_token(trusting.id)

    answer = trusting.call("/orders", Apim_Debug_Authorization=token)

    trace = trusting.planes.azure.traces.get(answer.headers["Apim-Trace-Id"])
    assert trace is not None
    (entry,) = trace["traceEntries"]["backend"]
    assert entry["source"] == "forward-request"
    assert entry["data"]["validation"] == "chain and name, root CN=Backend CA"
    assert entry["data"]["clientCertificate"] == {
        "subject": "CN=orders-client",
        "thumbprint": answer.body["client"]["thumbprint"],
    }
    assert "apim-debug-authorization" not in answer.body["headers"]


def test_nobody_gets_a_trace_with_the_token_of_another_service(trusting: Service) -> None:
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))
    token = trusting.planes.azure.traces.issue_token(trusting.planes.service().id)

    assert "Apim-Trace-Id" not in trusting.call("/orders", Apim_Debug_Authorization=token).headers


def test_no_key_reaches_the_log_or_stays_in_a_file(trusting: Service) -> None:
    trusting.api("orders", presenting(AUTHENTICATE, ROUTE))
    trusting.call("/orders")

    key = orders_client(trusting.planes).key_pem.splitlines()[1]
    written = [path.read_bytes() for path in trusting.planes.home.root.rglob("*") if path.suffix in {".jsonl", ".log"}]
    assert written
    assert not any(key in content or base64.b64decode(key) in content for content in written)
