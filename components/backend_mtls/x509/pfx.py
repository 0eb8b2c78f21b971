"""Reads a PFX (PKCS#12): whether APIM can present it, and what is in it.

Pure: bytes in, facts out. No key material leaves this module. Which texts a refusal has stands in `pfx_problems`.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import RC2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from backend_mtls.errors import PfxError, Problem
from backend_mtls.x509 import distinguished_name, pfx_problems, pfx_structure
from backend_mtls.x509.pfx_structure import PfxStructure

MAXIMUM_SIZE = 256 * 1024
"""Bytes of a PFX. No limit of APIM's is documented; Key Vault keeps a PFX as a secret of at most 25 KB
(learn.microsoft.com/azure/key-vault/secrets/about-secrets), and this is ten times that."""
MAXIMUM_ROUNDS = 5_000_000
"""Rounds of key derivation, all parts of the file together: the most that Java takes for one part (MAX_ITERATION_COUNT
in its PKCS12KeyStore), a second or two of computing. Common tools write 2,000 to 1,800,000."""


@dataclass(frozen=True, kw_only=True)
class PfxCertificate:
    """The certificate that a PFX would present. Nothing in it is secret."""

    thumbprint: str
    """SHA-1 of the DER, 40 upper-case hex digits: what a policy's `thumbprint` attribute names."""
    subject: str
    """Distinguished name, as Azure shows it: `CN=orders, O=Fabrikam`."""
    issuer: str
    """Distinguished name, as Azure shows it: `CN=orders, O=Fabrikam`."""
    serial_number: str
    """Upper-case hex digits, as an authority's list of revoked certificates names it."""
    not_before: datetime
    """Start of the validity, UTC."""
    not_after: datetime
    """End of the validity, UTC."""
    key_type: str
    """Algorithm and size, for instance `RSA 2048` or `EC secp256r1`."""
    signature_hash: str
    """Hash of its signature, for instance `sha256`; empty for a signature without one (Ed25519)."""
    for_clients: bool
    """Whether its extended key usage, if it has one, allows client authentication: a backend may insist on it."""
    chain_length: int
    """How many further certificates the file holds."""

    @property
    def facts(self) -> dict[str, str | bool]:
        """What rules and reports know a certificate by; moments in ISO 8601."""
        return {
            "thumbprint": self.thumbprint,
            "subject": self.subject,
            "issuer": self.issuer,
            "notBefore": self.not_before.isoformat(),
            "notAfter": self.not_after.isoformat(),
            "keyType": self.key_type,
            "signatureHash": self.signature_hash,
            "forClients": self.for_clients,
        }


def read(data: bytes, password: str | None) -> PfxCertificate:
    """The certificate in a PFX: the one that belongs to the private key, whatever else the file holds.

    `password=None` means that the file has none; an empty one is the same, since tools do not agree which of the two
    "no password" is. Opens whatever OpenSSL opens, the old encryptions of Windows and Java (RC2-40, 3DES) included.
    Raises `PfxError` when the bytes are no PFX, the password is wrong, the private key is missing, belongs to another
    certificate or to several, or is one of several: then nothing says which of them APIM would present. Whether the
    certificate is valid today is asked with `validity_problem`.
    """
    with _only_pfx_errors(data):
        return _read(data, password)


def certificates(data: bytes, password: str | None) -> tuple[Sequence[x509.Certificate], bool]:
    """All certificates in a PFX, each once, and whether there is a private key beside them.

    Raises `PfxError` as `read` does, but not for what it says about the key.
    """
    with _only_pfx_errors(data):
        key, found = _open(data, password, _structure(data))
        return found, key is not None


def validity_problem(certificate: PfxCertificate, now: datetime | None = None) -> Problem | None:
    """What is wrong with the certificate's validity at `now` (default: this moment, UTC); None when it is valid."""
    now = now or datetime.now(UTC)
    if certificate.not_after <= now:
        return pfx_problems.expired(certificate.subject, certificate.not_after)
    if certificate.not_before > now:
        return pfx_problems.not_yet_valid(certificate.subject, certificate.not_before)
    return None


@contextmanager
def _only_pfx_errors(data: bytes) -> Iterator[None]:
    """Whatever a parser makes of hostile bytes is a `PfxError`; a panic in Rust is no `Exception`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what `cryptography` says of BER or old fields is nothing to act on
            yield
    except (PfxError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise PfxError(pfx_problems.damaged(len(data))) from error


def _read(data: bytes, password: str | None) -> PfxCertificate:
    structure = _structure(data)
    key, certificates = _open(data, password, structure)
    if key is None:
        raise PfxError(pfx_problems.no_key(len(certificates)))
    if structure.keys > 1:
        raise PfxError(pfx_problems.several_keys(structure.keys, len(certificates)))
    own = [each for each in certificates if each.public_key() == key.public_key()]
    if not own:
        raise PfxError(pfx_problems.foreign_key(len(certificates)))
    if len(own) > 1:
        raise PfxError(pfx_problems.several_certificates([_thumbprint(each) for each in own]))
    certificate = own[0]
    der = certificate.public_bytes(Encoding.DER)
    return PfxCertificate(
        thumbprint=_thumbprint(certificate),
        subject=distinguished_name.subject(der),
        issuer=distinguished_name.issuer(der),
        serial_number=f"{certificate.serial_number:X}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key_type=key_type(certificate),
        signature_hash=_signature_hash(certificate),
        for_clients=_for_clients(certificate),
        chain_length=len(certificates) - 1,
    )


def _structure(data: bytes) -> PfxStructure:
    """The outside of the file; raises `PfxError` when it is no PFX, or one that would take too long to open."""
    if not data:
        raise PfxError(pfx_problems.empty())
    if len(data) > MAXIMUM_SIZE:
        raise PfxError(pfx_problems.too_large(len(data), MAXIMUM_SIZE))
    if b"-----BEGIN " in data[:4096]:
        raise PfxError(pfx_problems.pem())
    try:
        structure = pfx_structure.examine(data)
    except ValueError as error:
        certificate = _bare_certificate(data)
        raise PfxError(pfx_problems.bare(certificate) if certificate else pfx_problems.no_pfx(len(data))) from error
    if structure.scrypt:
        raise PfxError(pfx_problems.scrypt())
    if structure.rounds > MAXIMUM_ROUNDS:
        raise PfxError(pfx_problems.too_many_rounds(MAXIMUM_ROUNDS))
    return structure


def _bare_certificate(data: bytes) -> str | None:
    try:
        x509.load_der_x509_certificate(data)
    except ValueError:
        return None
    return distinguished_name.subject(data)


def _open(
    data: bytes, password: str | None, structure: PfxStructure
) -> tuple[PrivateKeyTypes | None, Sequence[x509.Certificate]]:
    """The key and the certificates, each once; raises `PfxError` when no form of the password opens the file."""
    if password and ("\0" in password or not _is_text(password)):
        raise PfxError(pfx_problems.impossible_password())
    failure: Exception | None = None
    for attempt in [password.encode()] if password else [None, b""]:
        try:
            key, first, others = pkcs12.load_key_and_certificates(data, attempt)
        except ValueError as error:
            failure = failure or error
        else:
            return key, list(dict.fromkeys(([first] if first else []) + others))
    if not structure.protected:
        raise PfxError(pfx_problems.damaged(len(data))) from failure
    if structure.legacy and not _legacy_is_offered():
        raise PfxError(pfx_problems.legacy(sorted(structure.legacy))) from failure
    raise PfxError(pfx_problems.wrong_password(given=bool(password))) from failure


def _is_text(password: str) -> bool:
    """Whether UTF-8 has it: half of a surrogate pair, which JSON can hold, is no character."""
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True


def _legacy_is_offered() -> bool:
    """Whether the OpenSSL under `cryptography` has RC2 and the like; its own packages do, a distribution's may not."""
    try:
        Cipher(RC2(bytes(16)), modes.CBC(bytes(8))).encryptor()
    except UnsupportedAlgorithm:
        return False
    return True


def _thumbprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 (APIM's thumbprint is SHA-1)


def key_type(certificate: x509.Certificate) -> str:
    """Algorithm and size of the certificate's key, for instance `RSA 2048` or `EC secp256r1`."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey")


def _signature_hash(certificate: x509.Certificate) -> str:
    algorithm = certificate.signature_hash_algorithm
    return algorithm.name if algorithm else ""


def _for_clients(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool({ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(usages))
