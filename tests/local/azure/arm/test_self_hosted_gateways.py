"""Self-hosted gateways: a listener each, the APIs they were given, certificate authorities that are certificates."""

import urllib.parse

import pytest

from tests.conftest import LocalAzure
from tests.local.azure.arm.conftest import Service

PATH = "/gateways/own"
BODY = {"properties": {"locationData": {"name": "Cellar", "city": "Ulm", "countryOrRegion": "DE"}, "description": "d"}}


def addresses(azure: LocalAzure) -> dict[str, str]:
    azure.__dict__.pop("endpoints", None)
    return azure.endpoints.gateways


class TestGateway:
    def test_one_opens_a_listener_and_closes_it(self, service: Service) -> None:
        assert service.put(PATH, BODY).status == 201
        assert service.get(PATH).body["properties"] == BODY["properties"]
        assert [one["name"] for one in service.get("/gateways").body["value"]] == ["own"]
        address = addresses(service.azure)[f"{service.name}/own"]
        assert service.azure.send("GET", f"{address}/orders").status == 404
        assert service.put(PATH, BODY).status == 200
        assert service.delete_entity(PATH).status == 200
        assert f"{service.name}/own" not in addresses(service.azure)
        assert service.delete_entity(PATH).status == 204

    def test_it_goes_with_its_service(self, service: Service) -> None:
        service.put(PATH, BODY)
        service.delete_entity("")
        assert f"{service.name}/own" not in addresses(service.azure)

    def test_a_restart_finds_it_again(self, fresh_azure: LocalAzure) -> None:
        service = Service(fresh_azure)
        service.create()
        service.put(PATH, BODY)
        before = addresses(fresh_azure)[f"{service.name}/own"]
        fresh_azure.stop()
        fresh_azure.start()
        assert addresses(fresh_azure)[f"{service.name}/own"] == before
        assert urllib.parse.urlsplit(before).hostname == "localhost"

    def test_patch_changes_what_it_is_sent(self, service: Service) -> None:
        service.put(PATH, BODY)
        patch = {"properties": {"description": "other"}}
        answer = service.azure.arm("PATCH", service.path + PATH, patch, headers={"If-Match": "*"})
        assert answer.status == 200
        assert service.get(PATH).body["properties"] == {**BODY["properties"], "description": "other"}

    @pytest.mark.parametrize(
        ("name", "body", "message"),
        [
            ("managed", BODY, "'gatewayId' must not have the value 'managed'."),
            ("a:b", BODY, "'a:b' must be 1 to 80 characters"),
            ("own", {"properties": {}}, "'name' should not be empty."),
            (
                "own",
                {"properties": {"locationData": {"name": "x" * 257}}},
                "'name' must be between 1 and 256 characters",
            ),
        ],
    )
    def test_what_is_wrong_with_it_is_refused(
        self, service: Service, name: str, body: dict[str, object], message: str
    ) -> None:
        answer = service.put(f"/gateways/{name}", body)
        assert answer.status == 400
        assert message in str(answer.error["details"])

    @pytest.mark.parametrize("sku", ["Basic", "Standard", "BasicV2"])
    def test_only_developer_and_premium_have_one(self, service: Service, sku: str) -> None:
        service.put("", {**service.body, "sku": {"name": sku, "capacity": 1}})
        answer = service.put(PATH, BODY)
        assert (answer.status, answer.error["code"]) == (400, "MethodNotAllowedInPricingTier")
        service.put("", {**service.body, "sku": {"name": "Premium", "capacity": 1}})
        assert service.put(PATH, BODY).status == 201

    def test_its_keys_are_not_served(self, service: Service) -> None:
        service.put(PATH, BODY)
        assert service.azure.arm("POST", f"{service.path}{PATH}/listKeys").status == 501


class TestApis:
    def test_one_is_given_and_taken_away(self, service: Service) -> None:
        service.put(PATH, BODY)
        service.add_api(subscriptionRequired=False)
        service.put_policy('<return-response><set-status code="202" /></return-response>')
        url = f"{addresses(service.azure)[f'{service.name}/own']}/orders"
        assert service.azure.send("GET", url).status == 404
        given = service.put(f"{PATH}/apis/orders", {})
        assert (given.status, given.body["properties"]["path"]) == (201, "orders")
        assert service.azure.send("GET", url).status == 202
        assert service.azure.arm("HEAD", f"{service.path}{PATH}/apis/orders").status == 200
        assert [one["name"] for one in service.get(f"{PATH}/apis").body["value"]] == ["orders"]
        assert service.delete_entity(f"{PATH}/apis/orders").status == 200
        assert service.azure.send("GET", url).status == 404
        assert service.azure.arm("HEAD", f"{service.path}{PATH}/apis/orders").status == 404

    def test_one_that_is_deleted_leaves_the_gateway(self, service: Service) -> None:
        service.put(PATH, BODY)
        for name in ("orders", "other"):
            service.add_api(name)
            service.put(f"{PATH}/apis/{name}", {})
        service.delete_entity("/apis/orders")
        service.add_api("orders")
        assert [one["name"] for one in service.get(f"{PATH}/apis").body["value"]] == ["other"]

    def test_both_have_to_exist(self, service: Service) -> None:
        service.add_api()
        assert service.put(f"{PATH}/apis/orders", {}).error["message"] == "Gateway not found."
        service.put(PATH, BODY)
        assert service.put(f"{PATH}/apis/none", {}).error["message"] == "API not found."


class TestCertificateAuthorities:
    def test_one_is_a_certificate_that_cannot_go_as_long_as_it_is_one(self, service: Service) -> None:
        service.put(PATH, BODY)
        service.add_certificate("root")
        service.add_certificate("other")
        authority = f"{PATH}/certificateAuthorities/root"
        assert service.put(authority, {"properties": {"isTrusted": True}}).status == 201
        assert service.get(authority).body["properties"] == {"isTrusted": True}
        answer = service.delete_entity("/certificates/root")
        assert (answer.status, answer.error["message"]) == (
            400,
            f"The Certificate 'root' is used by the following entities:\r\n{authority}\r\n",
        )
        assert service.delete_entity("/certificates/other").status == 200
        assert service.put(authority, {"properties": {}}).body["properties"] == {"isTrusted": False}
        assert service.delete_entity(authority).status == 200
        assert service.delete_entity("/certificates/root").status == 200

    def test_it_goes_with_its_gateway(self, service: Service) -> None:
        service.put(PATH, BODY)
        service.add_certificate("root")
        service.put(f"{PATH}/certificateAuthorities/root", {"properties": {"isTrusted": True}})
        service.delete_entity(PATH)
        assert service.delete_entity("/certificates/root").status == 200

    def test_gateway_and_certificate_have_to_exist(self, service: Service) -> None:
        body = {"properties": {"isTrusted": True}}
        assert service.put(f"{PATH}/certificateAuthorities/root", body).error["message"] == "Gateway not found."
        service.put(PATH, BODY)
        assert service.put(f"{PATH}/certificateAuthorities/root", body).error["message"] == "Certificate not found."
