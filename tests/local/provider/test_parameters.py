"""The provider as another package: told by its parameters, and then nothing else."""

import base64
import json
from collections.abc import Callable

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from local.endpoints import SUBSCRIPTION_ID
from tests.local.provider.conftest import FakeArm, Plugin

PACKAGE = "azure-native_apimanagement_v20250301preview"
BACKEND = f"{PACKAGE}:apimanagement:Backend"
NAMES = {"resourceGroupName": "rg", "serviceName": "apim", "backendId": "orders"}
INPUTS = NAMES | {"url": "https://x", "protocol": "http"}
Request = provider_pb2.ParameterizeRequest


def value(content: bytes) -> Request:
    return Request(value=Request.ParametersValue(name=PACKAGE, version="3.29.0", value=content))


def encoded(**given: str) -> Request:
    return value(base64.b64encode(json.dumps(given).encode()))


def words(*given: str) -> Request:
    return Request(args=Request.ParametersArgs(args=given))


@pytest.mark.parametrize(
    "request_",
    [encoded(module="apimanagement", version="v20250301preview"), words("apimanagement", "v20250301preview")],
    ids=["value", "args"],
)
def test_it_becomes_the_package_for_an_api_version(plugin: Plugin, arm: FakeArm, request_: Request) -> None:
    answer = plugin.stub.Parameterize(request_)
    assert (answer.name, answer.version) == (PACKAGE, "3.29.0")
    variables = {f"{PACKAGE}:config:subscriptionId": SUBSCRIPTION_ID}
    plugin.stub.Configure(provider_pb2.ConfigureRequest(variables=variables))
    arm_id, _ = plugin.create(BACKEND, INPUTS)
    assert arm_id.startswith(f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg/")
    assert {each["api-version"] for each in arm.queries} == {"2025-03-01-preview"}


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(grpc.RpcError) as error:
        call()
    return str(error.value.details())


def test_afterwards_it_serves_no_token_of_the_package_that_it_was(plugin: Plugin) -> None:
    plugin.stub.Parameterize(words("apimanagement", "v20250301preview"))
    plugin.configure()
    text = refusal(lambda: plugin.create("azure-native:apimanagement:Backend", INPUTS))
    assert text == (
        f"Resource type azure-native:apimanagement:Backend not found: this provider serves the package {PACKAGE}."
    )


def test_before_it_serves_no_token_of_the_package_that_it_may_become(plugin: Plugin) -> None:
    plugin.configure()
    assert "this provider serves the package azure-native." in refusal(lambda: plugin.create(BACKEND, INPUTS))


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (words("apimanagement", "v20230501"), "does not serve the package for 'apimanagement v20230501'"),
        (words("apimanagement"), "expected 2 arguments (module and API version), got 1"),
        (value(b"{}"), "failed to deserialize parameterize args"),
        (value(base64.b64encode(b"[]")), "failed to deserialize parameterize args"),
        (encoded(module="apimanagement"), "failed to deserialize parameterize args: 'version'"),
    ],
)
def test_other_parameters_are_refused(plugin: Plugin, request_: Request, text: str) -> None:
    assert text in refusal(lambda: plugin.stub.Parameterize(request_))
