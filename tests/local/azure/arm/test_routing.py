"""Every ARM request: a token, an api-version, a route, an existing parent, and an entry in the request log."""

import uuid
from collections.abc import Iterator

import pytest

from tests.conftest import LocalAzure
from tests.local.azure.arm.conftest import Service


def test_without_a_token_there_is_a_challenge(local_azure: LocalAzure) -> None:
    answer = local_azure.send("GET", f"{local_azure.endpoints.arm}/subscriptions?api-version=2022-12-01")
    assert answer.status == 401
    assert answer.error["code"] == "AuthenticationFailed"
    assert answer.headers["www-authenticate"].startswith("Bearer authorization_uri=")


def test_without_an_api_version_it_is_refused(service: Service) -> None:
    answer = service.azure.arm("GET", service.path, api_version=None)
    assert (answer.status, answer.error["code"]) == (400, "MissingApiVersionParameter")


@pytest.mark.parametrize(
    ("version", "status"), [("2024-05-01", 200), ("2022-08-01", 200), ("2025-03-01-preview", 200), ("1999-01-01", 400)]
)
def test_the_api_version_has_to_be_one_that_is_served(service: Service, version: str, status: int) -> None:
    answer = service.azure.arm("GET", service.path, api_version=version)
    assert answer.status == status
    if status == 400:
        assert answer.error["code"] == "InvalidResourceType"
        assert "'2024-05-01, 2022-08-01, 2025-03-01-preview'" in answer.error["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/groups"),
        ("PUT", "/products/starter/groups/developers"),
        ("PUT", "/workspaces/team/namedValues/x"),
        ("PUT", "/namedValues/x"),
        ("PUT", "/loggers/x"),
        ("POST", "/backends/x/reconnect"),
        ("POST", ""),
        ("POST", "/subscriptions/mine/regeneratePrimaryKey"),
    ],
)
def test_what_is_not_served_is_refused_loudly(service: Service, method: str, path: str) -> None:
    answer = service.azure.arm(method, service.path + path, {} if method != "GET" else None)
    assert (answer.status, answer.error["code"]) == (501, "NotServedByLocalAzure")
    assert f"{method} {service.path}{path}" in answer.error["message"]


def test_another_subscription_does_not_exist(local_azure: LocalAzure) -> None:
    answer = local_azure.arm("GET", f"/subscriptions/{uuid.uuid4()}/resourceGroups", api_version="2024-03-01")
    assert (answer.status, answer.error["code"]) == (404, "SubscriptionNotFound")


def test_the_resource_group_has_to_exist(service: Service) -> None:
    path = service.path.replace(service.group, f"{service.group}-other")
    answer = service.azure.arm("PUT", path, service.body)
    assert (answer.status, answer.error["code"]) == (404, "ResourceGroupNotFound")


def test_the_parent_of_a_nested_resource_has_to_exist(service: Service) -> None:
    missing = f"{service.path}x"
    read = service.azure.arm("GET", f"{missing}/backends/orders")
    written = service.azure.arm("PUT", f"{missing}/backends/orders", {})
    assert (read.status, read.error["code"]) == (404, "ResourceNotFound")
    assert (written.status, written.error["code"]) == (404, "ParentResourceNotFound")
    assert written.error["message"] == (
        f"Can not perform requested operation on nested resource. Parent resource '{service.name}x' not found."
    )


def test_a_body_that_is_no_json_is_refused(service: Service) -> None:
    for content in (b"{", b"[]", b"\xff"):
        url = f"{service.azure.endpoints.arm}{service.path}?api-version=2024-05-01"
        answer = service.azure.send("PUT", url, content, {"Authorization": f"Bearer {service.azure.token}"})
        assert (answer.status, answer.error["code"]) == (400, "InvalidRequestContent")


def test_ids_are_the_same_in_any_letter_case_and_kept_as_first_written(service: Service) -> None:
    service.add_backend("Orders")
    answer = service.azure.arm("GET", f"{service.path}/BACKENDS/orders".replace("resourceGroups", "resourcegroups"))
    assert answer.status == 200
    assert answer.body["id"] == f"{service.path}/backends/Orders"


def test_if_match_lets_only_the_entity_that_was_read_be_changed(service: Service) -> None:
    service.add_backend()
    path = f"{service.path}/backends/orders"
    body = {"properties": {"url": "https://new", "protocol": "http"}}
    etag = service.azure.arm("GET", path).headers["etag"]
    assert service.azure.arm("PUT", path, body, headers={"If-Match": '"other"'}).status == 412
    assert service.azure.arm("DELETE", path, headers={"If-Match": '"other"'}).status == 412
    assert service.azure.arm("PUT", path, body, headers={"If-Match": etag}).status == 200
    assert service.azure.arm("DELETE", path, headers={"If-Match": etag}).status == 412
    assert service.azure.arm("DELETE", path, headers={"If-Match": "*"}).status == 200


def test_patch_demands_if_match_and_delete_does_not(service: Service) -> None:
    service.add_backend()
    path = f"{service.path}/backends/orders"
    body = {"properties": {"description": "new"}}
    assert service.azure.arm("PATCH", path, body).status == 400
    assert service.azure.arm("PATCH", path, body, headers={"If-Match": "*"}).status == 200
    assert service.azure.arm("DELETE", path).status == 200
    assert service.azure.arm("DELETE", path).status == 204


def test_every_request_is_logged_with_its_error_and_without_its_query(service: Service) -> None:
    service.get("/certificates/missing")
    entries = [entry for entry in service.azure.requests() if entry["path"] == f"{service.path}/certificates/missing"]
    assert len(entries) == 1
    entry = entries[0]
    assert (entry["plane"], entry["method"], entry["status"]) == ("arm", "GET", 404)
    assert entry["error"] == "ResourceNotFound"


BODIES = {
    "": {
        "location": "westeurope",
        "sku": {"name": "Developer", "capacity": 1},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/x": {}}},
        "tags": {"a": "b"},
        "properties": {
            "publisherEmail": "a",
            "publisherName": "b",
            "certificates": [{"encodedCertificate": "x", "storeName": "Root"}],
        },
    },
    "/certificates/c": {
        "properties": {"data": "x", "password": "y", "keyVault": {"secretIdentifier": "x", "identityClientId": "y"}}
    },
    "/backends/b": {
        "properties": {
            "url": "https://x",
            "protocol": "http",
            "tls": {"validateCertificateChain": True},
            "credentials": {"certificateIds": ["x"], "certificate": ["y"], "header": {"a": ["b"]}},
        }
    },
    "/apis/a": {"properties": {"path": "p", "protocols": ["https"], "subscriptionKeyParameterNames": {"header": "x"}}},
    "/apis/orders/operations/o": {
        "properties": {
            "displayName": "o",
            "method": "GET",
            "urlTemplate": "/{x}",
            "templateParameters": [{"name": "x"}],
        }
    },
    "/apis/orders/policies/policy": {"properties": {"format": "rawxml", "value": "<policies />"}},
    "/gateways/managed/listDebugCredentials": {"apiId": "x", "purposes": ["tracing"]},
}


def misshapen(value: object) -> Iterator[object]:
    """The value with one part of it replaced by something of another kind."""
    yield from ("x", 1, True, None, [], {}, [1], {"a": 1}, [[]], [{}])
    if isinstance(value, dict):
        for name, member in value.items():
            yield from ({**value, name: other} for other in misshapen(member))
    if isinstance(value, list):
        yield from ([other] for other in misshapen(value[0]))


@pytest.mark.parametrize("path", BODIES)
def test_a_body_of_any_shape_is_answered_and_never_crashes(service: Service, path: str) -> None:
    service.add_api()
    method = "POST" if path.startswith("/gateways") else "PUT"
    crashed = [
        body
        for body in misshapen(BODIES[path])
        if isinstance(body, dict) and service.azure.arm(method, service.path + path, body).status == 500
    ]
    assert crashed == []
