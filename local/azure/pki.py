"""The certificates of local Azure's own listeners and of its two backends, made once per home.

    ca.pem              signed every endpoint: ARM, tokens, vaults, gateways
    backend-ca.pem      a private CA, signed orders.pem; an API Management service has to be told to trust it
    legacy.pem          the other backend's: self-signed
    legacy-client.pfx   what `legacy` demands of its callers; legacy-clients/*.pem is all that it accepts;
                        `orders` accepts orders-clients/*.pem besides the certificate in the vault

The keys of the two CAs are not kept: nothing else is ever to be signed with them.
"""

import os
import ssl
import tempfile
from datetime import timedelta
from pathlib import Path

from local.azure import x509
from local.home import Home

LEGACY_CLIENT_PASSWORD = "local-pfx-password"  # noqa: S105  protects a key that never leaves the home
ENDPOINT_NAMES = ("localhost", "127.0.0.1", "*.vault.azure.net", "*.azure-api.net")
BACKENDS = ("orders", "legacy")

_TEN_YEARS = timedelta(days=3650)


def seed(home: Home) -> None:
    """Makes whatever is missing; the last file written says that all are there."""
    done = home.pki / "legacy-client.pfx"
    if done.exists():
        return
    authority = _authority("CN=Local Azure CA")
    write_private(home.pki / "ca.pem", authority.pem)
    _write(home, "endpoint", _server("CN=localhost", ENDPOINT_NAMES, issuer=authority))
    backend_authority = _authority("CN=Backend CA")
    write_private(home.pki / "backend-ca.pem", backend_authority.pem)
    _write(home, "orders", _server("CN=orders.backend.internal", _backend_names("orders"), issuer=backend_authority))
    _write(home, "legacy", _server("CN=legacy.backend.internal", _backend_names("legacy")))
    client = x509.issue("CN=legacy-client", x509.new_rsa_key(), usages=[x509.CLIENT_AUTH])
    for name in ("orders", "legacy"):
        clients(home, name).mkdir(mode=0o700, exist_ok=True)
    write_private(clients(home, "legacy") / "legacy-client.pem", client.pem)
    write_private(done, x509.pkcs12_of(client, password=LEGACY_CLIENT_PASSWORD))


def endpoint_context(home: Home) -> ssl.SSLContext:
    """Server side of ARM, tokens, vaults and gateways."""
    return _server_context(home, "endpoint")


def backend_context(home: Home, name: str) -> ssl.SSLContext:
    """Server side of a backend; local.azure.backends adds what it demands of clients."""
    return _server_context(home, name)


def clients(home: Home, backend: str) -> Path:
    """The folder with the client certificates that a backend accepts, besides those of the vault."""
    return home.pki / f"{backend}-clients"


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read, in one step."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(draft).replace(path)


def _authority(subject: str) -> x509.Pair:
    return x509.issue(subject, x509.new_elliptic_key(), authority=True, validity=_TEN_YEARS)


def _server(subject: str, names: tuple[str, ...], issuer: x509.Pair | None = None) -> x509.Pair:
    key = x509.new_elliptic_key()
    return x509.issue(subject, key, issuer=issuer, names=names, usages=[x509.SERVER_AUTH], validity=_TEN_YEARS)


def _backend_names(name: str) -> tuple[str, ...]:
    return (f"{name}.backend.internal", "localhost")


def _write(home: Home, name: str, pair: x509.Pair) -> None:
    write_private(home.pki / f"{name}.key", pair.key_pem)
    write_private(home.pki / f"{name}.pem", pair.pem)


def _server_context(home: Home, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home.pki / f"{name}.pem", home.pki / f"{name}.key")
    return context
