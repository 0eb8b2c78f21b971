"""What is reported of a server's certificate before a deployment is what the gateway makes of it, over real TLS."""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backend_mtls.x509 import ca_certificate, server_trust
from certificates import Made
from cryptography.x509.oid import ExtendedKeyUsageOID
from planes import Planes, Service
from server_situations import PAST, authority, server

ROOT, OTHER = authority("root"), authority("other")
CROSSED = authority("root", OTHER, like=ROOT)
MIDDLE = authority("middle", ROOT)
EXPIRED = authority("middle", ROOT, **PAST)
NOBODY = authority("middle", ROOT, ca=False)

SERVERS: dict[str, tuple[list[Made], Made, str]] = {
    "named": ([server(MIDDLE, "localhost"), MIDDLE], ROOT, ""),
    "named by its common name alone": ([server(MIDDLE, "-", cn="localhost"), MIDDLE], ROOT, ""),
    "named beside an IP address": ([server(MIDDLE, "10.0.0.1", cn="localhost"), MIDDLE], ROOT, ""),
    "by a cross-signed root": ([server(MIDDLE, "localhost"), MIDDLE, CROSSED], OTHER, ""),
    "named elsewhere": ([server(MIDDLE, "other.example", cn="localhost"), MIDDLE], ROOT, "another name"),
    "another common name": ([server(MIDDLE, "-", cn="other.example"), MIDDLE], ROOT, "another name"),
    "of another authority": ([server(MIDDLE, "localhost"), MIDDLE, ROOT], OTHER, "does not trust"),
    "expired": ([server(MIDDLE, "localhost", **PAST), MIDDLE], ROOT, "has expired"),
    "by an expired authority": ([server(EXPIRED, "localhost"), EXPIRED], ROOT, "chain has expired"),
    "by no authority": ([server(NOBODY, "localhost"), NOBODY], ROOT, "not that of an authority"),
    "for clients": (
        [server(MIDDLE, "localhost", usages=[ExtendedKeyUsageOID.CLIENT_AUTH]), MIDDLE],
        ROOT,
        "not for servers",
    ),
}


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()


@pytest.fixture(params=SERVERS)
def served(request: pytest.FixtureRequest, planes: Planes, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Which server it is, and its URL."""
    chain, _, _ = SERVERS[request.param]
    path = tmp_path / "server.pem"
    path.write_bytes(_pem(chain[0]) + b"".join(each.pem for each in chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    starting = asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context)
    listening = asyncio.run_coroutine_threadsafe(starting, planes.loop).result(20)
    yield request.param, f"https://localhost:{listening.sockets[0].getsockname()[1]}"
    planes.loop.call_soon_threadsafe(listening.close)


def _pem(made: Made) -> bytes:
    return ssl.DER_cert_to_PEM_cert(made.key_der).replace("CERTIFICATE", "PRIVATE KEY").encode()


def _problems(chain: Sequence[Made], trusted: Made, url: str) -> str:
    found = server_trust.problems(
        b"".join(each.pem for each in chain),
        url=url,
        ca_certificates=[ca_certificate.read(trusted.pem)],
        trusted_anyway=(),
        now=datetime.now(UTC) + timedelta(seconds=1),
    )
    return "; ".join(each.what for each in found)


def test_what_is_reported_is_refused_and_nothing_else(service: Service, served: tuple[str, str]) -> None:
    name, url = served
    chain, trusted, reported = SERVERS[name]
    known = [{"storeName": "Root", "pem": trusted.pem.decode()}]
    service.planes.put(service.id, {}, {"certificates": known})
    service.api("orders", serviceUrl=url)
    assert service.call("/orders").status == (500 if reported else 200)
    found = _problems(chain, trusted, url)
    assert (reported in found) if reported else found == ""
