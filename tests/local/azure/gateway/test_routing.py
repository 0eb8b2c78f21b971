"""A call reaches an operation that exists, with a key that opens it, or is answered by the gateway itself."""

import pytest
from planes import Planes, Service

ECHO = "<policies><inbound><return-response /></inbound></policies>"
MISSING = (
    "Access denied due to missing subscription key."
    " Make sure to include subscription key when making requests to an API."
)
INVALID = "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."


def subscribe(service: Service, scope: str = "/", state: str = "active", name: str = "master") -> None:
    keys = {"primaryKey": f"first-{name}", "secondaryKey": f"second-{name}"}
    service.planes.put(f"{service.id}/subscriptions/{name}", {"scope": service.id + scope, "state": state}, keys)


@pytest.mark.parametrize("path", ["/nothing", "/", "/orders-and-more", "/order"])
def test_a_path_without_an_api_is_not_found(service: Service, path: str) -> None:
    service.api("orders", ECHO)

    answer = service.call(path)

    assert (answer.status, answer.body) == (404, {"statusCode": 404, "message": "Resource not found"})
    assert service.log()[0]["reason"] == f"no operation matches GET {path}"


def test_a_method_that_no_operation_has_is_not_found(service: Service) -> None:
    service.api("orders", ECHO)

    assert service.call("/orders").status == 200
    assert service.call("/orders", method="POST", data=b"x").status == 404


@pytest.mark.parametrize(
    ("template", "path", "status"),
    [
        ("/", "", 200),
        ("/", "/", 200),
        ("/", "/7", 404),
        ("/{id}", "/7", 200),
        ("/{id}", "/7/lines", 404),
        ("/{id}/lines?top={top}", "/7/lines", 200),
        ("/v{major}.{minor}", "/v1.2", 200),
        ("/v{major}.{minor}", "/x1.2", 404),
        ("/files/*", "/files/a/b", 200),
        ("/files/{*rest}", "/files", 200),
        ("/files/*", "/fil", 404),
    ],
)
def test_a_template_matches_what_azure_matches(service: Service, template: str, path: str, status: int) -> None:
    service.api("orders", ECHO)
    service.planes.put(f"{service.id}/apis/orders/operations/get", {"method": "GET", "urlTemplate": template})

    assert service.call(f"/orders{path}").status == status


def test_the_operation_with_more_literal_segments_and_the_longer_api_path_win(service: Service) -> None:
    service.api("shop", ECHO)
    service.api("nested", "<policies><inbound><base /></inbound></policies>", path="shop/orders", serviceUrl="")
    service.planes.put(f"{service.id}/apis/shop/operations/known", {"method": "GET", "urlTemplate": "/known"})
    service.policy(
        '<policies><inbound><return-response><set-status code="202" /></return-response></inbound></policies>',
        "/apis/shop/operations/known",
    )

    assert service.call("/shop/known").status == 202
    assert service.call("/shop/other").status == 200
    assert service.call("/shop/orders").status == 500
    assert [entry["api"] for entry in service.log()] == ["shop", "shop", "nested"]


def test_without_a_key_a_call_is_refused_with_azures_text(service: Service) -> None:
    subscribe(service)
    service.api("orders", ECHO, subscriptionRequired=True)

    answer = service.call("/orders")

    assert (answer.status, answer.body) == (401, {"statusCode": 401, "message": MISSING})
    assert 'name="Ocp-Apim-Subscription-Key"' in answer.headers["WWW-Authenticate"]


def test_a_key_opens_in_the_header_and_in_the_query_and_never_reaches_the_log(service: Service) -> None:
    subscribe(service)
    service.api("orders", ECHO, subscriptionRequired=True)

    assert service.call("/orders", Ocp_Apim_Subscription_Key="first-master").status == 200
    assert service.call("/orders?subscription-key=second-master").status == 200

    assert "-master" not in service.planes.home.request_log.read_text()


def test_a_subscription_is_required_unless_the_api_says_otherwise(service: Service) -> None:
    service.api("orders", ECHO, subscriptionRequired=None)
    assert service.call("/orders").status == 401


def test_an_api_may_have_other_names_for_the_key(service: Service) -> None:
    subscribe(service)
    names = {"header": "X-Key", "query": "key"}
    service.api("orders", ECHO, subscriptionRequired=True, subscriptionKeyParameterNames=names)

    assert service.call("/orders", X_Key="first-master").status == 200
    assert service.call("/orders", Ocp_Apim_Subscription_Key="first-master").body["message"] == MISSING


@pytest.mark.parametrize(
    ("scope", "state", "status"),
    [
        ("/", "active", 200),
        ("/apis", "active", 200),
        ("/apis/orders", "active", 200),
        ("/apis/other", "active", 401),
        ("/products/starter", "active", 401),
        ("/", "suspended", 401),
    ],
)
def test_a_key_opens_only_what_its_active_subscription_covers(
    service: Service, scope: str, state: str, status: int
) -> None:
    subscribe(service, scope, state)
    service.api("orders", ECHO, subscriptionRequired=True)

    answer = service.call("/orders", Ocp_Apim_Subscription_Key="first-master")

    assert answer.status == status
    assert status == 200 or answer.body["message"] == INVALID


def test_the_key_of_another_service_does_not_open(service: Service, planes: Planes) -> None:
    other = planes.service()
    subscribe(other, name="other")
    subscribe(service)
    service.api("orders", ECHO, subscriptionRequired=True)

    assert service.call("/orders", Ocp_Apim_Subscription_Key="first-other").body["message"] == INVALID


def test_a_call_for_what_does_not_exist_is_not_found_even_without_a_key(service: Service) -> None:
    service.api("orders", ECHO, subscriptionRequired=True)
    assert service.call("/orders", method="PUT", data=b"").status == 404
