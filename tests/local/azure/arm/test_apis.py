"""APIs and their operations."""

import pytest

from tests.local.azure.arm.conftest import Service

API = {"displayName": "Orders", "path": "orders", "protocols": ["https"]}
OPERATION = {"displayName": "Get", "method": "GET", "urlTemplate": "/{id}", "templateParameters": [{"name": "id"}]}


def put(service: Service, **properties: object) -> tuple[int, list[str]]:
    answer = service.put("/apis/orders", {"properties": {**API, **properties}})
    return answer.status, [detail["message"] for detail in (answer.body.get("error") or {}).get("details") or ()]


def test_writing_one_is_a_long_running_operation(service: Service) -> None:
    answer = service.put("/apis/orders", {"properties": API})
    assert answer.status == 201
    assert f"{service.path}/apis/orders?api-version=2024-05-01&asyncId=" in answer.headers["location"]
    assert answer.headers["location"].endswith("&asyncCode=201")
    assert f"{service.path}/tenant/operationResults/" in answer.headers["azure-asyncoperation"]
    assert service.azure.arm("GET", answer.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    polled = service.azure.arm("GET", answer.headers["location"])
    assert (polled.status, polled.body) == (201, service.get("/apis/orders").body)
    assert service.put("/apis/orders", {"properties": API}).status == 200


def test_deleting_one_deletes_its_operations_and_policies(service: Service) -> None:
    service.add_api()
    assert service.put_policy("").status == 201
    answer = service.delete_entity("/apis/orders")
    assert answer.status == 202
    assert service.azure.arm("GET", answer.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    assert service.azure.arm("GET", answer.headers["location"]).status == 200
    assert service.get("/apis/orders").error["message"] == "API not found."
    assert service.delete_entity("/apis/orders").status == 204
    service.put("/apis/orders", {"properties": API})
    assert service.get("/apis/orders/operations").body["value"] == []
    assert service.get("/apis/orders/policies/policy").status == 404


def test_what_was_not_said_has_azures_defaults(service: Service) -> None:
    body = service.put("/apis/orders", {"properties": {"path": "orders"}}).body["properties"]
    assert body == {
        "displayName": "orders",
        "path": "orders",
        "protocols": ["https"],
        "subscriptionRequired": True,
        "subscriptionKeyParameterNames": {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"},
        "apiRevision": "1",
        "isCurrent": True,
        "type": "http",
    }


def test_a_path_belongs_to_one_api(service: Service) -> None:
    service.add_api("first", path="orders")
    clash = "Cannot create API 'orders' with the same Path 'orders' as API 'first'"
    assert put(service) == (400, [f"{clash}  unless it's a part of the same version set"])
    assert put(service, path="other")[0] == 201


def test_the_empty_path_belongs_to_one_api_too(service: Service) -> None:
    service.add_api("first", path="")
    clash = "Cannot create API 'orders' with the same Path '' as API 'first'"
    assert put(service, path="") == (400, [f"{clash}  unless it's a part of the same version set"])
    assert put(service, path="other")[0] == 201


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"path": None}, "'path' should not be empty."),
        ({"displayName": "x" * 301}, "'displayName' must be between 1 and 300 characters. You entered 301 characters."),
        ({"protocols": []}, "'protocols' should not be empty."),
        ({"subscriptionRequired": "no"}, "'subscriptionRequired' must be true or false."),
    ],
)
def test_bad_input_is_refused(service: Service, properties: dict[str, object], message: str) -> None:
    assert put(service, **properties) == (400, [message])


@pytest.mark.parametrize(
    "part",
    [
        {"protocols": ["wss"]},
        {"type": "graphql"},
        {"apiVersionSet": {"name": "orders"}},
        {"format": "wsdl", "value": "<wsdl />"},
        {"format": "openapi-link", "value": "https://example.com/api.yaml"},
    ],
)
def test_what_is_not_served_is_refused(service: Service, part: dict[str, object]) -> None:
    assert put(service, **part)[0] == 501
    assert service.get("/apis/orders").status == 404


class TestOperations:
    def put(self, service: Service, name: str = "get", **properties: object) -> list[str] | int:
        answer = service.put(f"/apis/orders/operations/{name}", {"properties": {**OPERATION, **properties}})
        return [d["message"] for d in answer.error["details"]] if answer.status == 400 else answer.status

    @pytest.fixture(autouse=True)
    def api(self, service: Service) -> None:
        service.put("/apis/orders", {"properties": API})

    def test_one_can_be_written_changed_and_deleted(self, service: Service) -> None:
        assert self.put(service) == 201
        assert self.put(service, description="Reads one.") == 200
        assert service.get("/apis/orders/operations/get").body["properties"]["description"] == "Reads one."
        assert service.delete_entity("/apis/orders/operations/get").status == 200

    def test_every_parameter_of_the_template_is_declared_and_no_other(self, service: Service) -> None:
        message = (
            "All template parameters used in the UriTemplate must be defined in the Operation 'Get', and vice-versa."
        )
        assert self.put(service, templateParameters=[]) == [message]
        assert self.put(service, urlTemplate="/all") == [message]
        assert self.put(service, urlTemplate="/{*id}") == 201

    def test_method_and_template_belong_to_one(self, service: Service) -> None:
        assert self.put(service) == 201
        assert self.put(service, "again") == [
            "Operation with the same method and URL template already exists: GET, /{id}."
        ]
        assert self.put(service, "again", method="PUT") == 201

    def test_its_api_has_to_exist(self, service: Service) -> None:
        answer = service.put("/apis/none/operations/get", {"properties": OPERATION})
        assert (answer.status, answer.error["message"]) == (404, "API not found.")
