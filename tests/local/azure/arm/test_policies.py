"""Policies: checked on save, at every scope; given back as Azure serialises them."""

import pytest

from tests.local.azure.arm.conftest import SECRET, Service

API = "/apis/orders/policies/policy"


@pytest.fixture(autouse=True)
def api(service: Service) -> None:
    service.add_api()


def messages(service: Service, inbound: str) -> list[tuple[str, str]]:
    """The details of a refused policy whose `inbound` element stands on line 4, after `<base />`."""
    answer = service.put_policy(inbound)
    assert (answer.status, answer.error["code"]) == (400, "ValidationError")
    assert answer.error["message"] == "One or more fields contain incorrect values:"
    return [(detail["target"], detail["message"]) for detail in answer.error["details"]]


def test_one_is_given_back_in_both_formats(service: Service) -> None:
    header = '<set-header name=\'a\'><value>@(1 > 0 ? "b" : "c")</value></set-header>'
    document = f"<policies><inbound><base/>{header}</inbound></policies>"
    body = {"properties": {"format": "rawxml", "value": document}}
    assert service.put(API, body).status == 201
    assert service.put(API, body).status == 200
    raw = service.get(f"{API}?format=rawxml").body["properties"]
    assert raw["format"] == "rawxml"
    assert '<value>@(1 > 0 ? "b" : "c")</value>' in raw["value"]
    assert raw["value"].startswith("<policies>\r\n  <inbound>\r\n    <base />\r\n    <set-header")
    xml = service.get(API).body["properties"]
    assert xml["format"] == "xml"
    assert '<value>@(1 &gt; 0 ? "b" : "c")</value>' in xml["value"]


@pytest.mark.parametrize(
    ("inbound", "target", "text"),
    [
        (
            '<authentication-certificate thumbprint="AB12" />',
            "authentication-certificate",
            "Certificate with thumbprint 'AB12' could not be resolved.",
        ),
        (
            '<authentication-certificate certificate-id="none" />',
            "authentication-certificate",
            "Certificate with id 'none' could not be resolved.",
        ),
        (
            '<set-backend-service backend-id="none" />',
            "set-backend-service",
            "Backend with id 'none' could not be found.",
        ),
    ],
)
def test_what_it_refers_to_has_to_exist(service: Service, inbound: str, target: str, text: str) -> None:
    assert messages(service, inbound) == [(target, f"Error in element '{target}' on line 4, column 6: {text}")]
    assert service.get(API).status == 404


def test_everything_that_cannot_be_resolved_is_said_at_once(service: Service) -> None:
    inbound = '<authentication-certificate thumbprint="AB12" /><set-backend-service backend-id="none" />'
    assert [target for target, _ in messages(service, inbound)] == ["authentication-certificate", "set-backend-service"]


def test_a_key_vault_certificate_cannot_be_bound_by_thumbprint(service: Service) -> None:
    thumbprint = service.add_key_vault_certificate()
    [(target, message)] = messages(service, f'<authentication-certificate thumbprint="{thumbprint}" />')
    assert target == "authentication-certificate"
    assert message == (
        "Error in element 'authentication-certificate' on line 4, column 6: The Certificate with id 'orders' and"
        f" thumbprint '{thumbprint}' is configured with KeyVault secret '{SECRET}' and cannot be referenced by"
        " thumbprint. Please reference it with certificate-id 'orders' in the policy."
    )
    assert service.put_policy('<authentication-certificate certificate-id="orders" />').status == 201


def test_a_pfx_can_be_bound_both_ways(service: Service) -> None:
    pfx = service.add_certificate()
    assert service.put_policy(f'<authentication-certificate thumbprint="{pfx.thumbprint}" />').status == 201
    assert service.put_policy('<authentication-certificate certificate-id="orders" />').status == 200


def test_an_element_that_azure_does_not_know_is_refused(service: Service) -> None:
    [(target, message)] = messages(service, "<set-backend />")
    assert target == "set-backend"
    assert "invalid child element 'set-backend'" in message


def test_an_element_that_azure_knows_is_stored_though_it_is_not_served(service: Service) -> None:
    assert service.put_policy('<rate-limit calls="1" renewal-period="60" />').status == 201


def test_a_named_value_does_not_exist(service: Service) -> None:
    [(_, message)] = messages(service, '<authentication-certificate thumbprint="{{thumb}}" />')
    assert message == "Cannot find a property 'thumb'"


def test_what_an_expression_yields_is_not_known(service: Service) -> None:
    inbound = '<set-backend-service backend-id="@(context.Request.Method == "GET" ? "a" : "b")" />'
    assert service.put_policy(inbound).status == 201


def test_a_document_that_cannot_be_read_is_refused_with_its_place(service: Service) -> None:
    answer = service.put(API, {"properties": {"format": "rawxml", "value": "<policies>\n  <inbound>\n</policies>"}})
    [detail] = answer.error["details"]
    assert detail["target"] == "representation"
    assert "Line 3, position 3." in detail["message"]


def test_the_stricter_format_refuses_quotes_in_an_expression(service: Service) -> None:
    inbound = '<set-header name="a"><value>x</value></set-header><set-variable name="a" value="@("b")" />'
    assert service.put_policy(inbound).status == 201
    answer = service.put_policy(inbound, format="xml")
    assert [detail["target"] for detail in answer.error["details"]] == ["representation"]


def test_it_may_have_256_kib(service: Service) -> None:
    assert service.put_policy(f"<!--{'x' * 255 * 1024}-->").status == 201
    [(target, _)] = messages(service, f"<!--{'x' * 256 * 1024}-->")
    assert target == "representation"


def test_in_the_consumption_tier_it_may_have_16_kib(service: Service) -> None:
    service.put("", {**service.body, "sku": {"name": "Consumption", "capacity": 0}})
    assert service.put_policy(f"<!--{'x' * 15 * 1024}-->").status == 201
    [(target, _)] = messages(service, f"<!--{'x' * 16 * 1024}-->")
    assert target == "representation"


def test_links_and_other_ids_are_refused(service: Service) -> None:
    body = {"properties": {"format": "rawxml-link", "value": "https://example.com/p.xml"}}
    assert service.put(API, body).status == 501
    assert service.put("/apis/orders/policies/mine", body).status == 400
    assert service.put("/apis/none/policies/policy", body).error["message"] == "API not found."


@pytest.mark.parametrize("path", ["/apis/orders", "/apis/orders/operations/get"])
def test_one_can_be_deleted_and_is_then_gone(service: Service, path: str) -> None:
    assert service.put_policy("", path).status == 201
    assert [one["name"] for one in service.get(f"{path}/policies").body["value"]] == ["policy"]
    assert service.delete_entity(f"{path}/policies/policy").status == 200
    assert service.get(f"{path}/policies/policy").error["message"] == "Policy not found."
    assert service.delete_entity(f"{path}/policies/policy").status == 204


def test_the_services_own_policy_goes_back_to_the_default(service: Service) -> None:
    default = service.get("/policies/policy").body
    document = '<policies><inbound><set-header name="x"><value>1</value></set-header></inbound></policies>'
    assert service.put("/policies/policy", {"properties": {"format": "rawxml", "value": document}}).status == 200
    assert service.get("/policies/policy").body != default
    assert service.delete_entity("/policies/policy").status == 200
    assert service.get("/policies/policy").body == default
