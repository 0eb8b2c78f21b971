"""Reads a CA certificate that an API Management service shall trust when it validates a backend.

Pure: bytes in, a checked certificate out. Sources of the rules: learn.microsoft.com/azure/api-management/
api-management-howto-ca-certificates (at most 10, Root or CertificateAuthority), terraform-provider-azurerm#15600 (an
intermediate must be a PFX), RFC 5280 section 4.2.1 (basicConstraints, keyUsage).
"""

import base64
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from backend_mtls.errors import ArgumentProblemError, PfxError, Problem, Where
from backend_mtls.x509 import distinguished_name, pfx, pfx_structure, public_pfx

MAXIMUM = 10
"""How many CA certificates a service takes."""
StoreName = Literal["Root", "CertificateAuthority"]
"""Where the service puts it: `Root` is for self-signed certificates, `CertificateAuthority` for intermediate ones."""

_ALLOWED = "one certificate (PEM, DER or PFX) of an authority, valid today, without its private key"
_WHERE = Where.of("ca_certificates")
_NAME_IT = "name the certificate of the authority that issued the backend's server certificate"


@dataclass(frozen=True, kw_only=True)
class CaCertificate:
    """One certificate of an authority, as APIM takes it. Nothing in it is secret."""

    encoded: str
    """Base64 of the DER for a root, of a PFX without key and with an empty password for an intermediate; always the
    same for the same certificate."""
    store_name: StoreName
    """Where the service puts it."""
    thumbprint: str
    """SHA-1 of the DER, 40 upper-case hex digits."""
    subject: str
    """Distinguished name, as Azure shows it: `CN=orders, O=Fabrikam`."""
    not_after: datetime
    """End of the validity, UTC."""
    der: bytes = field(repr=False)
    """The certificate itself, for following chains."""


def read(
    data: bytes, *, password: str | None = None, store: StoreName | None = None, now: datetime | None = None
) -> CaCertificate:
    """A CA certificate from PEM, DER or PFX.

    `store` left out: `Root` for a self-signed certificate, `CertificateAuthority` for any other. `password` is that of
    a PFX, and left out for one that has none. Raises `ArgumentProblemError` when the file holds no certificate, several
    of them or a private key; when it is no authority's, has expired or is not valid yet at `now` (default: this
    moment); and when it does not belong into `store`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what `cryptography` says of old fields is nothing to act on
            certificate = _one(data, _certificates(data, password))
            return _checked(certificate, store, now or datetime.now(UTC))
    except ArgumentProblemError:
        raise
    except Exception as error:  # a field that cannot be parsed is found when it is asked for
        raise _unreadable(data) from error


def _certificates(data: bytes, password: str | None) -> Sequence[x509.Certificate]:
    if b"PRIVATE KEY-----" in data:
        raise _private_key("a PEM block of a private key", "remove the private key from the file")
    if b"-----BEGIN " in data:
        return x509.load_pem_x509_certificates(data)
    try:
        return [x509.load_der_x509_certificate(data)]
    except ValueError:
        if not _is_pfx(data):
            raise
    try:
        certificates, has_key = pfx.certificates(data, password)
    except PfxError as error:
        raise ArgumentProblemError(replace(error.problem, where=_WHERE, allowed=_ALLOWED)) from error
    if has_key:
        fix = "export it without (openssl pkcs12 -in FILE.pfx -nokeys -out CERTIFICATE.pem)"
        raise _private_key("a PFX with a private key", fix)
    return certificates


def _is_pfx(data: bytes) -> bool:
    try:
        pfx_structure.examine(data[: pfx.MAXIMUM_SIZE])
    except ValueError:
        return False
    return True


def _one(data: bytes, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    if not certificates:
        raise _unreadable(data)
    if len(certificates) > 1:
        subjects = "; ".join(distinguished_name.subject(each.public_bytes(Encoding.DER)) for each in certificates)
        what = "The file holds several certificates, and a service takes them one by one"
        raise _error(
            what, f"{len(certificates)} certificates: {subjects}", "split it into files of one certificate each"
        )
    return certificates[0]


def _checked(certificate: x509.Certificate, store: StoreName | None, now: datetime) -> CaCertificate:
    der = certificate.public_bytes(Encoding.DER)
    subject = distinguished_name.subject(der)
    not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    reason = _why_no_authority(certificate)
    if reason:
        raise _error("The certificate is not that of a certificate authority", f"{subject}, {reason}", _NAME_IT)
    if not_after <= now:
        got = f"{subject}, valid until {not_after:%Y-%m-%d}"
        raise _error("The CA certificate has expired", got, "name the certificate that the authority uses now")
    if not_before > now:
        got = f"{subject}, valid from {not_before:%Y-%m-%d}"
        fix = "deploy it once it is valid, or check the clock of this machine"
        raise _error("The CA certificate is not valid yet", got, fix)
    belongs: StoreName = "Root" if is_self_signed(certificate) else "CertificateAuthority"
    if store not in {None, belongs}:
        raise _wrong_store(subject, distinguished_name.issuer(der), belongs)
    return CaCertificate(
        encoded=base64.b64encode(der if belongs == "Root" else public_pfx.wrap(der)).decode(),
        store_name=belongs,
        thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 (APIM's thumbprint is SHA-1)
        subject=subject,
        not_after=not_after,
        der=der,
    )


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether the certificate was signed with its own key: then nobody else's can vouch for it."""
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _why_no_authority(certificate: x509.Certificate) -> str | None:
    """Why the certificate cannot vouch for others; None when it can."""
    try:
        if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return "basicConstraints CA=FALSE"
    except x509.ExtensionNotFound:
        return "no basicConstraints"
    try:
        signs = certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return None
    return None if signs else "keyUsage without keyCertSign"


def _wrong_store(subject: str, issuer: str, belongs: StoreName) -> ArgumentProblemError:
    if belongs == "Root":
        what = "A root certificate does not belong into the store CertificateAuthority"
        return _error(what, f"{subject}, signed by itself", "put it into Root, or leave the store out")
    what = "An intermediate certificate does not belong into the store Root"
    fix = "put it into CertificateAuthority, or leave the store out; name the certificate of its issuer for Root"
    return _error(what, f"{subject}, issued by {issuer}", fix)


def _private_key(got: str, fix: str) -> ArgumentProblemError:
    return _error("The file holds the private key of an authority, which a deployment never needs", got, fix)


def _unreadable(data: bytes) -> ArgumentProblemError:
    return _error("The CA certificate cannot be read", f"{len(data)} bytes that are no certificate", _NAME_IT)


def _error(what: str, got: str, fix: str) -> ArgumentProblemError:
    return ArgumentProblemError(Problem(what=what, where=_WHERE, got=got, allowed=_ALLOWED, fix=fix))
