"""X.509 certificates as local Azure makes and reads them. Pure: no files, no sockets."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string
SERVER_AUTH = ExtendedKeyUsageOID.SERVER_AUTH.dotted_string

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A certificate and its private key, which is never shown."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key, PKCS #8, unencrypted: for a file of mode 0600."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def issue(
    subject: str,
    key: PrivateKey,
    *,
    issuer: Pair | None = None,
    names: Sequence[str] = (),
    usages: Sequence[str] = (),
    authority: bool = False,
    validity: timedelta = timedelta(days=365),
) -> Pair:
    """Signs a certificate for `key` with `issuer`, or with the key itself.

    It has every extension that OpenSSL's strict mode (the default of Python 3.13) demands; without `names` or `usages`
    that extension is left out.
    """
    name = x509.Name.from_rfc4514_string(subject)
    now = datetime.now(UTC).replace(microsecond=0)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder(name if issuer is None else issuer.certificate.subject, name, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=10))
        .not_valid_after(now + validity)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(_key_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(n) for n in names]), critical=False)
    if usages:
        usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in usages])
        builder = builder.add_extension(usage, critical=False)
    return Pair(certificate=builder.sign(signer, hashes.SHA256()), key=key)


def new_elliptic_key() -> PrivateKey:
    """P-256: made at once."""
    return ec.generate_private_key(ec.SECP256R1())


def new_rsa_key(size: int = 2048) -> PrivateKey:
    """What Key Vault makes when nothing else is asked for."""
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


def thumbprint(certificate: x509.Certificate) -> str:
    """SHA-1 of the DER in upper-case hexadecimal, as API Management shows it."""
    return certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303  Azure's identifier, not a signature


def pkcs12_of(pair: Pair, *, password: str = "", chain: Sequence[x509.Certificate] = ()) -> bytes:
    """A PFX, encrypted when there is a password."""
    algorithm = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000).hmac_hash(hashes.SHA256())
    encryption = algorithm.build(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(None, pair.key, pair.certificate, chain or None, encryption)


def read_pkcs12(data: bytes | str, password: str = "") -> tuple[Pair, list[x509.Certificate]]:
    """Reads a PFX (bytes or base64) that holds a private key; raises ValueError when it cannot."""
    try:
        raw = base64.b64decode(data, validate=True) if isinstance(data, str) else data
    except binascii.Error as error:
        raise ValueError("not base64") from error
    key, certificate, chain = pkcs12.load_key_and_certificates(raw, password.encode())
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("no certificate with an RSA or EC private key in it")
    return Pair(certificate=certificate, key=key), chain


def read_pem(data: bytes) -> tuple[Pair, list[x509.Certificate]]:
    """Reads an unencrypted private key, its certificate and the chain; raises ValueError when it cannot."""
    certificate, *chain = x509.load_pem_x509_certificates(data)
    found = re.search(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", data, re.DOTALL)
    try:
        key = load_pem_private_key(found[0] if found else b"", None)
    except TypeError as error:
        raise ValueError("the private key is encrypted") from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("no RSA or EC private key in it")  # noqa: TRY004  what is wrong is the file
    return Pair(certificate=certificate, key=key), chain


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
