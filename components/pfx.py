"""Reads a PFX (PKCS#12): whether APIM can present it, and what is in it.

Pure: bytes in, facts out. No key material leaves this module.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from components.errors import PfxError, Problem

_ALLOWED = "a PKCS#12 file with a certificate, its private key and a validity that includes today"


@dataclass(frozen=True, kw_only=True)
class PfxCertificate:
    """The certificate that a PFX would present. Nothing in it is secret."""

    thumbprint: str
    """SHA-1 of the DER, 40 upper-case hex digits: what a policy's `thumbprint` attribute names."""
    subject: str
    """Distinguished name, RFC 4514."""
    issuer: str
    """Distinguished name, RFC 4514."""
    not_before: datetime
    """Start of the validity, UTC."""
    not_after: datetime
    """End of the validity, UTC."""
    key_type: str
    """Algorithm and size, for instance `RSA 2048` or `EC secp256r1`."""
    chain_length: int
    """How many further certificates the file holds."""


def read(data: bytes, password: str | None) -> PfxCertificate:
    """The certificate in a PFX.

    `password=None` means that the file has none; an empty one is tried as well, since tools do not agree which of the
    two "no password" is. Raises `PfxError` when the bytes are no PFX, the password is wrong, the private key is missing
    or belongs to another certificate. Whether it is valid today is asked with `validity_problem`.
    """
    refused = _other_format(data)
    if refused:
        raise PfxError(refused)
    key, certificates = _open(data, password)
    if key is None:
        raise PfxError(
            _problem(
                "The PFX holds no private key",
                f"{len(certificates)} certificate(s), no key",
                "export the certificate again together with its private key "
                "(openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE.pfx)",
            )
        )
    certificate = next((each for each in certificates if each.public_key() == key.public_key()), None)
    if certificate is None:
        raise PfxError(
            _problem(
                "The PFX holds no certificate that belongs to its private key",
                f"a private key and {len(certificates)} certificate(s) of other keys",
                "export it again with the certificate that was issued for this key",
            )
        )
    return PfxCertificate(
        thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 (APIM's thumbprint is SHA-1)
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key_type=_key_type(certificate),
        chain_length=len(certificates) - 1,
    )


def validity_problem(certificate: PfxCertificate, now: datetime | None = None) -> Problem | None:
    """What is wrong with the certificate's validity at `now` (default: this moment, UTC); None when it is valid."""
    now = now or datetime.now(UTC)
    if certificate.not_after <= now:
        return _problem(
            "The certificate in the PFX has expired",
            f"{certificate.subject}, valid until {certificate.not_after:%Y-%m-%d %H:%M} UTC",
            "renew the certificate and name the new PFX here",
        )
    if certificate.not_before > now:
        return _problem(
            "The certificate in the PFX is not valid yet",
            f"{certificate.subject}, valid from {certificate.not_before:%Y-%m-%d %H:%M} UTC",
            "deploy it once it is valid, or check the clock of this machine",
        )
    return None


def _other_format(data: bytes) -> Problem | None:
    """A problem when the bytes are recognisably something else than a PFX."""
    if not data:
        return _problem("The PFX is empty", "0 bytes", "name a file that holds the certificate and its private key")
    if b"-----BEGIN " in data[:4096]:
        return _problem(
            "The file is PEM text, not a PFX",
            "a file that starts with '-----BEGIN'",
            "pack key and certificate into a PFX (openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE.pfx)",
        )
    try:
        certificate = x509.load_der_x509_certificate(data)
    except ValueError:
        return None
    return _problem(
        "The file is a certificate without its private key (.cer, DER), not a PFX",
        f"the certificate {certificate.subject.rfc4514_string()}",
        "name the PFX that the certificate was exported to together with its private key",
    )


def _open(data: bytes, password: str | None) -> tuple[PrivateKeyTypes | None, list[x509.Certificate]]:
    """The key and all certificates; raises `PfxError` when no form of the password opens the file."""
    attempts: list[bytes | None] = [password.encode()] if password else [None, b""]
    failure: Exception | None = None
    for attempt in attempts:
        try:
            key, first, others = pkcs12.load_key_and_certificates(data, attempt)
        except Exception as error:  # noqa: BLE001 (whatever the parser makes of hostile bytes is a PfxError)
            failure = failure or error
        else:
            return key, ([first] if first else []) + others
    reason = str(failure).lower()
    if "password" in reason or "mac" in reason or "decrypt" in reason:
        got = "a password that does not open the file" if password else "no password, but the file has one"
        raise PfxError(
            _problem(
                "The password of the PFX is wrong",
                got,
                "set the right one as a secret (pulumi config set --secret --path …) or export the PFX again",
            )
        ) from failure
    raise PfxError(
        _problem(
            "The file is not a PFX",
            f"{len(data)} bytes that are no PKCS#12 structure",
            "name a PFX (.pfx or .p12) file; if it is base64 text, decode it first",
        )
    ) from failure


def _key_type(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return type(key).__name__.removesuffix("PublicKey")
    return type(key).__name__


def _problem(what: str, got: str, fix: str) -> Problem:
    return Problem(what=what, where="pfx", got=got, allowed=_ALLOWED, fix=fix)
