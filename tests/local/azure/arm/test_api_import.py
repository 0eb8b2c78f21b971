"""An OpenAPI document in an API's PUT becomes its operations."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from local.azure.arm import openapi
from local.azure.arm.errors import ArmError
from tests.local.azure.arm.conftest import Answer, Service

PATHS: dict[str, Any] = {
    "/orders/{id}": {
        "parameters": [{"$ref": "#/components/parameters/id"}],
        "get": {
            "operationId": "Orders_Get",
            "summary": "Reads an order",
            "parameters": [
                {"name": "view", "in": "query", "required": True, "schema": {"type": "string"}},
                {"name": "top", "in": "query", "schema": {"type": "integer"}},
                {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
            ],
            "responses": {"200": {"description": "The order"}, "default": {"description": "Trouble"}},
        },
    },
    "/orders": {"post": {"responses": {"201": {"description": "Made"}}}},
}


def document(paths: dict[str, Any] | None = None) -> dict[str, Any]:
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "description": "Its id"}
    return {
        "openapi": "3.0.1",
        "info": {"title": "Orders", "description": "All orders", "version": "1"},
        "servers": [{"url": "https://orders.backend.internal/v1"}],
        "paths": PATHS if paths is None else paths,
        "components": {"parameters": {"id": identifier}},
    }


def put(service: Service, paths: dict[str, Any] | None = None, **properties: Any) -> Answer:
    asked = {"path": "orders", "format": "openapi+json", "value": json.dumps(document(paths)), **properties}
    return service.put("/apis/orders", {"properties": asked})


def operations(service: Service) -> dict[str, Any]:
    return {one["name"]: one["properties"] for one in service.get("/apis/orders/operations").body["value"]}


def problem(service: Service, **properties: Any) -> tuple[str, str]:
    answer = put(service, **properties)
    assert answer.status == 400
    [detail] = answer.error["details"]
    return detail["target"], detail["message"]


def test_paths_become_operations(service: Service) -> None:
    assert put(service).status == 201
    assert operations(service) == {
        "orders-get": {
            "displayName": "Reads an order",
            "method": "GET",
            "urlTemplate": "/orders/{id}?view={view}",
            "templateParameters": [
                {"name": "id", "type": "string", "required": True, "description": "Its id"},
                {"name": "view", "type": "string", "required": True},
            ],
            "request": {
                "queryParameters": [{"name": "top", "type": "integer", "required": False}],
                "headers": [{"name": "X-Trace", "type": "string", "required": False}],
            },
            "responses": [{"statusCode": 200, "description": "The order"}],
        },
        "post-orders": {
            "displayName": "Post - /orders",
            "method": "POST",
            "urlTemplate": "/orders",
            "templateParameters": [],
            "request": {"queryParameters": [], "headers": []},
            "responses": [{"statusCode": 201, "description": "Made"}],
        },
    }


def test_the_documents_title_and_server_are_the_apis_unless_it_says_otherwise(service: Service) -> None:
    properties = put(service).body["properties"]
    assert (properties["displayName"], properties["description"]) == ("Orders", "All orders")
    assert properties["serviceUrl"] == "https://orders.backend.internal/v1"
    assert not {"format", "value"} & {*service.get("/apis/orders").body["properties"]}
    changed = put(service, displayName="Mine", serviceUrl="https://other.example.com").body["properties"]
    assert (changed["displayName"], changed["serviceUrl"]) == ("Mine", "https://other.example.com")


def test_it_can_be_yaml_too(service: Service) -> None:
    assert put(service, format="openapi", value=yaml.safe_dump(document())).status == 201
    assert {*operations(service)} == {"orders-get", "post-orders"}


def test_required_query_parameters_stay_out_of_the_template_on_request(service: Service) -> None:
    put(service, translateRequiredQueryParameters="query")
    found = operations(service)["orders-get"]
    assert found["urlTemplate"] == "/orders/{id}"
    assert [one["name"] for one in found["request"]["queryParameters"]] == ["view", "top"]


def test_an_imported_operation_is_reached_through_the_gateway(service: Service) -> None:
    put(service, serviceUrl="https://localhost:1")
    assert service.call("/orders/orders/7?view=all").status == 500
    assert service.call("/orders/nothing").status == 404


def test_importing_again_keeps_policies_of_known_operations_and_deletes_the_others(service: Service) -> None:
    put(service)
    for name in ("orders-get", "post-orders"):
        assert service.put_policy("", f"/apis/orders/operations/{name}").status == 201
    renamed = {"/orders/{id}": PATHS["/orders/{id}"], "/orders": {"post": {"operationId": "make", "responses": {}}}}
    assert put(service, renamed).status == 200
    assert {*operations(service)} == {"orders-get", "make"}
    for name in ("orders-get", "make"):
        assert service.get(f"/apis/orders/operations/{name}/policies/policy").status == 200, name


def test_a_put_without_a_document_keeps_the_operations(service: Service) -> None:
    put(service)
    assert put(service, format=None, value=None).status == 200
    assert {*operations(service)} == {"orders-get", "post-orders"}


def test_an_operation_that_takes_over_anothers_route_is_refused(service: Service) -> None:
    put(service, {"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "y"}}})
    target = problem(service, value=json.dumps(document({"/b": {"get": {"operationId": "x"}}})))
    assert target == ("", "Operation with the same method and URL template already exists: GET, /b.")
    assert {*operations(service)} == {"x", "y"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{", "Parsing error(s): Expecting property name"),
        ("[]", "Parsing error(s): The document has no 'openapi' version 3."),
        ('{"swagger": "2.0"}', "Parsing error(s): The document has no 'openapi' version 3."),
        (
            json.dumps(document({"/a": {"get": {"parameters": [{"$ref": "other.json#/x"}]}}})),
            "Parsing error(s): The reference 'other.json#/x' leaves the document.",
        ),
        (
            json.dumps(document({"/a": {"get": {"parameters": [{"$ref": "#/components/none"}]}}})),
            "Parsing error(s): The parameter '#/components/none' has no name.",
        ),
        (
            json.dumps(document({"/{a}": {"get": {}}})),
            "Parsing error(s): The path '/{a}' has the parameters ['a'], declared are [].",
        ),
    ],
)
def test_a_document_that_cannot_be_read_changes_nothing(service: Service, value: str, text: str) -> None:
    target, message = problem(service, value=value)
    assert (target, message[: len(text)]) == ("representation", text)
    assert service.get("/apis/orders").status == 404


def test_format_and_value_come_together(service: Service) -> None:
    assert problem(service, value=None) == ("properties.value", "'value' should not be empty.")
    assert problem(service, format=None) == ("properties.format", "'format' should not be empty.")
    assert problem(service, format="raml")[0] == "properties.format"


@pytest.mark.parametrize(
    ("operation_id", "name"),
    [
        ("GET-/foo/{bar}?buzz={quix}", "get-foo-bar-buzz-quix"),
        ("x" * 100, "x" * 76),
        ("__Get__It__", "get-it"),
    ],
)
def test_an_operations_name_is_normalised(operation_id: str, name: str) -> None:
    text = json.dumps(document({"/a": {"get": {"operationId": operation_id}}}))
    assert [*openapi.read(text, "openapi+json", query_in_template=True).operations] == [name]


def test_names_that_would_be_the_same_are_numbered() -> None:
    paths = {f"/{number}": {"get": {"operationId": "Get It"}} for number in range(3)}
    read = openapi.read(json.dumps(document(paths)), "openapi+json", query_in_template=True)
    assert [*read.operations] == ["get-it", "get-it-1", "get-it-2"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PARAMETER = st.fixed_dictionaries({}, optional={"name": ANYTHING, "in": ANYTHING, "schema": ANYTHING, "$ref": ANYTHING})
OPERATION = st.fixed_dictionaries(
    {}, optional={"operationId": ANYTHING, "parameters": ANYTHING | st.lists(PARAMETER), "responses": ANYTHING}
)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {"openapi": st.just("3.1.0")},
        optional={
            "info": ANYTHING,
            "servers": ANYTHING,
            "paths": ANYTHING
            | st.dictionaries(st.text(), ANYTHING | st.fixed_dictionaries({"get": OPERATION | ANYTHING})),
        },
    )
)
def test_any_document_is_read_or_refused(source: dict[str, Any]) -> None:
    for form, text in (("openapi+json", json.dumps(source)), ("openapi", yaml.safe_dump(source))):
        try:
            read = openapi.read(text, form, query_in_template=True)
        except ArmError as error:
            assert error.status == 400  # noqa: PT017  both outcomes are allowed
        else:
            assert all(len(name) <= 80 for name in read.operations)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(ArmError):
        openapi.read(text, "openapi", query_in_template=True)
