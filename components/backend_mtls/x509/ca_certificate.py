"""Reads a CA certificate that an API Management service shall trust when it validates a backend.

Pure: bytes in, a checked certificate out. Sources of the rules: learn.microsoft.com/azure/api-management/
api-management-howto-ca-certificates (at most 10, Root or CertificateAuthority), terraform-provider-azurerm#15600 (an
intermediate must be a PFX), RFC 5280 section 4.2.1 (basicConstraints, keyUsage).
"""

import base64
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from backend_mtls.errors import ArgumentProblemError, PfxError, Problem, Where
from backend_mtls.x509 import certificate as certificate_file
from backend_mtls.x509 import chain, distinguished_name, extensions, file_kinds, pfx, public_pfx
from backend_mtls.x509.certificate import UnreadableCertificateError

MAXIMUM = 10
"""How many CA certificates a service takes."""
StoreName = Literal["Root", "CertificateAuthority"]
"""Where the service puts it: `Root` is for self-signed certificates, `CertificateAuthority` for intermediate ones."""

_ALLOWED = "one certificate (PEM, DER or PFX) of an authority, valid today, without its private key"
_WHERE = Where.of("ca_certificates")
_BLOCK = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END (?:X509 |TRUSTED )?CERTIFICATE-----", re.DOTALL
)
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
    return [_parsed(each) for each in dict.fromkeys(_encodings(data, password))]


def _encodings(data: bytes, password: str | None) -> Sequence[bytes]:
    """The certificates in the file, DER."""
    if b"PRIVATE KEY-----" in data:
        raise _private_key("a PEM block of a private key", "remove the private key from the file")
    blocks = _BLOCK.findall(data)
    if blocks:
        return [_decoded(block, data) for block in blocks]
    if file_kinds.is_pfx(data):
        return _from_pfx(data, password)
    kind = file_kinds.of(data)
    if kind is file_kinds.CERTIFICATE or (kind is None and data[:1] == b"\x30"):
        return [data]
    if kind is None or not kind.to_certificate:
        raise _unreadable(data)
    raise _error(
        f"The file is {kind.name}, not the certificate of an authority", f"{len(data)} bytes", kind.to_certificate
    )


def _decoded(block: bytes, data: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(block.split()), validate=True)
    except ValueError as error:
        raise _unreadable(data) from error


def _from_pfx(data: bytes, password: str | None) -> Sequence[bytes]:
    try:
        certificates, has_key = pfx.certificates(data, password)
    except PfxError as error:
        raise ArgumentProblemError(replace(error.problem, where=_WHERE, allowed=_ALLOWED)) from error
    if has_key:
        fix = "export it without (openssl pkcs12 -in FILE.pfx -nokeys -out CERTIFICATE.pem)"
        raise _private_key("a PFX with a private key", fix)
    return [each.der for each in certificates]


def _parsed(encoding: bytes) -> x509.Certificate:
    """The certificate as the library has it that follows chains and checks signatures."""
    try:
        read_certificate = certificate_file.read(encoding)
    except UnreadableCertificateError as error:
        raise _damaged(str(error)) from error
    try:
        parsed = x509.load_der_x509_certificate(read_certificate.der)
        parsed.subject, parsed.issuer  # noqa: B018 - they are parsed when they are asked for
    except ValueError as error:
        raise _damaged(f"{read_certificate}: {' '.join(str(error).split())}") from error
    return parsed


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
    reason = _why_no_authority(der)
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
    return chain.verifies(certificate, certificate)


def _why_no_authority(der: bytes) -> str | None:
    """Why the certificate cannot vouch for others; None when it can."""
    said = extensions.read(der)
    if said.is_authority is None:
        return "no basicConstraints"
    if not said.is_authority:
        return "basicConstraints CA=FALSE"
    return "keyUsage without keyCertSign" if said.signs_certificates is False else None


def _wrong_store(subject: str, issuer: str, belongs: StoreName) -> ArgumentProblemError:
    if belongs == "Root":
        what = "A root certificate does not belong into the store CertificateAuthority"
        return _error(what, f"{subject}, signed by itself", "put it into Root, or leave the store out")
    what = "An intermediate certificate does not belong into the store Root"
    fix = "put it into CertificateAuthority, or leave the store out; name the certificate of its issuer for Root"
    return _error(what, f"{subject}, issued by {issuer}", fix)


def _private_key(got: str, fix: str) -> ArgumentProblemError:
    return _error("The file holds the private key of an authority, which a deployment never needs", got, fix)


def _damaged(reason: str) -> ArgumentProblemError:
    fix = "have the authority encode its certificate as DER (X.690) has it"
    return _error("The CA certificate cannot be read", reason, fix)


def _unreadable(data: bytes) -> ArgumentProblemError:
    return _error("The CA certificate cannot be read", f"{len(data)} bytes that are no certificate", _NAME_IT)


def _error(what: str, got: str, fix: str) -> ArgumentProblemError:
    return ArgumentProblemError(Problem(what=what, where=_WHERE, got=got, allowed=_ALLOWED, fix=fix))
