"""Fragments: checked on save, known to the policies that include them, kept while one does."""

import pytest

from tests.local.azure.arm.conftest import Service

BOUND = '<authentication-certificate certificate-id="orders" /><set-backend-service backend-id="orders" />'
INCLUDE = '<include-fragment fragment-id="mtls" />'


def put(service: Service, content: str = BOUND, parent: str = "", value: str | None = None) -> list[str] | int:
    properties = {"format": "rawxml", "value": value or f"<fragment>{content}</fragment>", "description": "mTLS"}
    answer = service.put(f"{parent}/policyFragments/mtls", {"properties": properties})
    return [detail["message"] for detail in answer.error["details"]] if answer.status == 400 else answer.status


@pytest.fixture(autouse=True)
def bound(service: Service) -> None:
    service.add_api()
    service.add_certificate()
    service.add_backend()


def test_writing_one_is_a_long_running_operation(service: Service) -> None:
    body = {"properties": {"format": "rawxml", "value": f"<fragment>{BOUND}</fragment>", "description": "mTLS"}}
    answer = service.put("/policyFragments/mtls", body)
    assert answer.status == 201
    assert service.azure.arm("GET", answer.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    assert service.azure.arm("GET", answer.headers["location"]).status == 201
    shown = service.get("/policyFragments/mtls?format=rawxml").body["properties"]
    assert shown == {
        "description": "mTLS",
        "format": "rawxml",
        "provisioningState": "Succeeded",
        "value": "<fragment>\r\n"
        '  <authentication-certificate certificate-id="orders" />\r\n'
        '  <set-backend-service backend-id="orders" />\r\n'
        "</fragment>",
    }
    assert put(service) == 200


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<policies />", "The 'policies' element is not declared."),
        ("<fragment><base /></fragment>", "The element 'base' is not allowed in a policy fragment."),
        ("<fragment><inbound /></fragment>", "The element 'inbound' is not allowed in a policy fragment."),
        (f"<fragment>{INCLUDE}</fragment>", "The element 'include-fragment' is not allowed in a policy fragment."),
        ("<fragment><nonsense /></fragment>", "invalid child element 'nonsense'."),
        ('<fragment><set-backend-service backend-id="x" /></fragment>', "Backend with id 'x' could not be found."),
        ("<fragment>", "Unexpected end of file has occurred."),
        (f"<fragment><!--{'x' * 32 * 1024}--></fragment>", "it may have 32 KiB."),
    ],
)
def test_a_bad_one_is_refused(service: Service, value: str, text: str) -> None:
    messages = put(service, value=value)
    assert isinstance(messages, list)
    assert text in messages[0]
    assert service.get("/policyFragments/mtls").error["message"] == "Policy Fragment not found."


@pytest.mark.parametrize(
    "content",
    [
        '<set-backend-service backend-id="orders" /><forward-request />',
        BOUND,
        "<forward-request />",
        '<validate-status-code unspecified="ignore" />',
    ],
)
def test_one_for_any_section_is_accepted(service: Service, content: str) -> None:
    assert put(service, content) == 201


def test_a_policy_can_include_one_only_if_it_exists(service: Service) -> None:
    refused = service.put_policy(INCLUDE)
    [detail] = refused.error["details"]
    assert detail["target"] == "include-fragment"
    assert detail["message"] == (
        "Error in element 'include-fragment' on line 4, column 6: Policy fragment with id 'mtls' could not be found."
    )
    put(service)
    assert service.put_policy(INCLUDE).status == 201
    assert service.put_policy("<include-fragment />").error["details"][0]["target"] == "include-fragment"


def test_one_that_a_policy_includes_cannot_be_deleted(service: Service) -> None:
    put(service)
    service.put_policy(INCLUDE)
    refused = service.delete_entity("/policyFragments/mtls")
    assert (refused.status, refused.error["code"]) == (400, "ValidationError")
    assert refused.error["message"] == (
        "The Policy Fragment 'mtls' is used by the following entities:\r\n/apis/orders/policies/policy\r\n"
    )
    service.delete_entity("/apis/orders/policies/policy")
    assert service.delete_entity("/policyFragments/mtls").status == 200


@pytest.mark.parametrize("kind", ["certificates", "backends"])
def test_what_one_refers_to_cannot_be_deleted(service: Service, kind: str) -> None:
    put(service)
    refused = service.delete_entity(f"/{kind}/orders")
    assert refused.error["message"].endswith("is used by the following entities:\r\n/policyFragments/mtls\r\n")
    service.delete_entity("/policyFragments/mtls")
    assert service.delete_entity(f"/{kind}/orders").status == 200


def test_a_workspace_does_not_see_the_services(service: Service) -> None:
    team = service.add_workspace()
    service.add_api(parent=team)
    put(service)
    assert service.put_policy(INCLUDE, f"{team}/apis/orders").status == 400
    assert put(service, "<set-header name='x' />", team) == 201
    assert service.put_policy(INCLUDE, f"{team}/apis/orders").status == 201
