"""Reads a CA certificate that an API Management service shall trust when it validates a backend.

Pure: bytes in, a checked certificate out. Sources of the rules: learn.microsoft.com/azure/api-management/
api-management-howto-ca-certificates (at most 10, Root or CertificateAuthority), terraform-provider-azurerm#15600.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from components.errors import ArgumentProblemError, Problem

MAXIMUM = 10
"""How many CA certificates a service takes."""


@dataclass(frozen=True, kw_only=True)
class CaCertificate:
    """One root certificate, as APIM takes it."""

    encoded: str
    """Base64 of the DER."""
    subject: str
    """Distinguished name, RFC 4514."""
    not_after: datetime
    """End of the validity, UTC."""
    store_name: str = "Root"
    """x"""


def read(
    data: bytes, now: datetime | None = None, *, password: str | None = None, store: str = "Root"
) -> CaCertificate:
    """A CA certificate from PEM or DER.

    Raises `ArgumentProblemError` when it is no certificate, no CA, or has expired at `now` (default: this moment).
    """
    try:
        pem = b"-----BEGIN " in data
        certificate = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except ValueError as error:
        raise _error("The CA certificate cannot be read", f"{len(data)} bytes that are no certificate") from error
    subject = certificate.subject.rfc4514_string()
    if not _is_ca(certificate):
        raise _error("The certificate is not that of a certificate authority", f"{subject}, basicConstraints CA=FALSE")
    if certificate.not_valid_after_utc <= (now or datetime.now(UTC)):
        raise _error(
            "The CA certificate has expired", f"{subject}, valid until {certificate.not_valid_after_utc:%Y-%m-%d}"
        )
    return CaCertificate(
        encoded=base64.b64encode(certificate.public_bytes(Encoding.DER)).decode(),
        subject=subject,
        not_after=certificate.not_valid_after_utc,
    )


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _error(what: str, got: str) -> ArgumentProblemError:
    return ArgumentProblemError(
        Problem(
            what=what,
            where="ca_certificates",
            got=got,
            allowed="a valid certificate (PEM or DER) with basicConstraints CA=TRUE",
            fix="name the certificate of the authority that issued the backend's server certificate",
        )
    )
