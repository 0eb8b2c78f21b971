"""Waiting for ARM: long-running operations, retries and deletes, with the real provider's patience and its words."""

from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.endpoints import SUBSCRIPTION_ID
from local.provider import operations
from local.provider.properties import decode
from tests.local.provider.conftest import FakeArm, Plugin

GROUP = {"resourceGroupName": "rg"}
PARENT = {**GROUP, "serviceName": "apim"}
GROUP_ID = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg"
SERVICE_ID = f"{GROUP_ID}/providers/Microsoft.ApiManagement/service/apim"
CERTIFICATE_ID = f"{SERVICE_ID}/certificates/orders"
CERTIFICATE = "apimanagement:Certificate"
SERVICE = "apimanagement:ApiManagementService"


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "PUT_INTERVAL", 0.0)
    monkeypatch.setattr(operations, "DELETE_INTERVAL", 0.0)
    monkeypatch.setattr("local.provider.arm_client._RETRY_DELAY", 0.0)


def service_inputs(**others: Any) -> Any:
    sku = {"name": "Developer", "capacity": 1}
    return PARENT | {"location": "westeurope", "publisherEmail": "a@b", "publisherName": "A", "sku": sku} | others


class TestLongRunning:
    def test_polls_until_the_operation_has_succeeded(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("PUT", 201, {"properties": {}}, Azure_AsyncOperation=f"{arm.url}/operations/1")
        arm.reply("GET", 404)
        arm.reply("GET", 200, {"status": "InProgress"}, Retry_After="0")
        arm.reply("GET", 202, {"status": "InProgress"})
        arm.reply("GET", 200, {"status": "Succeeded"})
        arm.reply("GET", 200, {"id": SERVICE_ID, "name": "apim", "properties": {"gatewayUrl": "https://g"}})
        arm_id, outputs = configured.create(SERVICE, service_inputs())
        assert (arm_id, outputs["gatewayUrl"]) == (SERVICE_ID, "https://g")
        assert [path for _, path, _ in arm.seen].count("/operations/1") == 3

    def test_follows_location_when_there_is_nothing_else(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("PUT", 202, {}, Location=f"{arm.url}/results/1?asyncId=1")
        arm.reply("GET", 404)
        arm.reply("GET", 202)
        arm.reply("GET", 200)
        arm.reply("GET", 200, {"id": SERVICE_ID, "properties": {}})
        assert configured.create(SERVICE, service_inputs())[0] == SERVICE_ID
        assert [path for _, path, _ in arm.seen].count("/results/1") == 2

    def test_watches_the_resource_itself_without_any_header(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("PUT", 201, {"properties": {"provisioningState": "Activating"}})
        arm.reply("GET", 404)
        arm.reply("GET", 200, {"properties": {"provisioningState": "Activating"}})
        arm.reply("GET", 200, {"properties": {"provisioningState": "Succeeded"}})
        arm.reply("GET", 200, {"id": SERVICE_ID, "properties": {}})
        configured.create(SERVICE, service_inputs())
        assert arm.methods() == ["GET", "PUT", "GET", "GET", "GET"]

    def test_a_failure_keeps_the_resource_in_the_state(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("PUT", 201, {}, Azure_AsyncOperation=f"{arm.url}/operations/1")
        arm.reply("GET", 404)
        arm.reply("GET", 200, {"status": "Failed", "error": {"code": "Broken", "message": "No capacity"}})
        arm.reply("GET", 200, {"id": SERVICE_ID, "name": "apim", "properties": {"gatewayUrl": "https://g"}})
        with pytest.raises(grpc.RpcError) as caught:
            configured.create(SERVICE, service_inputs())
        trailer = {entry.key: entry.value for entry in caught.value.trailing_metadata()}["grpc-status-details-bin"]
        detail = provider_pb2.ErrorResourceInitFailed()
        assert status_pb2.Status.FromString(trailer).details[0].Unpack(detail)
        assert detail.id == SERVICE_ID
        assert detail.reasons == ['Status=200 Code="Broken" Message="No capacity"']
        assert decode(detail.properties)["gatewayUrl"] == "https://g"

    def test_gives_up_when_the_time_is_over(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("PUT", 201, {}, Azure_AsyncOperation=f"{arm.url}/operations/1", Retry_After="60")
        arm.reply("GET", 404)
        with pytest.raises(grpc.RpcError) as caught:
            configured.create(SERVICE, service_inputs(), timeout=30)
        assert caught.value.details() == "operation timed out"

    def test_a_cancelled_one_ends_at_once_and_the_next_configuration_starts_afresh(
        self, configured: Plugin, arm: FakeArm
    ) -> None:
        arm.reply("PUT", 201, {}, Azure_AsyncOperation=f"{arm.url}/operations/1", Retry_After="600")
        arm.reply("GET", 404)
        configured.stub.Cancel(Empty())
        with pytest.raises(grpc.RpcError, match="operation cancelled"):
            configured.create(SERVICE, service_inputs())
        configured.configure()
        arm.reply("GET", 404)
        assert configured.create(SERVICE, service_inputs())[0] == SERVICE_ID


class TestRetries:
    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_a_transient_answer_is_tried_again(self, configured: Plugin, arm: FakeArm, status: Any) -> None:
        arm.reply("PUT", status, {}, Retry_After="0")
        configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        assert arm.methods() == ["GET", "PUT", "PUT", "GET"]

    def test_another_operation_in_progress_is_waited_for(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("PUT", 409, {"error": {"code": "AnotherOperationInProgress", "message": "wait"}})
        configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        assert arm.methods().count("PUT") == 2

    def test_another_conflict_is_an_error_at_once(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("PUT", 409, {"error": {"code": "PessimisticConcurrencyConflict", "message": "no"}})
        with pytest.raises(grpc.RpcError, match="PessimisticConcurrencyConflict"):
            configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        assert arm.methods().count("PUT") == 1

    def test_the_fourth_failure_is_the_answer(self, configured: Plugin, arm: FakeArm) -> None:
        for _ in range(4):
            arm.reply("PUT", 503, {"error": {"code": "Busy", "message": "no"}})
        with pytest.raises(grpc.RpcError, match="Status=503"):
            configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        assert arm.methods().count("PUT") == 4

    def test_one_token_serves_all_requests(self, configured: Plugin, arm: FakeArm) -> None:
        configured.create(CERTIFICATE, PARENT | {"certificateId": "orders"})
        configured.delete(CERTIFICATE, CERTIFICATE_ID)
        assert arm.tokens == 1


class TestDelete:
    def test_removes_the_resource(self, configured: Plugin, arm: FakeArm) -> None:
        arm.entities[CERTIFICATE_ID.lower()] = {"id": CERTIFICATE_ID}
        configured.delete(CERTIFICATE, CERTIFICATE_ID)
        assert arm.entities == {}

    def test_of_what_is_gone_succeeds(self, configured: Plugin) -> None:
        configured.delete(CERTIFICATE, CERTIFICATE_ID)

    def test_that_is_refused_fails(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("DELETE", 400, {"error": {"code": "ValidationError", "message": "in use"}})
        with pytest.raises(grpc.RpcError, match="in use"):
            configured.delete(CERTIFICATE, CERTIFICATE_ID)

    def test_waits_for_a_long_running_one(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("DELETE", 202, {}, Location=f"{arm.url}/results/1")
        arm.reply("GET", 202)
        arm.reply("GET", 204)
        configured.delete(SERVICE, SERVICE_ID)
        assert arm.methods() == ["DELETE", "GET", "GET"]

    def test_accepted_without_a_url_to_poll_is_an_error(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("DELETE", 202)
        with pytest.raises(grpc.RpcError, match="no URL to poll"):
            configured.delete(SERVICE, SERVICE_ID)
