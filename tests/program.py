"""Runs a Pulumi program in this process, against mocks in place of an engine: what it registers, how it is refused.

The mocks stand for Azure, not for the components: those, and the SDK under them, run as they are.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from backend_mtls import gate
from backend_mtls.arguments import ArgumentsError
from backend_mtls.key_vault import Preflight
from pulumi.runtime import mocks
from pulumi.runtime import settings as runtime_settings
from pulumi.runtime.stack import run_pulumi_func

SUBSCRIPTION = "00000000-0000-4000-8000-00000000a21e"
EXISTING = {
    "id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/existing",
    "name": "existing",
    "gatewayUrl": "https://existing.azure-api.net",
    "sku": {"name": "Premium", "capacity": 1},
    "identity": {
        "type": "SystemAssigned, UserAssigned",
        "principalId": "00000000-0000-4000-8000-0000000000a1",
        "tenantId": "00000000-0000-4000-8000-0000000000a2",
        "userAssignedIdentities": {
            "/subscriptions/x/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader": {
                "clientId": "00000000-0000-4000-8000-0000000000b1",
                "principalId": "00000000-0000-4000-8000-0000000000b2",
            }
        },
    },
}
"""What Azure says about a service that was there before."""


class Azure(pulumi.runtime.Mocks):
    """Accepts everything, and remembers it."""

    def __init__(self) -> None:
        self.registered: list[pulumi.runtime.MockResourceArgs] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.registered.append(args)
        if args.typ == "azure-native:apimanagement:ApiManagementService":
            return f"{args.name}-id", args.inputs | {"gatewayUrl": "https://apim.azure-api.net"}
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[Any, Any]:
        if args.token == "azure-native:apimanagement:getApi" and args.args["apiId"] == "gone":
            return {}
        answers = {
            "azure-native:apimanagement:getApiManagementService": EXISTING,
            "azure-native:apimanagement:getApi": {"id": "/apis/orders", "path": "orders", "apiRevision": "1"},
            "azure-native:authorization:getClientConfig": {"subscriptionId": SUBSCRIPTION},
        }
        return answers.get(args.token, {})

    def inputs(self, kind: str) -> dict[str, dict[str, Any]]:
        """Name -> inputs of every registered azure-native resource of a class."""
        return {each.name: each.inputs for each in self.registered if each.typ.rpartition(":")[2] == kind}


def run(
    program: Callable[[], Any],
    azure: Azure | None = None,
    preflight: Preflight | None = None,
    monitor: mocks.MockMonitor | None = None,
) -> Azure:
    """What the program registered; raises what it ended with. A `monitor` stands for the engine of a preview."""
    azure = azure or Azure()
    loops: list[asyncio.AbstractEventLoop] = []

    def loop_of_thread() -> None:
        """The SDK's mocks give every thread an event loop, and never close it."""
        try:
            asyncio.get_event_loop()
        except RuntimeError:
            loops.append(asyncio.new_event_loop())
            asyncio.set_event_loop(loops[-1])

    async def deploy() -> None:
        previews = monitor is not None
        pulumi.runtime.set_mocks(azure, project="backend-mtls", stack="test", preview=previews, monitor=monitor)
        runtime_settings._get_rpc_manager().clear()
        runtime_settings.SETTINGS.outputs.clear()  # of an earlier program's loop
        gate.ask_key_vault(preflight or Preflight(mode="off"))
        # the SDK leaves the outputs of what was not registered with an exception that nobody asks for
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        try:
            await run_pulumi_func(program)
        finally:  # what a refused program leaves behind must not reach the next one; a real one is over by now
            azure.registered, ended = [], azure.registered
            while left := list(runtime_settings.SETTINGS.outputs):  # one that ends may have made another one
                runtime_settings.SETTINGS.outputs.clear()
                await asyncio.gather(*left, return_exceptions=True)
            azure.registered = ended

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mocks, "_ensure_event_loop", loop_of_thread)
        try:
            asyncio.run(deploy())
        finally:
            for loop in loops:
                loop.close()
    return azure


def refusal(program: Callable[[], Any]) -> ArgumentsError:
    """How the program is refused; it must have registered nothing."""
    azure = Azure()
    with pytest.raises(ArgumentsError) as caught:
        run(program, azure)
    assert azure.registered == []
    return caught.value
