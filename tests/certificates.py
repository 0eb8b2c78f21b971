"""Certificates and PFX files for tests, made on the spot."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Made:
    """A certificate and its key."""

    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def thumbprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 -- a thumbprint is SHA-1

    def base64(self) -> str:
        """The PFX without a password, as ARM and Key Vault take it."""
        return b64encode(self.pfx()).decode()

    def pfx(self, password: str | None = None, *, with_key: bool = True) -> bytes:
        encryption: KeySerializationEncryption = (
            BestAvailableEncryption(password.encode()) if password else NoEncryption()
        )
        if with_key:
            return pkcs12.serialize_key_and_certificates(b"test", self.key, self.certificate, None, encryption)
        return pkcs12.serialize_key_and_certificates(None, None, None, [self.certificate], encryption)


def make(
    name: str = "client",
    *,
    starts_in: timedelta = timedelta(days=-1),
    lasts: timedelta = timedelta(days=30),
    ca: bool | None = False,
    key: Any = None,
    issuer: Made | None = None,
    extensions: Sequence[x509.ExtensionType] = (),
    critical: Sequence[x509.ExtensionType] = (),
    subject: Sequence[Sequence[x509.NameAttribute]] = (),
) -> Made:
    """A new certificate, valid from `starts_in` from now for `lasts`.

    Left out: an RSA 2048 key of its own, signed by itself. `ca=None` leaves the basic constraints out. `subject`, part
    by part, stands in place of the name.
    """
    key = key or rsa.generate_private_key(65537, 2048)
    parts = subject or [[x509.NameAttribute(NameOID.COMMON_NAME, name)]]
    named = x509.Name([x509.RelativeDistinguishedName(part) for part in parts])
    start = datetime.now(UTC) + starts_in
    builder = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(issuer.certificate.subject if issuer else named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lasts)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    for extension in (*extensions, *critical):
        builder = builder.add_extension(extension, critical=extension in critical)
    signer = issuer.key if issuer else key
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Made(key, builder.sign(signer, algorithm))
