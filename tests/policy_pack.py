"""The policy pack as its own process, started and asked as the Pulumi CLI does it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from rules.graph import SECRET, UNKNOWN, UNKNOWN_SENTINEL, Resource

PACK = Path(__file__).parents[1] / "policies"
SECRET_VALUE = "what-nobody-may-see"
"""What stands behind every secret input here: a policy pack gets it in plain text."""
_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": SECRET_VALUE}


def command() -> list[str]:
    """How the CLI's language host starts a Python policy pack; the first argument is the engine's address."""
    return [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]


class PolicyPack:
    """A running pack."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.stub = analyzer_pb2_grpc.AnalyzerStub(channel)

    def policies(self) -> dict[str, Any]:
        """What it says of each policy."""
        return {each.name: each for each in self.stub.GetAnalyzerInfo(Empty()).policies}

    def stack(
        self, review: object = None, *, name: str = "production", project: str = "project", secret: bool = False
    ) -> None:
        """The first call: the stack and its configuration."""
        key = f"{project}:review"
        text = review if isinstance(review, str) else json.dumps(review)
        self.stub.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(
                stack=name,
                project=project,
                organization="organization",
                dry_run=True,
                config={"azure-native:location": "westeurope"} | ({key: text} if review is not None else {}),
                config_secret_keys=[key] if secret else [],
            )
        )

    def levels(self, **levels: int) -> None:
        """What `--policy-pack-config` says, filled up as the CLI does; `_` stands for a hyphen."""
        given = {name: each.enforcementLevel for name, each in self.policies().items()}
        given |= {name.replace("_", "-"): level for name, level in levels.items()}
        config = {name: analyzer_pb2.PolicyConfig(enforcementLevel=level) for name, level in given.items()}
        self.stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config))

    def judge(self, *resources: Resource) -> list[Any]:
        """The diagnostics of a preview that creates these resources: what is declared is all that is known."""
        for each in resources:
            self.declared(each)
        return self.at_the_end(*((each, each.inputs) for each in resources))

    def declared(self, resource: Resource) -> None:
        """The inputs of one resource."""
        properties = struct(resource.inputs)
        request = analyzer_pb2.AnalyzeRequest(urn=resource.urn, type=resource.type, properties=properties)
        assert not self.stub.Analyze(request).diagnostics

    def at_the_end(self, *resources: tuple[Resource, Mapping[str, Any]]) -> list[Any]:
        """The diagnostics for these resources and their outputs."""
        listed = [analyzed(resource, outputs) for resource, outputs in resources]
        request = analyzer_pb2.AnalyzeStackRequest(resources=listed)
        return list(self.stub.AnalyzeStack(request).diagnostics)


@contextmanager
def started(**given: str) -> Iterator[PolicyPack]:
    """A new process, with this in its environment, and a connection to it."""
    environment = {"PULUMI_PROJECT": "project", "PULUMI_STACK": "production", "PULUMI_DRY_RUN": "true"}
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command(), cwd=PACK, env=os.environ | environment | given, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        port = process.stdout.readline().strip()
        assert port.isdigit()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield PolicyPack(channel)
        process.terminate()


def analyzed(resource: Resource, outputs: Mapping[str, Any]) -> Any:
    """A resource as `AnalyzeStack` lists it."""
    dependencies = resource.property_dependencies.items()
    return analyzer_pb2.AnalyzerResource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        properties=struct(outputs),
        parent=resource.parent,
        dependencies=sorted(resource.dependencies),
        propertyDependencies={key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for key, urns in dependencies},
        options=analyzer_pb2.AnalyzerResourceOptions(protect=resource.protect),
    )


def struct(values: Mapping[str, Any]) -> Struct:
    """Properties on the wire: a sentinel for what is unknown, a secret with its value."""
    found = Struct()
    found.update(_sent(values))
    return found


def _sent(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sent(each) for key, each in value.items()}
    if isinstance(value, str) or not isinstance(value, Iterable):
        return {UNKNOWN: UNKNOWN_SENTINEL, SECRET: _SECRET}.get(value, value)
    return [_sent(each) for each in value]
