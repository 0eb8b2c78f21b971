"""A resource provider plugin that keeps `files:index:File` as JSON files in the folder `FILES_HOME`.

`log` in that folder has a line per call: `create a`, `update a`, `delete a`. `name` cannot be changed in place; `path`
is a computed output. `content` steers a test: `fail` fails, `half` exists but is not initialised, `wait` waits until
the folder has a file `go`; a file `keep-<name>` makes a deletion fail.
"""

import os
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

HOME = Path(os.environ["FILES_HOME"])
SIGNATURE = "4dabf18193072939515e22adb298388d"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
Json = dict[str, Any]


def plain(value: Any) -> Any:
    """The value without secret envelopes."""
    if isinstance(value, dict):
        return plain(value["value"]) if SIGNATURE in value else {key: plain(item) for key, item in value.items()}
    return value


def to_dict(struct: Any) -> Json:
    return json_format.MessageToDict(struct)


def to_struct(value: Json) -> Any:
    return json_format.ParseDict(value, struct_pb2.Struct())


def changes(old: Json, new: Json) -> dict[str, Any]:
    """What a DiffResponse says; a new name means a new file."""
    details = {}
    for key in sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key)):
        kind = "UPDATE" if key in old and key in new else "ADD" if key in new else "DELETE"
        kind += "_REPLACE" if key == "name" else ""
        details[key] = provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=True)
    return {
        "changes": provider_pb2.DiffResponse.DIFF_SOME if details else provider_pb2.DiffResponse.DIFF_NONE,
        "diffs": list(details),
        "replaces": [key for key in details if key == "name"],
        "detailedDiff": details,
        "hasDetailedDiff": True,
    }


class Files(provider_pb2_grpc.ResourceProviderServicer):
    def Handshake(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def Attach(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        return empty_pb2.Empty()

    Cancel = Attach

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        return plugin_pb2.PluginInfo(version="1.0.0")

    def CheckConfig(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        return provider_pb2.DiffResponse(**changes(to_dict(request.old_inputs), to_dict(request.news)))

    def Configure(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        return provider_pb2.ConfigureResponse(acceptSecrets=True, acceptResources=True, supportsPreview=True)

    def Check(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        bad = plain(to_dict(request.news)).get("content") == "invalid"
        failures = [provider_pb2.CheckFailure(property="content", reason="must not be invalid")] if bad else []
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        old, new = plain(to_dict(request.old_inputs)), plain(to_dict(request.news))
        return provider_pb2.DiffResponse(**changes(old, new))

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        inputs = to_dict(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_struct(inputs | {"path": UNKNOWN}))
        act("create", inputs, context)
        identity = f"{plain(inputs['name'])}-{uuid.uuid4().hex[:6]}"
        outputs = inputs | {"path": f"/{identity}"}
        write(identity, outputs)
        if inputs.get("content") == "half":
            fail_halfway(identity, outputs, context)
        return provider_pb2.CreateResponse(id=identity, properties=to_struct(outputs))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        inputs = to_dict(request.news)
        outputs = inputs | {"path": to_dict(request.olds)["path"]}
        if not request.preview:
            act("update", inputs, context)
            write(request.id, outputs)
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        act("delete", to_dict(request.properties), context)
        (HOME / f"{request.id}.json").unlink(missing_ok=True)
        return empty_pb2.Empty()

    def Read(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        file = HOME / f"{request.id}.json"
        if not file.exists():
            return provider_pb2.ReadResponse()
        state = json_format.Parse(file.read_text(), struct_pb2.Struct())
        inputs = {key: value for key, value in to_dict(state).items() if key != "path"}
        return provider_pb2.ReadResponse(id=request.id, properties=state, inputs=to_struct(inputs))

    def Invoke(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC names the methods
        greeting = to_struct({"greeting": f"hello {to_dict(request.args)['name']}"})
        return provider_pb2.InvokeResponse(**{"return": greeting})


def act(verb: str, inputs: Json, context: Any) -> None:
    name, content = plain(inputs["name"]), plain(inputs.get("content"))
    if (HOME / f"keep-{name}").exists() if verb == "delete" else content == "fail":
        context.abort(grpc.StatusCode.UNKNOWN, f"cannot {verb} {name}")
    if verb != "delete" and content == "wait":
        (HOME / f"waiting-{name}").touch()
        while not (HOME / "go").exists():
            time.sleep(0.02)
    with (HOME / "log").open("a") as log:
        log.write(f"{verb} {name}\n")


def write(identity: str, outputs: Json) -> None:
    (HOME / f"{identity}.json").write_text(json_format.MessageToJson(to_struct(plain(outputs))))


def fail_halfway(identity: str, outputs: Json, context: Any) -> None:
    failed = provider_pb2.ErrorResourceInitFailed(id=identity, properties=to_struct(outputs), reasons=["half done"])
    detail = any_pb2.Any()
    detail.Pack(failed)
    code = grpc.StatusCode.UNKNOWN.value[0]
    status = status_pb2.Status(code=code, message="half done", details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, "half done")


def main() -> None:
    server = grpc.server(ThreadPoolExecutor(32), options=[("grpc.so_reuseport", 0)])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Files(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how a plugin tells where it listens
    sys.stdin.read()  # ends when the test does


if __name__ == "__main__":
    main()
