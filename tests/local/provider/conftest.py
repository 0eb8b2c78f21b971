"""The provider as an engine sees it, over real gRPC, and a small scripted ARM that it talks to over real TLS."""

import asyncio
import base64
import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from aiohttp import web
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local import endpoints
from local.azure import pki
from local.home import HOME_VARIABLE, Home
from local.provider.properties import decode, encode
from local.provider.provider import Provider
from local.provider.server import serve

Reply = tuple[int, dict[str, str], dict[str, Any]]
DENIED = {"error": {"code": "AuthorizationFailed", "message": "no token"}}


@dataclass
class FakeArm:
    """Keeps what is PUT; `reply` scripts the next answer to a method; `seen` is (method, path, body) of each."""

    home: Home
    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    read_only: dict[str, Any] = field(default_factory=dict)
    seen: list[tuple[str, str, Any]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    tokens: int = 0
    url: str = ""
    scripted: dict[str, list[Reply]] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None
    """Stops listening."""

    def reply(self, method: str, status: int, body: Any = None, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.scripted.setdefault(method, []).append((status, named, body or {}))

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.seen]

    async def token(self, _request: web.Request) -> web.Response:
        self.tokens += 1
        claims = base64.urlsafe_b64encode(json.dumps({"oid": "object-1"}).encode()).decode().rstrip("=")
        return web.json_response({"access_token": f"head.{claims}.signature", "expires_in": 3600})

    async def arm(self, request: web.Request) -> web.Response:
        if not request.headers.get("Authorization", "").startswith("Bearer head."):
            return web.json_response(DENIED, status=401)
        body: Any = await request.json() if request.can_read_body else None
        self.seen.append((request.method, request.path, body))
        self.queries.append(dict(request.query))
        if self.scripted.get(request.method):
            status, headers, content = self.scripted[request.method].pop(0)
            return web.json_response(content, status=status, headers=headers)
        key = request.path.lower()
        if request.method == "PUT":
            kept = body | {"id": request.path, "name": request.path.rsplit("/", 1)[1], "type": "Microsoft.Fake/things"}
            kept["properties"] = self.read_only | body.get("properties", {})
            self.entities[key] = kept
        elif request.method == "DELETE":
            return web.json_response({}, status=200 if self.entities.pop(key, None) else 404)
        if key in self.entities:
            return web.json_response(self.entities[key])
        error = {"code": "ResourceNotFound", "message": "Thing not found."}
        return web.json_response({"error": error}, status=404)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(root=tmp_path_factory.mktemp("keys"))
    home.create()
    pki.seed(home)
    return home


@pytest.fixture
def arm(tmp_path: Any, keys: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeArm]:
    home = Home(root=tmp_path)
    home.create()
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    fake = FakeArm(home)
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def start() -> web.AppRunner:
        application = web.Application()
        application.router.add_post("/{tenant}/oauth2/v2.0/token", fake.token)
        application.router.add_route("*", "/{path:.*}", fake.arm)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=pki.endpoint_context(keys))
        await site.start()
        fake.url = f"https://localhost:{runner.addresses[0][1]}"
        ready.set()
        return runner

    async def stop() -> None:
        server = runner.result().server
        for handler in server.connections if server else ():
            if handler.transport:
                handler.transport.abort()  # the provider keeps idle connections: do not wait for it to close them
        await runner.result().cleanup()
        await asyncio.sleep(0)

    runner = loop.create_task(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    ready.wait(10)
    known = endpoints.Endpoints(
        arm=fake.url,
        authority=fake.url,
        tenant_id=endpoints.TENANT_ID,
        subscription_id=endpoints.SUBSCRIPTION_ID,
        client_id="client-1",
        client_secret="secret-1",
        ca=str(keys.pki / "ca.pem"),
    )
    endpoints.save(home, known)
    fake.close = lambda: asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    with home.process_id.open("w") as lock:  # "running" is a lock on this file
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()
        yield fake
    fake.close()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


class Plugin:
    """The calls of an engine, with properties as Python values."""

    def __init__(self, port: int) -> None:
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def configure(self, **variables: str) -> Any:
        named = {f"azure-native:config:{name}": value for name, value in variables.items()}
        return self.stub.Configure(provider_pb2.ConfigureRequest(variables=named))

    def check(self, token: str, news: Any, olds: Any = None, *, name: str = "it", **others: Any) -> Any:
        """(inputs, reasons of failures)"""
        request = provider_pb2.CheckRequest(urn=urn(token, name), news=encode(news), olds=encode(olds or {}), **others)
        response = self.stub.Check(request)
        return decode(response.inputs), [failure.reason for failure in response.failures]

    def diff(self, token: str, old: Any, new: Any, outputs: Any = None) -> Any:
        request = provider_pb2.DiffRequest(
            urn=urn(token), id="/x", olds=encode(outputs or {}), old_inputs=encode(old), news=encode(new)
        )
        return self.stub.Diff(request)

    def create(self, token: str, inputs: Any, **others: Any) -> Any:
        """(id, outputs)"""
        request = provider_pb2.CreateRequest(urn=urn(token), properties=encode(inputs), **others)
        response = self.stub.Create(request)
        return response.id, decode(response.properties)

    def update(self, token: str, arm_id: str, news: Any, olds: Any = None, **others: Any) -> Any:
        request = provider_pb2.UpdateRequest(
            urn=urn(token), id=arm_id, news=encode(news), olds=encode(olds or {}), **others
        )
        return decode(self.stub.Update(request).properties)

    def read(self, token: str, arm_id: str, inputs: Any = None, outputs: Any = None) -> Any:
        """(id, outputs, inputs)"""
        request = provider_pb2.ReadRequest(
            urn=urn(token), id=arm_id, inputs=encode(inputs or {}), properties=encode(outputs or {})
        )
        response = self.stub.Read(request)
        return response.id, decode(response.properties), decode(response.inputs)

    def delete(self, token: str, arm_id: str, outputs: Any = None) -> None:
        self.stub.Delete(provider_pb2.DeleteRequest(urn=urn(token), id=arm_id, properties=encode(outputs or {})))

    def invoke(self, token: str, **arguments: Any) -> Any:
        response = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
        return decode(getattr(response, "return"))


def urn(token: str, name: str = "it") -> str:
    full = token if token.count(":") == 2 else f"azure-native:{token}"
    return f"urn:pulumi:test::project::component$inner${full}::{name}"


@contextmanager
def serving() -> Iterator[Plugin]:
    """A provider in this process, behind a real gRPC port."""
    provider = Provider()
    server, port = serve(lambda: provider)
    client = Plugin(port)
    yield client
    client.channel.close()
    server.stop(grace=None).wait()
    provider._close()


@pytest.fixture
def plugin(arm: FakeArm) -> Iterator[Plugin]:  # noqa: ARG001 - the ARM outlives its client
    """A provider that is not configured yet."""
    with serving() as client:
        yield client


@pytest.fixture
def configured(plugin: Plugin) -> Plugin:
    plugin.configure()
    return plugin
