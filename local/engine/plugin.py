"""A resource provider plugin: the calls of the provider protocol, with Python values in and out.

source: pulumi/pulumi proto/pulumi/provider.proto, sdk/go/common/resource/plugin/provider_plugin.go
"""

import json
from dataclasses import dataclass, field
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from local.engine import urn as urns
from local.engine.properties import Properties, UnsupportedError, from_struct, plain, to_struct, without_references

OPTIONS = [("grpc.max_receive_message_length", 400 << 20), ("grpc.max_send_message_length", 400 << 20)]
_STATUS_DETAILS = "grpc-status-details-bin"


class ProviderError(Exception):
    """The provider answered with an error; `partial` holds what exists nevertheless."""

    def __init__(self, message: str, partial: "Created | None" = None) -> None:
        super().__init__(message)
        self.partial = partial


@dataclass(frozen=True, kw_only=True)
class Created:
    """What a provider made, changed or read."""

    id: str
    outputs: Properties
    inputs: Properties | None = None
    reasons: list[str] = field(default_factory=list)
    """Why it is not fully initialised."""


@dataclass(frozen=True, kw_only=True)
class Diff:
    """What a provider says about a change of inputs."""

    changes: bool
    keys: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    details: dict[str, dict[str, Any]] | None = None
    """Property path -> `kind` (add, delete, update; with `-replace`) and `inputDiff`."""
    delete_before_replace: bool = False


class Plugin:
    """A connection to a running plugin process that has been shaken hands with.

    Each has a TCP connection of its own (gRPC otherwise shares one between channels to the same address), because that
    is what a plugin tells the providers of a program apart by.
    source: grpc/grpc include/grpc/impl/channel_arg_names.h (GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL)
    """

    def __init__(self, address: str) -> None:
        self._channel = grpc.insecure_channel(address, options=[*OPTIONS, ("grpc.use_local_subchannel_pool", 1)])
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._secrets = self._references = self._preview = False

    def handshake(self, engine_address: str, folder: str) -> None:
        """Agrees on features; a plugin that does not know Handshake says later what it can do."""
        request = provider_pb2.ProviderHandshakeRequest(
            engine_address=engine_address, root_directory=folder, program_directory=folder, configure_with_urn=True
        )
        try:
            answer = self._stub.Handshake(request, timeout=30)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                raise ProviderError(f"the provider plugin does not answer: {error.details()}") from error
            return
        self._secrets, self._references, self._preview = answer.accept_secrets, answer.accept_resources, True

    def parameterize(self, name: str, version: str, value: bytes) -> None:
        """Makes the plugin that package."""
        given = provider_pb2.ParameterizeRequest.ParametersValue(name=name, version=version, value=value)
        answer = self._call("Parameterize", provider_pb2.ParameterizeRequest(value=given))
        if answer.name != name:
            raise ProviderError(f"parameterize response name {answer.name!r} does not match expected package {name!r}")

    def check_config(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[Any]]:
        """Checked configuration, and what is wrong with it."""
        answer = self._call(
            "CheckConfig",
            provider_pb2.CheckRequest(**_named(urn), olds=to_struct(plain(olds)), news=to_struct(plain(news))),
        )
        return from_struct(answer.inputs), list(answer.failures)

    def diff_config(self, urn: str, olds: Properties, outputs: Properties, news: Properties) -> Diff:
        """What a change of configuration means."""
        request = provider_pb2.DiffRequest(
            **_named(urn),
            old_inputs=to_struct(plain(olds)),
            olds=to_struct(plain(outputs)),
            news=to_struct(plain(news)),
        )
        return _diff(self._call("DiffConfig", request), outputs != news)

    def configure(self, urn: str, identity: str, inputs: Properties) -> None:
        """Hands over the configuration."""
        prefix = f"{urns.package(urns.resource_type(urn))}:config:"
        request = provider_pb2.ConfigureRequest(
            **_named(urn),
            id=identity,
            variables={prefix + key: _text(plain(value)) for key, value in inputs.items() if key != "version"},
            args=to_struct(inputs),
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
        )
        answer = self._call("Configure", request)
        if not self._preview:
            self._secrets, self._references = answer.acceptSecrets, answer.acceptResources
            self._preview = answer.supportsPreview

    def check(self, urn: str, olds: Properties, news: Properties, seed: bytes) -> tuple[Properties, list[Any]]:
        """Checked inputs, and what is wrong with them."""
        request = provider_pb2.CheckRequest(
            **_named(urn), olds=self._struct(olds), news=self._struct(news), randomSeed=seed
        )
        answer = self._call("Check", request)
        return from_struct(answer.inputs), list(answer.failures)

    def diff(self, urn: str, old: Any, news: Properties, ignored: list[str]) -> Diff:
        """What changing the old resource to the new inputs means."""
        request = provider_pb2.DiffRequest(
            **_named(urn),
            id=old.id,
            old_inputs=self._struct(old.inputs),
            olds=self._struct(old.outputs),
            news=self._struct(news),
            ignoreChanges=ignored,
        )
        return _diff(self._call("Diff", request), plain(old.inputs) != plain(news))

    def create(self, urn: str, inputs: Properties, timeout: float, *, preview: bool) -> Created:
        """Creates a resource; in a preview, says what is known about it."""
        if preview and not self._preview:
            return Created(id="", outputs={})
        request = provider_pb2.CreateRequest(
            **_named(urn), properties=self._struct(inputs), timeout=timeout, preview=preview
        )
        answer = self._call("Create", request)
        if not answer.id and not preview:
            raise ProviderError("provider did not return an ID from Create")
        return Created(id=answer.id, outputs=from_struct(answer.properties))

    def update(self, urn: str, old: Any, new: Any, *, preview: bool) -> Created:
        """Changes a resource; in a preview, says what is known about it."""
        if preview and not self._preview:
            return Created(id=old.id, outputs=dict(new.inputs))
        request = provider_pb2.UpdateRequest(
            **_named(urn),
            id=old.id,
            old_inputs=self._struct(old.inputs),
            olds=self._struct(old.outputs),
            news=self._struct(new.inputs),
            timeout=new.custom_timeouts.get("update", 0),
            ignoreChanges=new.ignore_changes,
            preview=preview,
        )
        return Created(id=old.id, outputs=from_struct(self._call("Update", request).properties))

    def delete(self, resource: Any) -> None:
        """Deletes a resource."""
        request = provider_pb2.DeleteRequest(
            **_named(resource.urn),
            id=resource.id,
            old_inputs=self._struct(resource.inputs),
            properties=self._struct(resource.outputs),
            timeout=resource.custom_timeouts.get("delete", 0),
        )
        self._call("Delete", request)

    def read(self, urn: str, identity: str, inputs: Properties, outputs: Properties) -> Created | None:
        """The resource as it is now; None when it does not exist."""
        request = provider_pb2.ReadRequest(
            **_named(urn), id=identity, inputs=self._struct(inputs), properties=self._struct(outputs)
        )
        answer = self._call("Read", request)
        if not answer.id:
            return None
        read = from_struct(answer.inputs) if answer.HasField("inputs") else None
        return Created(id=answer.id, outputs=from_struct(answer.properties), inputs=read)

    def invoke(self, token: str, arguments: Properties, *, preview: bool) -> Any:
        """Calls a function; the answer is an InvokeResponse."""
        request = provider_pb2.InvokeRequest(tok=token, args=self._struct(arguments), preview=preview)
        return self._call("Invoke", request)

    def close(self) -> None:
        """Closes the connection; whoever started the process ends it."""
        self._channel.close()

    def _struct(self, properties: Properties) -> Any:
        sent = properties if self._secrets else plain(properties)
        return to_struct(sent if self._references else without_references(sent))

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNAVAILABLE:
                raise ProviderError(f"the provider plugin ended during {method}: {error.details()}") from error
            raise ProviderError(str(error.details()), _partial(error)) from error
        except ValueError as error:  # grpc: the channel is closed
            raise UnsupportedError(str(error)) from error


def _named(urn: str) -> dict[str, Any]:
    return {"urn": urn, "name": urns.name(urn), "type": urns.resource_type(urn)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _diff(answer: Any, differs: bool) -> Diff:
    unknown = answer.changes == provider_pb2.DiffResponse.DIFF_UNKNOWN
    details = {
        key: {
            "kind": provider_pb2.PropertyDiff.Kind.Name(value.kind).lower().replace("_", "-"),
            "inputDiff": value.inputDiff,
        }
        for key, value in answer.detailedDiff.items()
    }
    return Diff(
        changes=differs if unknown else answer.changes == provider_pb2.DiffResponse.DIFF_SOME,
        keys=list(answer.diffs),
        replaces=list(answer.replaces),
        details=details if answer.hasDetailedDiff or details else None,
        delete_before_replace=answer.deleteBeforeReplace,
    )


def _partial(error: Any) -> Created | None:
    """What exists although the call failed: ErrorResourceInitFailed in the error's details."""
    for key, value in error.trailing_metadata() or ():
        if key != _STATUS_DETAILS:
            continue
        for detail in status_pb2.Status.FromString(value).details:
            failed = provider_pb2.ErrorResourceInitFailed()
            if detail.Unpack(failed):
                outputs = from_struct(failed.properties)
                return Created(id=failed.id, outputs=outputs, reasons=list(failed.reasons))
    return None
