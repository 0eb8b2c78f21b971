"""What goes wrong is told in one line that helps, and never repeats an input."""

from pathlib import Path
from typing import Any

import grpc
import pytest

from local.home import HOME_VARIABLE
from local.provider import shape
from local.provider.properties import Secret
from tests.local.provider.conftest import FakeArm, Plugin

PARENT = {"resourceGroupName": "rg", "serviceName": "apim"}


def details(call: Any) -> Any:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value.details()


def test_an_unknown_resource_type_is_named_with_what_is_served(plugin: Plugin) -> None:
    message = details(lambda: plugin.check("storage:StorageAccount", {}))
    assert "does not serve the resource type 'azure-native:storage:StorageAccount'" in message
    assert "azure-native:apimanagement:Backend" in message


def test_an_unknown_function_is_named_with_what_is_served(configured: Plugin) -> None:
    message = details(lambda: configured.invoke("azure-native:storage:getBlob"))
    assert "does not serve the function 'azure-native:storage:getBlob'" in message
    assert "azure-native:apimanagement:getApiManagementService" in message


def test_without_local_azure_the_fix_is_told(plugin: Plugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "elsewhere"))
    assert "python -m local start" in details(plugin.configure)


def test_when_local_azure_went_away_the_fix_is_told(plugin: Plugin, arm: FakeArm) -> None:
    plugin.configure()
    arm.close()
    message = details(lambda: plugin.create("apimanagement:Backend", PARENT | {"backendId": "b"}))
    assert f"Local Azure does not answer at {arm.url}" in message
    assert "python -m local start" in message


def test_a_call_before_configure_says_so(plugin: Plugin) -> None:
    assert "not configured" in details(lambda: plugin.delete("apimanagement:Backend", "/x"))


def test_a_defect_tells_its_place_but_no_input(configured: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> None:
        raise ValueError("AA==")

    monkeypatch.setattr(shape, "request_body", broken)
    inputs = PARENT | {"certificateId": "c", "data": Secret("AA==")}
    message = details(lambda: configured.create("apimanagement:Certificate", inputs))
    assert "ValueError in broken" in message
    assert "AA==" not in message
