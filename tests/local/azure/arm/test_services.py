"""API Management services: what is required, what is kept, what is wiped, and the gateway that comes and goes."""

import pytest

from local.default_policy import DEFAULT_POLICY
from tests.local.azure.arm.conftest import Service, make_pfx


def certificates(service: Service, *items: dict[str, str]) -> dict[str, object]:
    return {**service.body, "properties": {**service.body["properties"], "certificates": list(items)}}


def backend_ca(service: Service) -> dict[str, str]:
    pem = (service.azure.home.pki / "backend-ca.pem").read_text()
    der = "".join(line for line in pem.splitlines() if not line.startswith("-"))
    return {"storeName": "Root", "encodedCertificate": der}


def test_creating_one_is_a_long_running_operation(service: Service) -> None:
    other = Service(service.azure)
    service.azure.arm("PUT", other.group, {"location": "westeurope"}, "2024-03-01")
    answer = other.put("", other.body)
    assert answer.status == 201
    assert answer.body["properties"]["provisioningState"] == "Created"
    assert answer.headers["location"] == answer.headers["azure-asyncoperation"]
    assert f"{other.path}/operationresults/" in answer.headers["location"]
    assert service.azure.arm("GET", answer.headers["location"]).body["status"] == "Succeeded"
    assert other.get("").body["properties"]["provisioningState"] == "Succeeded"
    other.delete()


def test_deleting_one_closes_its_gateway(service: Service) -> None:
    address = service.get("").body["properties"]["gatewayUrl"]
    assert service.azure.send("GET", f"{address}/x").status == 404
    answer = service.delete_entity("")
    assert answer.status == 202
    assert service.azure.arm("GET", answer.headers["location"]).body["status"] == "Succeeded"
    with pytest.raises(OSError, match="refused"):
        service.azure.send("GET", f"{address}/x")
    assert service.get("").error["message"] == (
        f"The Resource 'Microsoft.ApiManagement/service/{service.name}' under resource group 'rg-{service.name}' was"
        " not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    assert service.delete_entity("").status == 204


def test_a_new_one_has_the_default_policy_and_the_built_in_subscription(service: Service) -> None:
    for given in ("xml", "rawxml"):  # byte for byte: the provider compares with it
        properties = service.get(f"/policies/policy?format={given}").body["properties"]
        assert properties == {"format": given, "value": DEFAULT_POLICY}
    assert [one["name"] for one in service.get("/subscriptions").body["value"]] == ["master"]
    secrets = service.azure.arm("POST", f"{service.path}/subscriptions/master/listSecrets").body
    assert set(secrets) == {"primaryKey", "secondaryKey"}
    assert secrets["primaryKey"] not in str(service.get("/subscriptions/master").body)


def test_its_principal_survives_an_update_and_goes_with_the_identity(service: Service) -> None:
    principal = service.get("").body["identity"]["principalId"]
    assert service.put("", service.body).body["identity"]["principalId"] == principal
    service.put("", {**service.body, "identity": {"type": "None"}})
    assert service.get("").body["identity"] == {"type": "None"}


def test_user_assigned_identities_have_to_exist(service: Service) -> None:
    path = f"{service.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway"
    body = {**service.body, "identity": {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {path: {}}}}
    assert service.put("", body).error["code"] == "FailedIdentityOperation"
    made = service.azure.arm("PUT", path, {"location": "westeurope"}, "2023-01-31").body["properties"]
    assigned = service.put("", body).body["identity"]["userAssignedIdentities"][path]
    assert assigned == {"clientId": made["clientId"], "principalId": made["principalId"]}


def test_what_is_required_is_said_all_at_once(service: Service) -> None:
    answer = service.put("", {"location": "westeurope", "sku": {"name": "Gold"}, "properties": {}})
    assert (answer.status, answer.error["code"]) == (400, "ValidationError")
    targets = {detail["target"] for detail in answer.error["details"]}
    assert targets == {"sku.name", "sku.capacity", "properties.publisherEmail", "properties.publisherName"}


@pytest.mark.parametrize("name", ["1st", "ends-", "a" * 51, "under_score"])
def test_its_name_follows_the_rule(service: Service, name: str) -> None:
    path = service.path.replace(f"service/{service.name}", f"service/{name}")
    assert service.azure.arm("PUT", path, service.body).status == 400


def test_its_name_is_unique_in_azure(service: Service) -> None:
    other = Service(service.azure)
    service.azure.arm("PUT", other.group, {"location": "westeurope"}, "2024-03-01")
    path = other.path.replace(f"service/{other.name}", f"service/{service.name}")
    assert service.azure.arm("PUT", path, other.body).error["code"] == "ServiceAlreadyExists"
    other.delete()


@pytest.mark.parametrize("part", [{"virtualNetworkType": "Internal"}, {"disableGateway": True}, {"somethingNew": 1}])
def test_a_setting_that_is_not_served_is_refused(service: Service, part: dict[str, object]) -> None:
    body = {**service.body, "properties": {**service.body["properties"], **part}}
    answer = service.put("", body)
    assert answer.status == 501
    assert f"properties.{next(iter(part))}" in answer.error["message"]


class TestCaCertificates:
    """The gateway trusts them, GET never shows them, a PUT without them wipes them."""

    def reach_backend(self, service: Service) -> int:
        return service.call("/orders/1").status

    @pytest.fixture(autouse=True)
    def deployed(self, service: Service) -> None:
        service.add_key_vault_certificate()
        service.add_backend()
        service.add_api()
        policy = '<set-backend-service backend-id="orders" /><authentication-certificate certificate-id="orders" />'
        assert service.put_policy(policy).status == 201

    def test_without_the_ca_the_backend_is_not_trusted(self, service: Service) -> None:
        assert self.reach_backend(service) == 500

    def test_with_it_the_backend_is_trusted_until_a_put_without(self, service: Service) -> None:
        assert service.put("", certificates(service, backend_ca(service))).status == 200
        assert self.reach_backend(service) == 200
        assert "certificates" not in service.get("").body["properties"]
        patch = {"tags": {"a": "b"}}
        assert service.azure.arm("PATCH", service.path, patch).status == 202
        assert self.reach_backend(service) == 200
        assert service.put("", service.body).status == 200
        assert self.reach_backend(service) == 500

    def test_a_v2_tier_takes_the_list_and_does_not_trust_it(self, service: Service) -> None:
        body = {**certificates(service, backend_ca(service)), "sku": {"name": "BasicV2", "capacity": 1}}
        assert service.put("", body).status == 200
        assert self.reach_backend(service) == 500


class TestBadCaCertificates:
    def test_an_empty_one(self, service: Service) -> None:
        answer = service.put("", certificates(service, {"storeName": "Root", "encodedCertificate": ""}))
        assert (answer.status, answer.error["code"]) == (400, "InvalidParameters")
        assert (
            answer.error["message"] == "Invalid parameter: certificate\r\nParameter name: Certificate cannot be empty"
        )

    def test_an_intermediate_that_is_no_pfx(self, service: Service) -> None:
        item = {**backend_ca(service), "storeName": "CertificateAuthority"}
        assert service.put("", certificates(service, item)).error["code"] == "InvalidParameters"

    def test_an_intermediate_as_pfx_is_accepted(self, service: Service) -> None:
        item = {"storeName": "CertificateAuthority", "encodedCertificate": make_pfx().data}
        assert service.put("", certificates(service, item)).status == 200

    def test_more_than_ten(self, service: Service) -> None:
        assert service.put("", certificates(service, *[backend_ca(service)] * 11)).status == 400

    def test_any_in_the_consumption_tier(self, service: Service) -> None:
        body = {**certificates(service, backend_ca(service)), "sku": {"name": "Consumption", "capacity": 0}}
        answer = service.put("", body)
        assert (answer.status, answer.error["code"]) == (400, "MethodNotAllowedInPricingTier")
        assert answer.error["message"] == "Method not allowed in Consumption pricing tier"
