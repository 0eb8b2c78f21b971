"""The gateway's side of TLS to a backend: what it presents, and what it checks.

source: REST 2024-05-01, BackendTlsProperties: `validateCertificateChain` and `validateCertificateName` are independent.
Python's ssl checks a name only together with a chain, so the name alone is checked here, by the same rules.
"""

import os
import secrets
import ssl
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import certifi
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

from local.azure import distinguished_name, pkcs12
from local.azure.gateway.pins import Pins, PinsError


@dataclass(frozen=True, kw_only=True)
class TlsSettings:
    """Everything a connection depends on; equal settings share a context, and with it pooled connections."""

    pfx: bytes | None
    """The client certificate; None presents none."""
    chain: bool
    name: bool
    authorities: tuple[str, ...]
    """PEM of the service's CA certificates, trusted besides the system's."""
    pins: Pins | None = None
    """Which server certificates are accepted instead of those with a trusted chain; None: those with one."""


class BackendContext(ssl.SSLContext):
    """A client context that also remembers how each host was validated."""

    checks_name: bool
    """Whether the name is checked here: OpenSSL does it together with the chain only."""
    pins: Pins | None
    authorities: list[certificates.Certificate]
    validated: dict[str, str]
    """Host -> what was found, of the latest handshake."""

    def __new__(cls) -> Self:
        """An ssl.SSLContext takes its protocol here."""
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)


class CheckedHandshake(ssl.SSLObject):
    """A handshake that ends with the check that OpenSSL was not asked for."""

    def do_handshake(self) -> None:
        """Raises ssl.SSLCertVerificationError like any other failed validation."""
        super().do_handshake()
        der, host, context = self.getpeercert(binary_form=True), self.server_hostname or "", self.context
        if der is None or not isinstance(context, BackendContext):
            return
        certificate = certificates.load_der_x509_certificate(der)
        if context.pins:
            self._check_pins(context.pins)
        if context.checks_name and not names(certificate, host):
            raise ssl.SSLCertVerificationError(f"Hostname mismatch, certificate is not valid for '{host}'.")
        context.validated[host] = _description(context, certificate)

    def _check_pins(self, pins: Pins) -> None:
        """Looks at what the server sent, not at a chain that was built of it."""
        sent = self._sslobj.get_unverified_chain()  # type: ignore[attr-defined] # public from 3.13 on
        chain = [certificates.load_der_x509_certificate(ssl.PEM_cert_to_DER_cert(each.public_bytes())) for each in sent]
        try:
            pins.check(chain)
        except PinsError as error:
            raise ssl.SSLCertVerificationError(str(error)) from None


@lru_cache(maxsize=64)
def context(settings: TlsSettings) -> BackendContext:
    """The context for the settings."""
    made = BackendContext()
    made.sslobject_class = CheckedHandshake
    made.set_alpn_protocols(["http/1.1"])
    made.pins = settings.pins if settings.chain else None
    by_openssl = settings.chain and not made.pins
    made.check_hostname = by_openssl and settings.name
    made.verify_mode = ssl.CERT_REQUIRED if by_openssl else ssl.CERT_NONE
    made.checks_name = settings.name and not by_openssl
    made.validated = {}
    made.authorities = [certificates.load_pem_x509_certificate(pem.encode()) for pem in settings.authorities]
    if by_openssl:
        made.load_default_certs(ssl.Purpose.SERVER_AUTH)
        made.load_verify_locations(certifi.where())  # some Pythons know no system store
        if settings.authorities:
            made.load_verify_locations(cadata="\n".join(settings.authorities))
    if settings.pfx:
        _load_client_certificate(made, settings.pfx)
    return made


def names(certificate: certificates.Certificate, host: str) -> bool:
    """Whether the certificate is for the host: `*` for one whole left-most label; the common name without such names.

    source: dotnet/runtime, X509Certificate2.MatchesHostname; KB 258858 for a wildcard as the common name.
    """
    try:
        found = certificate.extensions.get_extension_for_class(certificates.SubjectAlternativeName).value
    except certificates.ExtensionNotFound:
        found = certificates.SubjectAlternativeName([])
    addresses = [str(address) for address in found.get_values_for_type(certificates.IPAddress)]
    is_address = host.replace(".", "").isdecimal() or ":" in host
    known = addresses if is_address else found.get_values_for_type(certificates.DNSName)
    common = [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    wildcard = f"*.{host.lower().partition('.')[2]}"
    named = {name.lower() for name in known or (common if len(common) == 1 else [])}
    return bool(named & ({host.lower()} if is_address else {host.lower(), wildcard}))


def _description(context: BackendContext, certificate: certificates.Certificate) -> str:
    if context.pins:
        return f"{context.pins.words(certificate)}{' and name' if context.checks_name else ''}"
    if context.verify_mode is ssl.CERT_NONE:
        return "name only" if context.checks_name else "none"
    root = _root(certificate, context.authorities)
    return f"chain and name, root {root}" if context.check_hostname else f"chain only, root {root}"


def _root(certificate: certificates.Certificate, authorities: list[certificates.Certificate]) -> str:
    """The end of the chain as far as the service's CA certificates tell."""
    seen = {certificate.subject}
    while certificate.issuer not in seen:
        seen.add(certificate.issuer)
        issuer = next((authority for authority in authorities if authority.subject == certificate.issuer), None)
        if issuer is None:
            break
        certificate = issuer
    return distinguished_name.issuer_of(certificate)


def _load_client_certificate(made: ssl.SSLContext, pfx: bytes) -> None:
    """Python reads keys from files only: one of mode 0600, its key under a password that exists for this moment."""
    uploaded = pkcs12.read(pfx)
    password = secrets.token_bytes(24).hex().encode()
    key = uploaded.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    descriptor, path = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key + uploaded.pem + b"".join(map(pkcs12.pem, uploaded.chain)))
        made.load_cert_chain(path, password=password)
    finally:
        Path(path).unlink()
