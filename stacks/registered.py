"""What the program of a stack registers, without an engine and without Azure; one stack for each process.

`python -m stacks.registered` reads `{"project", "stack", "config"}` as JSON, runs `settings.load` and `topology.build`
on it in the current folder, and prints the listing. `expected.py` starts it: the SDK keeps a program's state for as
long as the process lives.

The SDK's mocks stand for the engine in a preview: nothing that Azure decides is known. Nothing is looked up: of an
existing service only what its names say is known, and no other thing exists. It is taken to be a Premium one: whether
its SKU allows what is declared is found out by `pulumi preview`.
"""

import asyncio
import json
import sys
from dataclasses import replace
from typing import Any

import pulumi
from backend_mtls.key_vault import Preflight
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import provider_pb2, resource_pb2
from pulumi.runtime.stack import run_pulumi_func

from stacks import listing, settings, topology
from stacks.listing import SECRET, UNKNOWN, Registered
from stacks.stack_file import SUBSCRIPTION

_LOOK_UP = "azure-native:apimanagement:getApiManagementService"
_SERVICE = "azure-native:apimanagement:ApiManagementService"
_SUBSCRIPTION = "[subscription]"
"""Stands for the subscription when the stack's file does not name one."""


class Azure(pulumi.runtime.Mocks):
    """Azure, of which nothing is known but names."""

    def __init__(self, subscription: str) -> None:
        self._subscription = subscription

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Never called: the monitor below answers for the engine."""
        raise NotImplementedError(args.typ)

    def call(self, args: mocks.MockCallArgs) -> Any:
        """Who deploys, and an existing service; any other invoke fails, as for something that is not there."""
        if args.token == "azure-native:authorization:getClientConfig":  # noqa: S105 -- a type token
            return {"subscriptionId": self._subscription}
        if args.token != _LOOK_UP:
            return {}, [("", "not found: nothing is looked up for a listing")]
        group, name = args.args["resourceGroupName"], args.args["serviceName"]
        return {
            "id": f"/subscriptions/{self._subscription}/resourceGroups/{group}"
            f"/providers/Microsoft.ApiManagement/service/{name}",
            "name": name,
            "gatewayUrl": UNKNOWN,
            "sku": {"name": "Premium", "capacity": 1},
            "identity": {"type": "SystemAssigned", "principalId": UNKNOWN, "tenantId": UNKNOWN},
        }


class Monitor(mocks.MockMonitor):
    """Answers as the engine does in a preview, and remembers what was asked for."""

    def __init__(self, azure: Azure) -> None:
        super().__init__(azure)
        self._declared: set[str] = set()
        self.registered: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 -- the name is gRPC's
        """A resource of the program, or the stack itself."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == _SERVICE:
            self._declared.add(request.object["serviceName"])
        if request.type != "pulumi:pulumi:Stack":
            self.registered.append(_registered(urn, request))
        return resource_pb2.RegisterResourceResponse(urn=urn)  # in a preview an output that is missing is unknown

    def Invoke(self, request: Any) -> Any:  # noqa: N802 -- the name is gRPC's
        """A function; a service that the program makes is not there yet."""
        if request.tok == _LOOK_UP and request.args["serviceName"] in self._declared:
            failure = provider_pb2.CheckFailure(reason="the service is not there yet")
            return resource_pb2.ResourceInvokeResponse(failures=[failure])
        return super().Invoke(request)  # type: ignore[no-untyped-call] # the mocks have no types


def _registered(urn: str, request: Any) -> Registered:
    by_property = (each.urns for each in request.propertyDependencies.values())
    return Registered(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=request.parent,
        dependencies=[*request.dependencies, *(one for urns in by_property for one in urns)],
        version=request.version,
        options=_options(request),
        inputs=_shown(request.object),
    )


def _options(request: Any) -> dict[str, Any]:
    """What decides how the resource is updated and deleted. Aliases are left out: they change no resource."""
    found = {
        "deleteBeforeReplace": request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        "ignoreChanges": list(request.ignoreChanges),
        "import": request.importId,
        "protect": request.protect,
        "replaceOnChanges": list(request.replaceOnChanges),
        "retainOnDelete": request.retainOnDelete,
    }
    return {key: value for key, value in found.items() if value or (key == "deleteBeforeReplace" and value is not None)}


def _shown(value: Any) -> Any:
    """A protobuf Struct as plain values, without secrets."""
    if hasattr(value, "fields"):
        if rpc._special_sig_key in value.fields:  # noqa: SLF001 -- the SDK has no public name for it
            return _special(value.fields)
        return {key: _shown(each) for key, each in value.fields.items()}
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _shown(value.struct_value)
    if kind == "list_value":
        return [_shown(each) for each in value.list_value.values]
    if kind == "string_value" and value.string_value == rpc.UNKNOWN:
        return UNKNOWN
    return None if kind == "null_value" else getattr(value, kind)


def _special(fields: Any) -> Any:
    """A secret; or a file or another resource, none of which this project's resources take as an input."""
    signature = fields[rpc._special_sig_key].string_value  # noqa: SLF001 -- as above
    if signature == rpc._special_secret_sig:  # noqa: SLF001 -- as above
        return SECRET
    raise NotImplementedError(f"a value with the signature {signature} has no form in a listing")


def _program() -> None:
    topology.build(replace(settings.load(), preflight=Preflight(mode="off")))


async def _declare(monitor: Monitor, project: str, stack: str, config: dict[str, str]) -> None:
    pulumi.runtime.set_mocks(monitor.mocks, project=project, stack=stack, preview=True, monitor=monitor)
    pulumi.runtime.set_all_config(config)
    # the SDK leaves the outputs of what was not registered with an exception that nobody asks for
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    await run_pulumi_func(_program)


def main() -> int:
    """0, or 1 when the configuration cannot be deployed: then its problems are on stderr."""
    given = json.load(sys.stdin)
    config = {SUBSCRIPTION: _SUBSCRIPTION} | given["config"]
    monitor = Monitor(Azure(config[SUBSCRIPTION]))
    try:
        asyncio.run(_declare(monitor, given["project"], given["stack"], config))
    except pulumi.RunError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(listing.write(given["stack"], monitor.registered))
    return 0


if __name__ == "__main__":
    sys.exit(main())
