"""The gRPC services that a running program talks to: Pulumi's ResourceMonitor and Engine.

source: pulumi/pulumi proto/pulumi/resource.proto, engine.proto
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, resource_pb2, resource_pb2_grpc

from local.engine.deployment import Deployment
from local.engine.plugin import OPTIONS, ProviderError
from local.engine.properties import UnsupportedError, from_struct, to_struct
from local.engine.steps import StoppedError
from local.errors import LocalError

FEATURES = {  # with what is refused by name: otherwise the SDK tells the user to update the CLI
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "deletedWith": resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    "replaceWith": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    "replacementTrigger": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    "transforms": resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    "invokeTransforms": resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    "resourceHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    "errorHooks": resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
    "parameterization": resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
}
_SEVERITIES = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}
_WORKERS = 64
"""More than `Scope.parallel`, so that a program can log while its resources are being created."""


class _Work:
    """Counts the calls under way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def settle(self) -> None:
        """Waits until none is."""
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0)


class ResourceMonitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Hands a program's registrations to a deployment."""

    def __init__(self, deployment: Deployment, work: _Work) -> None:
        self._deployment = deployment
        self._work = work

    def GetDeploymentInfo(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """What the program asks for before anything else."""
        scope = self._deployment.scope
        return resource_pb2.DeploymentInfo(
            project=scope.project,
            stack=scope.stack,
            organization="organization",
            config={key: value.text for key, value in scope.config.items()},
            configSecretKeys=[key for key, value in scope.config.items() if value.secret],
            dryRun=scope.preview,
            parallel=scope.parallel,
            supportedFeatures=FEATURES.values(),
        )

    def SupportsFeature(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """The same question as older SDKs ask it."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in FEATURES)

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """A resource that the program wants."""
        with self._registering(request, context):
            resource = self._deployment.register(request)
        outputs = resource.outputs if resource.custom else {}
        return resource_pb2.RegisterResourceResponse(urn=resource.urn, id=resource.id, object=to_struct(outputs))

    def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """A resource that the program only looks at."""
        with self._registering(request, context):
            resource = self._deployment.read(request)
        return resource_pb2.ReadResourceResponse(urn=resource.urn, properties=to_struct(resource.outputs))

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """Outputs of a component, or of the stack."""
        with self._registering(request, context):
            self._deployment.outputs(request.urn, from_struct(request.outputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """A function of a provider. What it answers, error or not, is the program's to handle."""
        try:
            with self._work():
                answer = self._deployment.invoke(request)
        except (ProviderError, UnsupportedError, LocalError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, f"invocation of {request.tok} returned an error: {error}")
        failures = [provider_pb2.CheckFailure(property=item.property, reason=item.reason) for item in answer.failures]
        return resource_pb2.ResourceInvokeResponse(failures=failures, **{"return": getattr(answer, "return")})

    def SignalAndWaitForShutdown(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """The program has registered everything. Deletions wait until it has ended."""
        return empty_pb2.Empty()

    def Call(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """Methods of remote components."""
        _refuse(context, f"calling the method {request.tok}")

    def RegisterStackTransform(self, _request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """Transforms of the whole stack."""
        _refuse(context, "resource transforms")

    def RegisterStackInvokeTransform(self, _request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """Transforms of function calls."""
        _refuse(context, "invoke transforms")

    def RegisterResourceHook(self, _request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """Hooks into a resource's life."""
        _refuse(context, "resource hooks")

    def RegisterErrorHook(self, _request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """Hooks into failures."""
        _refuse(context, "error hooks")

    def RegisterPackage(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """A parameterized package; what refers to it comes later."""
        with self._registering(request, context):
            reference = self._deployment.packages.register(request)
        return resource_pb2.RegisterPackageResponse(ref=reference)

    @contextmanager
    def _registering(self, request: Any, context: Any) -> Iterator[None]:
        """Stops the deployment when something goes wrong, and tells the program that its monitor is gone."""
        stopped, report = self._deployment.steps.stopped, self._deployment.report
        try:
            with self._work():
                yield
        except StoppedError:
            stopped.set()
        except UnsupportedError as error:
            stopped.set()
            report.say("error", _explain(str(error)), getattr(request, "urn", ""))
        except (ProviderError, LocalError) as error:
            stopped.set()
            report.say("error", f"{getattr(request, 'type', '')} {getattr(request, 'name', '')}: {error}".strip(" :"))
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing further may begin
            stopped.set()
            report.say("error", f"the embedded engine failed: {error!r}", getattr(request, "urn", ""))
        if stopped.is_set():
            context.abort(grpc.StatusCode.UNAVAILABLE, "resource monitor shut down")


def _explain(feature: str) -> str:
    return (
        f"the embedded engine does not support: {feature}. "
        "With the Pulumi CLI it works: https://www.pulumi.com/docs/install/"
    )


def _refuse(context: Any, feature: str) -> None:
    context.abort(grpc.StatusCode.UNIMPLEMENTED, _explain(feature))


class Engine(engine_pb2_grpc.EngineServicer):
    """Messages of the program and of the plugins."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._root = ""

    def Log(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """A message. That the monitor is gone is the consequence of an error that was already reported."""
        severity = _SEVERITIES.get(request.severity)
        ours = self._deployment.steps.stopped.is_set() and severity == "error"
        if severity and not request.ephemeral and not ours:
            self._deployment.report.say(severity, request.message, request.urn)
        return empty_pb2.Empty()

    def GetRootResource(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """The stack."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """The stack."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        """The engine follows the SDK that it runs, so a program's demand on the CLI's version does not apply."""
        return engine_pb2.RequirePulumiVersionResponse()


class Server:
    """Both services on one port of this machine."""

    def __init__(self, deployment: Deployment) -> None:
        self._work = _Work()
        self._server = grpc.server(ThreadPoolExecutor(_WORKERS), options=[*OPTIONS, ("grpc.so_reuseport", 0)])
        monitor = ResourceMonitor(deployment, self._work)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, self._server)
        engine_pb2_grpc.add_EngineServicer_to_server(Engine(deployment), self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def settle(self) -> None:
        """Waits until what is under way is finished and saved."""
        self._work.settle()

    def close(self) -> None:
        """Ends the services when nothing is under way."""
        self._work.settle()
        self._server.stop(grace=None).wait()
