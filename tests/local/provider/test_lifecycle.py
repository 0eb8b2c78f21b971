"""Create, read, update and delete send ARM what the real provider sends, and tell the engine what it tells."""

from typing import Any

import grpc
import pytest

from local.default_policy import DEFAULT_POLICY
from local.endpoints import SUBSCRIPTION_ID
from local.provider.properties import UNKNOWN, Secret
from tests.local.provider.conftest import FakeArm, Plugin

GROUP = {"resourceGroupName": "rg"}
PARENT = {**GROUP, "serviceName": "apim"}
GROUP_ID = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg"
SERVICE_ID = f"{GROUP_ID}/providers/Microsoft.ApiManagement/service/apim"
CERTIFICATE_ID = f"{SERVICE_ID}/certificates/orders"
CERTIFICATE = "apimanagement:Certificate"
SERVICE = "apimanagement:ApiManagementService"


def service_inputs(**others: Any) -> Any:
    sku = {"name": "Developer", "capacity": 1}
    return PARENT | {"location": "westeurope", "publisherEmail": "a@b", "publisherName": "A", "sku": sku} | others


class TestCreate:
    def test_puts_top_level_inputs_beside_properties(self, configured: Plugin, arm: FakeArm) -> None:
        arm_id, outputs = configured.create(SERVICE, service_inputs(identity={"type": "SystemAssigned"}))
        assert arm_id == SERVICE_ID
        body = next(body for method, _, body in arm.seen if method == "PUT")
        assert body == {
            "location": "westeurope",
            "sku": {"name": "Developer", "capacity": 1},
            "identity": {"type": "SystemAssigned"},
            "properties": {"publisherEmail": "a@b", "publisherName": "A"},
        }
        assert outputs["publisherName"] == "A"
        assert outputs["azureApiVersion"] == "2024-05-01"
        assert "properties" not in outputs

    def test_sends_a_list_of_identities_as_the_map_that_arm_wants(self, configured: Plugin, arm: FakeArm) -> None:
        configured.create(SERVICE, service_inputs(identity={"type": "UserAssigned", "userAssignedIdentities": ["/i"]}))
        body = next(body for method, _, body in arm.seen if method == "PUT")
        assert body["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {"/i": {}}}

    def test_asks_first_and_reads_afterwards(self, configured: Plugin, arm: FakeArm) -> None:
        configured.create(CERTIFICATE, PARENT | {"certificateId": "orders", "data": "AA=="})
        assert arm.methods() == ["GET", "PUT", "GET"]

    def test_refuses_what_exists_already(self, configured: Plugin, arm: FakeArm) -> None:
        arm.entities[CERTIFICATE_ID.lower()] = {"id": CERTIFICATE_ID}
        with pytest.raises(grpc.RpcError) as caught:
            configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        assert caught.value.details() == f"cannot create already existing resource '{CERTIFICATE_ID}'"
        assert arm.methods() == ["GET"]

    def test_takes_over_a_services_policy_as_long_as_it_is_the_default(self, configured: Plugin, arm: FakeArm) -> None:
        policy_id = f"{SERVICE_ID}/policies/policy"
        properties = {"format": "xml", "value": DEFAULT_POLICY}
        arm.entities[policy_id.lower()] = {"id": policy_id, "properties": properties}
        inputs = PARENT | {"policyId": "policy", "format": "rawxml", "value": "<policies />"}
        assert configured.create("apimanagement:Policy", inputs)[0] == policy_id
        assert arm.entities[policy_id.lower()]["properties"]["value"] == "<policies />"
        with pytest.raises(grpc.RpcError) as caught:
            configured.create("apimanagement:Policy", inputs)
        assert caught.value.details() == f"cannot create already existing subresource '{policy_id}'"

    def test_finds_a_products_api_by_head_alone(self, configured: Plugin, arm: FakeArm) -> None:
        inputs = PARENT | {"productId": "starter", "apiId": "orders"}
        for status in (404, 204):
            arm.reply("HEAD", status)
        arm_id, outputs = configured.create("apimanagement:ProductApi", inputs)
        assert (arm_id, outputs) == (f"{SERVICE_ID}/products/starter/apis/orders", {"azureApiVersion": "2024-05-01"})
        assert arm.methods() == ["HEAD", "PUT", "HEAD"]
        arm.reply("HEAD", 204)
        with pytest.raises(grpc.RpcError, match="cannot create already existing resource"):
            configured.create("apimanagement:ProductApi", inputs)
        arm.reply("HEAD", 404)
        assert configured.read("apimanagement:ProductApi", arm_id)[0] == ""

    def test_sends_some_inputs_in_the_query(self, configured: Plugin, arm: FakeArm) -> None:
        inputs = PARENT | {"sid": "caller", "displayName": "Caller", "scope": "/apis", "notify": True}
        configured.create("apimanagement:Subscription", inputs)
        assert arm.seen[1][2] == {"properties": {"displayName": "Caller", "scope": "/apis"}}
        assert arm.queries[1] == {"api-version": "2024-05-01", "notify": "true"}

    def test_stops_when_it_cannot_tell_whether_it_exists(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("GET", 403, {"error": {"code": "AuthorizationFailed"}})
        with pytest.raises(grpc.RpcError) as caught:
            configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        assert "cannot check existence of resource" in str(caught.value)
        assert "status code 403" in str(caught.value)

    def test_shows_only_the_message_of_a_refusal(self, configured: Plugin, arm: FakeArm) -> None:
        details = [{"code": "ValidationError", "target": "representation", "message": "hidden"}]
        arm.reply("PUT", 400, {"error": {"code": "ValidationError", "message": "Wrong:", "details": details}})
        with pytest.raises(grpc.RpcError) as caught:
            configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        assert caught.value.details() == 'Status=400 Code="ValidationError" Message="Wrong:"'

    def test_keeps_outputs_secret_where_inputs_are(self, configured: Plugin) -> None:
        credentials = {"header": {"key": Secret(["v"])}, "authorization": {"scheme": "Basic", "parameter": "p"}}
        inputs = PARENT | {"backendId": "b", "url": Secret("https://x"), "credentials": credentials}
        _, outputs = configured.create("apimanagement:Backend", inputs)
        assert outputs["url"] == Secret("https://x")
        assert outputs["credentials"] == credentials

    def test_sends_secrets_in_plain_to_arm_but_not_into_outputs(self, configured: Plugin, arm: FakeArm) -> None:
        _, outputs = configured.create(CERTIFICATE, PARENT | {"certificateId": "orders", "data": Secret("AA==")})
        assert arm.seen[1][2] == {"properties": {"data": "AA=="}}
        assert "data" not in outputs

    def test_builds_a_role_assignment_below_its_scope(self, configured: Plugin) -> None:
        scope = f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv"
        inputs = {"scope": scope, "roleAssignmentName": "guid", "principalId": "p", "roleDefinitionId": "r"}
        arm_id, _ = configured.create("authorization:RoleAssignment", inputs)
        assert arm_id == f"{scope}/providers/Microsoft.Authorization/roleAssignments/guid"


class TestPreview:
    def test_reaches_no_server(self, configured: Plugin, arm: FakeArm) -> None:
        configured.create(CERTIFICATE, PARENT | {"certificateId": "orders", "data": "AA=="}, preview=True)
        configured.update(CERTIFICATE, CERTIFICATE_ID, PARENT | {"certificateId": "orders"}, preview=True)
        assert arm.seen == []

    def test_knows_inputs_and_nothing_else(self, configured: Plugin) -> None:
        inputs = PARENT | {"apiId": "a", "policyId": "policy", "format": "rawxml", "value": "<policies />"}
        arm_id, outputs = configured.create("apimanagement:ApiPolicy", inputs, preview=True)
        assert arm_id == ""
        assert outputs["value"] == "<policies />"
        assert outputs["name"] is UNKNOWN

    def test_leaves_what_azure_adds_to_an_input_unknown(self, configured: Plugin) -> None:
        _, outputs = configured.create(SERVICE, service_inputs(identity={"type": "SystemAssigned"}), preview=True)
        assert outputs["identity"] == {"type": "SystemAssigned", "principalId": UNKNOWN, "tenantId": UNKNOWN}
        assert outputs["gatewayUrl"] is UNKNOWN

    def test_of_an_update_knows_name_and_location(self, configured: Plugin) -> None:
        olds = {"name": "apim", "location": "westeurope", "gatewayUrl": "https://g"}
        outputs = configured.update(SERVICE, SERVICE_ID, service_inputs(), olds, preview=True)
        assert (outputs["name"], outputs["location"]) == ("apim", "westeurope")
        assert outputs["gatewayUrl"] is UNKNOWN

    def test_keeps_secrets(self, configured: Plugin) -> None:
        _, outputs = configured.create("apimanagement:Backend", PARENT | {"url": Secret("u")}, preview=True)
        assert outputs["url"] == Secret("u")


class TestReadAndUpdate:
    def test_an_import_recovers_the_inputs_from_id_and_body(self, configured: Plugin, arm: FakeArm) -> None:
        arm_id = f"{SERVICE_ID}/backends/b".replace("resourceGroups", "resourcegroups")
        properties = {"url": "https://x", "protocol": "http", "tls": {"validateCertificateChain": True}, "proxy": {}}
        arm.entities[arm_id.lower()] = {"id": arm_id, "name": "b", "type": "T", "properties": properties}
        found, outputs, inputs = configured.read("apimanagement:Backend", arm_id)
        assert found == arm_id
        assert inputs == PARENT | {
            "backendId": "b",
            "url": "https://x",
            "protocol": "http",
            "tls": {"validateCertificateChain": True},
        }
        assert (outputs["type"], outputs["url"]) == ("T", "https://x")

    def test_what_is_gone_reads_as_nothing(self, configured: Plugin) -> None:
        assert configured.read(CERTIFICATE, CERTIFICATE_ID)[0] == ""

    def test_an_id_of_another_type_is_an_error(self, configured: Plugin, arm: FakeArm) -> None:
        arm.entities[SERVICE_ID.lower()] = {"id": SERVICE_ID}
        with pytest.raises(grpc.RpcError, match="is not the id of a azure-native:apimanagement:Certificate"):
            configured.read(CERTIFICATE, SERVICE_ID)

    def test_a_refresh_takes_over_drift_but_no_defaults(self, configured: Plugin, arm: FakeArm) -> None:
        arm_id = f"{SERVICE_ID}/backends/b"
        old = {"url": "https://x", "tls": {"validateCertificateChain": True}, "protocol": "http"}
        now = old | {"tls": {"validateCertificateChain": False}}
        arm.entities[arm_id.lower()] = {"id": arm_id, "properties": now}
        inputs = PARENT | {"url": Secret("https://x"), "tls": {"validateCertificateChain": True}}
        _, outputs, refreshed = configured.read("apimanagement:Backend", arm_id, inputs, old)
        assert refreshed == inputs | {"tls": {"validateCertificateChain": False}}
        assert outputs["url"] == Secret("https://x")

    def test_a_refresh_ignores_what_only_azure_writes(self, configured: Plugin, arm: FakeArm) -> None:
        inputs = PARENT | {"certificateId": "orders", "keyVault": {"secretIdentifier": "s"}}
        old = {"keyVault": {"secretIdentifier": "s", "lastStatus": {"code": "Success", "timeStampUtc": "1"}}}
        now = {"keyVault": {"secretIdentifier": "s", "lastStatus": {"code": "Success", "timeStampUtc": "2"}}}
        arm.entities[CERTIFICATE_ID.lower()] = {"id": CERTIFICATE_ID, "properties": now}
        assert configured.read(CERTIFICATE, CERTIFICATE_ID, inputs, old)[2] == inputs

    def test_an_update_puts_the_whole_resource_at_its_id(self, configured: Plugin, arm: FakeArm) -> None:
        arm_id = f"{SERVICE_ID}/backends/b"
        outputs = configured.update("apimanagement:Backend", arm_id, PARENT | {"backendId": "b", "url": "https://y"})
        assert arm.seen[0] == ("PUT", arm_id, {"properties": {"url": "https://y"}})
        assert outputs["url"] == "https://y"


class TestInvoke:
    def test_a_getter_reads_the_resource(self, configured: Plugin, arm: FakeArm) -> None:
        arm.entities[SERVICE_ID.lower()] = {
            "id": SERVICE_ID,
            "name": "apim",
            "location": "westeurope",
            "properties": {"gatewayUrl": "https://g"},
        }
        result = configured.invoke("azure-native:apimanagement:getApiManagementService", **PARENT)
        assert (result["id"], result["gatewayUrl"], result["location"]) == (SERVICE_ID, "https://g", "westeurope")

    def test_a_getter_says_which_id_was_not_found(self, configured: Plugin) -> None:
        with pytest.raises(grpc.RpcError) as caught:
            configured.invoke("azure-native:apimanagement:getApiManagementService", **PARENT)
        expected = f'request failed {SERVICE_ID}: Status=404 Code="ResourceNotFound" Message="Thing not found."'
        assert caught.value.details() == expected

    def test_the_client_configuration_is_local_azures(self, configured: Plugin) -> None:
        result = configured.invoke("azure-native:authorization:getClientConfig")
        assert (result["clientId"], result["objectId"]) == ("client-1", "object-1")
        assert result["subscriptionId"] == SUBSCRIPTION_ID
