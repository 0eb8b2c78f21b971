"""Backends: whole objects, explicit TLS flags, credentials that exist; not deleted while a policy routes to one."""

import pytest

from tests.local.azure.arm.conftest import Service

PATH = "/backends/orders"
BOTH = {"validateCertificateChain": True, "validateCertificateName": True}


def body(**properties: object) -> dict[str, object]:
    return {"properties": {"url": "https://orders.backend.internal", "protocol": "http", **properties}}


def test_one_validates_chain_and_name_unless_told_otherwise(service: Service) -> None:
    assert service.put(PATH, body()).body["properties"]["tls"] == BOTH
    assert service.put(PATH, body(tls={"validateCertificateChain": False})).body["properties"]["tls"] == {
        **BOTH,
        "validateCertificateChain": False,
    }
    assert service.put(PATH, body()).body["properties"]["tls"] == BOTH


def test_patch_changes_what_it_is_sent(service: Service) -> None:
    service.put(PATH, body(title="Orders", tls={"validateCertificateChain": False}))
    patch = {"properties": {"description": "why"}}
    answer = service.azure.arm("PATCH", service.path + PATH, patch, headers={"If-Match": "*"})
    assert answer.status == 200
    properties = service.get(PATH).body["properties"]
    assert (properties["title"], properties["description"]) == ("Orders", "why")
    assert properties["tls"]["validateCertificateChain"] is False


def _percentage() -> dict[str, object]:
    """A circuit breaker that Azure knows and local Azure does not."""
    condition = {"count": 1, "percentage": 50, "interval": "PT1M", "errorReasons": ["Timeout"]}
    return {"rules": [{"name": "r", "failureCondition": condition, "tripDuration": "PT1M"}]}


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"url": ""}, "'url' should not be empty."),
        ({"url": "ftp://x"}, "'ftp://x' is not a valid URL: it starts with http:// or https://."),
        ({"url": "https://" + "x" * 2000}, "'url' must be between 1 and 2000 characters. You entered 2008 characters."),
        ({"protocol": "amqp"}, "'protocol' has an invalid value 'amqp'. Allowed: http, soap."),
        ({"title": "x" * 301}, "'title' must be between 1 and 300 characters. You entered 301 characters."),
        ({"description": ""}, "'description' must be between 1 and 2000 characters. You entered 0 characters."),
        ({"tls": {"validateCertificateChain": "no"}}, "'validateCertificateChain' must be true or false."),
        ({"credentials": {"certificate": []}}, "'certificate' should not be empty."),
        ({"credentials": {"certificate": ["AB"]}}, "Certificate with thumbprint 'AB' not found."),
        ({"credentials": {"certificateIds": ["x"]}}, "Certificate with id 'x' not found."),
    ],
)
def test_bad_input_is_refused(service: Service, properties: dict[str, object], message: str) -> None:
    answer = service.put(PATH, body(**properties))
    assert (answer.status, answer.error["code"]) == (400, "ValidationError")
    assert message in [detail["message"] for detail in answer.error["details"]]
    assert service.get(PATH).status == 404


def test_credentials_name_certificates_of_the_service(service: Service) -> None:
    pfx = service.add_certificate()
    credentials = {"certificateIds": [f"{service.path}/certificates/orders"], "certificate": [pfx.thumbprint.lower()]}
    shown = service.put(PATH, body(credentials=credentials)).body["properties"]["credentials"]
    assert shown == {**credentials, "certificate": [pfx.thumbprint]}


@pytest.mark.parametrize(
    "part",
    [{"properties": {"serviceFabricCluster": {}}}, {"pool": {"services": []}}, {"circuitBreaker": _percentage()}],
)
def test_what_the_gateway_does_not_serve_is_refused(service: Service, part: dict[str, object]) -> None:
    answer = service.put(PATH, body(**part))
    assert (answer.status, answer.error["code"]) == (501, "NotServedByLocalAzure")


@pytest.mark.parametrize(
    ("authorization", "message"),
    [({"scheme": "Basic"}, "'parameter' should not be empty."), ({"parameter": "x"}, "'scheme' should not be empty.")],
)
def test_an_authorization_has_both_parts(service: Service, authorization: dict[str, str], message: str) -> None:
    credentials = {"authorization": authorization}
    answer = service.put(PATH, body(credentials=credentials))
    assert [detail["message"] for detail in answer.error["details"]] == [message]
    both = {"authorization": {"scheme": "Basic", "parameter": "x"}}
    assert service.put(PATH, body(credentials=both)).body["properties"]["credentials"] == both


def test_a_proxy_is_kept_with_its_credentials(service: Service) -> None:
    proxy = {"url": "http://proxy:8080", "username": "me", "password": "secret"}
    service.put(PATH, body(proxy=proxy))
    assert service.get(PATH).body["properties"]["proxy"] == proxy
    answer = service.put(PATH, body(proxy={"url": "socks://proxy"}))
    assert "'socks://proxy' is not a valid URL" in answer.error["details"][0]["message"]


def test_a_policy_keeps_it(service: Service) -> None:
    service.add_backend()
    service.add_api()
    service.put_policy('<set-backend-service backend-id="orders" />')
    answer = service.delete_entity(PATH)
    assert (answer.status, answer.error["code"]) == (400, "ValidationError")
    assert answer.error["message"] == (
        "The Backend 'orders' is used by the following entities:\r\n/apis/orders/policies/policy\r\n"
    )
    service.delete_entity("/apis/orders")
    assert service.delete_entity(PATH).status == 200
