"""A backend's proxy is really between: TLS goes through it, from the gateway to the backend."""

import asyncio
import base64
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from planes import Planes, Service

from local.azure import pki, x509


@dataclass
class Proxy:
    """An HTTP proxy that knows CONNECT, and tells what it was asked."""

    port: int = 0
    wants: str = ""
    """The credentials that it demands."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(request line, Proxy-Authorization)"""
    carried: bytearray = field(default_factory=bytearray)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        sent = next((line.partition(": ")[2] for line in lines if line.lower().startswith("proxy-authorization:")), "")
        self.asked.append((lines[0], sent))
        if sent != self.wants:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        port = int(lines[0].split()[1].rpartition(":")[2])
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(self.pipe(reader, inner_writer), self.pipe(inner_reader, writer))

    async def pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.carried += data
            writer.write(data)
        writer.close()


@pytest.fixture
def proxy(planes: Planes) -> Iterator[Proxy]:
    proxy = Proxy()

    def run(start: object) -> object:
        return asyncio.run_coroutine_threadsafe(start, planes.loop).result(20)  # type: ignore[arg-type]

    server: asyncio.Server = run(asyncio.start_server(proxy.serve, "127.0.0.1", 0))  # type: ignore[assignment]
    proxy.port = server.sockets[0].getsockname()[1]
    yield proxy
    planes.loop.call_soon_threadsafe(server.close)


@pytest.fixture
def proxied(service: Service, proxy: Proxy) -> Service:
    """An API whose backend `legacy` is behind the proxy."""
    pfx = (service.planes.home.pki / "legacy-client.pfx").read_bytes()
    service.certificate("client", x509.read_pkcs12(pfx, pki.LEGACY_CLIENT_PASSWORD)[0])
    behind(service, {"url": f"http://127.0.0.1:{proxy.port}"})
    service.api(
        "orders",
        '<policies><inbound><authentication-certificate certificate-id="client" />'
        '<set-backend-service backend-id="backend" /></inbound></policies>',
    )
    return service


def behind(service: Service, proxy: dict[str, str], *, chain: bool = False) -> None:
    address = service.planes.azure.listeners.address("backend", "legacy") or ""
    service.backend("backend", address, chain=chain, proxy=proxy)


def test_calls_go_through_it_and_the_certificate_is_presented_to_the_backend(proxied: Service, proxy: Proxy) -> None:
    answer = proxied.call("/orders/in-the-clear")

    assert (answer.status, answer.body["client"]["subject"]) == (200, "CN=legacy-client")
    address = proxied.planes.azure.listeners.address("backend", "legacy") or ""
    assert proxy.asked == [(f"CONNECT {address.removeprefix('https://')} HTTP/1.1", "")]
    assert b"in-the-clear" not in proxy.carried
    assert len(proxy.carried) > 1000


def test_the_backends_certificate_is_validated_through_it(proxied: Service, proxy: Proxy) -> None:
    behind(proxied, {"url": f"http://127.0.0.1:{proxy.port}"}, chain=True)
    assert proxied.call("/orders").status == 500
    assert "self-signed certificate" in proxied.log()[0]["reason"]


def test_it_gets_its_own_credentials_and_the_backend_does_not(proxied: Service, proxy: Proxy) -> None:
    proxy.wants = "Basic " + base64.b64encode(b"me:secret").decode()
    assert proxied.call("/orders").status == 500
    behind(proxied, {"url": f"http://127.0.0.1:{proxy.port}", "username": "me", "password": "secret"})
    answer = proxied.call("/orders")
    assert answer.status == 200
    assert "proxy-authorization" not in answer.body["headers"]
    assert "secret" not in str(proxied.log())


def test_one_that_is_not_there_is_a_backend_connection_failure(proxied: Service) -> None:
    behind(proxied, {"url": "http://127.0.0.1:1"})
    assert proxied.call("/orders").status == 500
    assert "BackendConnectionFailure" in proxied.log()[0]["reason"]
