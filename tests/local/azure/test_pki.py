"""The certificates of local Azure are made once, private to their owner, and valid for a strict client."""

import ssl
import stat
from pathlib import Path

import pytest

from local.azure import pki, x509
from local.home import Home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(root=tmp_path_factory.mktemp("home"))
    made.create()
    pki.seed(made)
    return made


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """Both sides in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


def strict(ca: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "kv-local.vault.azure.net", "service.azure-api.net"])
def test_the_endpoints_are_valid_under_every_name(home: Home, host: str) -> None:
    handshake(pki.endpoint_context(home), strict(home.pki / "ca.pem"), host)


def test_the_endpoints_are_not_valid_under_other_names(home: Home) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(pki.endpoint_context(home), strict(home.pki / "ca.pem"), "management.azure.com")


def test_the_backends_certificates_are_a_private_cas_and_self_signed(home: Home) -> None:
    for name, ca in (("orders", "backend-ca.pem"), ("legacy", "legacy.pem")):
        for host in (f"{name}.backend.internal", "localhost"):
            handshake(pki.backend_context(home, name), strict(home.pki / ca), host)
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(pki.backend_context(home, name), strict(home.pki / "ca.pem"), "localhost")


def test_only_the_owner_reads_the_files_and_no_ca_key_is_kept(home: Home) -> None:
    files = [path for path in home.pki.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {path.name for path in files if path.suffix == ".key"} == {"endpoint.key", "orders.key", "legacy.key"}


def test_a_second_seed_changes_nothing(home: Home) -> None:
    before = {path: path.read_bytes() for path in home.pki.rglob("*") if path.is_file()}
    pki.seed(home)
    assert {path: path.read_bytes() for path in home.pki.rglob("*") if path.is_file()} == before


def test_the_legacy_clients_pfx_opens_with_its_password_only(home: Home) -> None:
    data = (home.pki / "legacy-client.pfx").read_bytes()
    pair, chain = x509.read_pkcs12(data, pki.LEGACY_CLIENT_PASSWORD)
    assert (pair.certificate.subject.rfc4514_string(), chain) == ("CN=legacy-client", [])
    assert (pki.clients(home, "legacy") / "legacy-client.pem").read_bytes() == pair.pem
    with pytest.raises(ValueError, match="Invalid password"):
        x509.read_pkcs12(data, "other")
