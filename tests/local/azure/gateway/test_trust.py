"""Which CA certificates end a chain, which only help to build it, and which gateway looks at which."""

import asyncio
import base64
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from planes import Planes, Service

from local.azure import x509


@dataclass(frozen=True)
class Authorities:
    """A root, its intermediate, and the address of a server that sends its leaf certificate alone."""

    root: x509.Pair
    intermediate: x509.Pair
    url: str


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()


@pytest.fixture(scope="module")
def authorities(planes: Planes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    key = x509.new_elliptic_key
    root = x509.issue("CN=Root", key(), authority=True)
    intermediate = x509.issue("CN=Intermediate", key(), issuer=root, authority=True)
    leaf = x509.issue("CN=localhost", key(), issuer=intermediate, names=["localhost"], usages=[x509.SERVER_AUTH])
    path = Path(tmp_path_factory.mktemp("leaf")) / "leaf.pem"
    path.write_bytes(leaf.key_pem + leaf.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    starting = asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context)
    server = asyncio.run_coroutine_threadsafe(starting, planes.loop).result(20)
    yield Authorities(root, intermediate, f"https://localhost:{server.sockets[0].getsockname()[1]}")
    planes.loop.call_soon_threadsafe(server.close)


def trust(service: Service, *, roots: tuple[x509.Pair, ...] = (), helpers: tuple[x509.Pair, ...] = ()) -> None:
    known = [{"storeName": "Root", "pem": pair.pem.decode()} for pair in roots]
    known += [{"storeName": "CertificateAuthority", "pem": pair.pem.decode()} for pair in helpers]
    service.planes.put(service.id, {}, {"certificates": known}, sku={"name": "Developer"})


class TestManagedGateway:
    """It trusts the CA certificates of the service."""

    def test_a_root_and_its_intermediate_make_the_chain(self, service: Service, authorities: Authorities) -> None:
        trust(service, roots=(authorities.root,), helpers=(authorities.intermediate,))
        service.api("orders", serviceUrl=authorities.url)
        assert service.call("/orders").status == 200

    def test_a_root_alone_does_not_reach_the_leaf(self, service: Service, authorities: Authorities) -> None:
        trust(service, roots=(authorities.root,))
        service.api("orders", serviceUrl=authorities.url)
        assert service.call("/orders").status == 500
        assert "unable to get local issuer certificate" in service.log()[0]["reason"]

    def test_an_intermediate_alone_ends_no_chain(self, service: Service, authorities: Authorities) -> None:
        trust(service, helpers=(authorities.intermediate,))
        service.api("orders", serviceUrl=authorities.url)
        assert service.call("/orders").status == 500
        assert "unable to get issuer certificate" in service.log()[0]["reason"]


class TestSelfHostedGateway:
    """It trusts its own certificate authorities, serves the APIs it was given, and knows none of the service's CAs."""

    @pytest.fixture
    def own(self, service: Service, authorities: Authorities) -> str:
        """Its address; the API `orders` is both on it and on the managed gateway."""
        service.api("orders", serviceUrl=authorities.url)
        service.planes.put(f"{service.id}/gateways/own", {"locationData": {"name": "here"}})
        service.planes.put(f"{service.id}/gateways/own/apis/orders", {})
        return service.planes.open("gateway", f"{service.id}//own")

    def authority(self, service: Service, name: str, pair: x509.Pair, *, trusted: bool = True) -> None:
        pfx = base64.b64encode(x509.pkcs12_of(pair)).decode()
        service.planes.put(f"{service.id}/certificates/{name}", {"thumbprint": name}, {"pfx": pfx})
        service.planes.put(f"{service.id}/gateways/own/certificateAuthorities/{name}", {"isTrusted": trusted})

    def status(self, service: Service, own: str, path: str = "/orders") -> int:
        try:
            with urllib.request.urlopen(own + path, context=service.planes.tls, timeout=20) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def test_its_own_authorities_make_the_chain(self, service: Service, own: str, authorities: Authorities) -> None:
        self.authority(service, "root", authorities.root)
        self.authority(service, "intermediate", authorities.intermediate, trusted=False)
        assert self.status(service, own) == 200
        assert service.call("/orders").status == 500

    def test_a_root_that_is_not_trusted_ends_no_chain(
        self, service: Service, own: str, authorities: Authorities
    ) -> None:
        self.authority(service, "root", authorities.root, trusted=False)
        self.authority(service, "intermediate", authorities.intermediate, trusted=False)
        assert self.status(service, own) == 500

    def test_the_services_ca_certificates_mean_nothing_to_it(
        self, service: Service, own: str, authorities: Authorities
    ) -> None:
        trust(service, roots=(authorities.root,), helpers=(authorities.intermediate,))
        assert service.call("/orders").status == 200
        assert self.status(service, own) == 500

    def test_an_api_that_it_was_not_given_is_not_there(self, service: Service, own: str) -> None:
        service.api("other", "<policies><inbound><return-response /></inbound></policies>")
        assert self.status(service, own, "/other") == 404
        assert service.call("/other").status == 200
        service.planes.put(f"{service.id}/gateways/own/apis/other", {})
        assert self.status(service, own, "/other") == 200
