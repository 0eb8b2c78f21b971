"""Reads a PFX (PKCS#12): whether APIM can present it, and what is in it.

Pure: bytes in, facts out. No key material leaves this module. Which texts a refusal has stands in `pfx_problems`.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from backend_mtls.errors import PfxError, Problem
from backend_mtls.x509 import certificate, file_kinds, key_kinds, pfx_content, pfx_problems, pfx_structure
from backend_mtls.x509.certificate import Certificate, UnreadableCertificateError
from backend_mtls.x509.file_kinds import FileKind
from backend_mtls.x509.pfx_content import PfxContent
from backend_mtls.x509.pfx_structure import PfxStructure
from backend_mtls.x509.pkcs12_encryption import TooManyRoundsError, UnknownAlgorithmError

MAXIMUM_SIZE = 256 * 1024
"""Bytes of a PFX. No limit of APIM's is documented; Key Vault keeps a PFX as a secret of at most 25 KB
(learn.microsoft.com/azure/key-vault/secrets/about-secrets), and this is ten times that."""
MAXIMUM_ROUNDS = 2_000_000
"""Rounds of key derivation, all parts of the file together: about a second of computing. Common tools write 2,000 to
1,800,000."""


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
    "no password" is. Opens whatever Windows opens, the old encryptions (RC2-40, 3DES) included.
    Raises `PfxError` when the bytes are no PFX, the password is wrong, the private key is missing, of a kind that the
    gateway cannot present, belongs to no certificate or to several, or several certificates have one: then nothing
    says which of them APIM would present. Whether the certificate is valid today is asked with `validity_problem`.
    """
    with _only_pfx_errors(data):
        content = _open(data, password, _structure(data))
        found = _certificates(content)
        return _facts(_own(content, found), len(found) - 1)


def certificates(data: bytes, password: str | None) -> tuple[Sequence[Certificate], bool]:
    """All certificates in a PFX, each once, and whether there is a private key beside them.

    Raises `PfxError` as `read` does, but not for what it says about the key.
    """
    with _only_pfx_errors(data):
        content = _open(data, password, _structure(data))
        return _certificates(content), bool(content.keys)


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


def _structure(data: bytes) -> PfxStructure:
    """The outside of the file; raises `PfxError` when it is no PFX, or one that would take too long to open."""
    if not data:
        raise PfxError(pfx_problems.empty())
    if len(data) > MAXIMUM_SIZE:
        raise PfxError(pfx_problems.too_large(len(data), MAXIMUM_SIZE))
    try:
        structure = pfx_structure.examine(data)
    except ValueError as error:
        kind = file_kinds.of(data)
        if kind is None:
            raise PfxError(pfx_problems.no_pfx(len(data))) from error
        raise PfxError(pfx_problems.other_kind(kind, _shown(kind, data))) from error
    if structure.scrypt:
        raise PfxError(pfx_problems.scrypt())
    if structure.rounds > MAXIMUM_ROUNDS:
        raise PfxError(pfx_problems.too_many_rounds(MAXIMUM_ROUNDS))
    return structure


def _shown(kind: FileKind, data: bytes) -> str:
    """What was found, without a byte of it that may be secret."""
    if kind is file_kinds.CERTIFICATE:
        return f"the certificate {certificate.read(data)}"
    return "a file that starts with '-----BEGIN'" if data.startswith(b"-----BEGIN") else f"{len(data)} bytes"


def _open(data: bytes, password: str | None, structure: PfxStructure) -> PfxContent:
    """The keys and the certificates, each once; raises `PfxError` when no form of the password opens the file."""
    if password and ("\0" in password or not _is_text(password)):
        raise PfxError(pfx_problems.impossible_password())
    try:
        return pfx_content.unlock(data, password, rounds=MAXIMUM_ROUNDS)
    except pfx_content.WrongPasswordError as error:
        if not structure.protected:
            raise PfxError(pfx_problems.damaged(len(data))) from error
        raise PfxError(pfx_problems.wrong_password(given=bool(password))) from error
    except pfx_content.OtherPasswordError as error:
        raise PfxError(pfx_problems.other_password()) from error
    except pfx_content.UnknownContentError as error:
        raise PfxError(pfx_problems.no_password_based(str(error))) from error
    except UnknownAlgorithmError as error:
        raise PfxError(pfx_problems.unknown_algorithm(str(error))) from error
    except TooManyRoundsError as error:
        raise PfxError(pfx_problems.too_many_rounds(MAXIMUM_ROUNDS)) from error


def _certificates(content: PfxContent) -> list[Certificate]:
    found = []
    for number, encoded in enumerate(content.certificates, 1):
        try:
            found.append(certificate.read(encoded))
        except UnreadableCertificateError as error:
            raise PfxError(
                pfx_problems.unreadable_certificate(number, len(content.certificates), str(error))
            ) from error
    return list({each.der: each for each in found}.values())


def _own(content: PfxContent, found: Sequence[Certificate]) -> Certificate:
    """The one certificate whose private key is in the file."""
    if not content.keys:
        raise PfxError(pfx_problems.no_key(len(found)))
    keys = list(dict.fromkeys(_public_key(each) for each in content.keys))
    own = {key: [each for each in found if _is_of(each, key)] for key in keys}
    pairs = [certificates_ for certificates_ in own.values() if certificates_]
    if len(pairs) > 1:
        raise PfxError(pfx_problems.several_keys(len(keys), len(found)))
    if not pairs:
        raise PfxError(_unpaired(content, keys, found))
    if len(pairs[0]) > 1:
        raise PfxError(pfx_problems.several_certificates([each.thumbprint for each in pairs[0]]))
    if not key_kinds.is_presentable(pairs[0][0].key_type):
        raise PfxError(pfx_problems.unpresentable_key(pairs[0][0].key_type))
    return pairs[0][0]


def _unpaired(content: PfxContent, keys: Sequence[bytes], found: Sequence[Certificate]) -> Problem:
    """Why no key has a certificate; that of a kind which nobody presents may not even be comparable (DSA)."""
    kinds = [key_kinds.of_private_key(each) for each in content.keys]
    odd = [kind for kind in kinds if not key_kinds.is_presentable(kind)]
    return pfx_problems.unpresentable_key(odd[0]) if odd else pfx_problems.foreign_key(len(keys), len(found))


def _public_key(private_key: bytes) -> bytes:
    """The public half of a private key, DER, from PKCS#8; raises `PfxError` for one that nobody can read."""
    kind = key_kinds.of_private_key(private_key)
    try:
        return _spelt(load_der_private_key(private_key, None).public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if not key_kinds.is_presentable(kind):
            raise PfxError(pfx_problems.unpresentable_key(kind)) from error
        raise PfxError(pfx_problems.unreadable_key(kind, _reason(error))) from error


def _spelt(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _is_of(each: Certificate, key: bytes) -> bool:
    """Whether the certificate is for the key; one whose own key nobody can read is for another."""
    try:
        return _spelt(load_der_public_key(each.public_key)) == key
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _facts(own: Certificate, chain_length: int) -> PfxCertificate:
    return PfxCertificate(
        thumbprint=own.thumbprint,
        subject=own.subject,
        issuer=own.issuer,
        serial_number=own.serial_number,
        not_before=own.not_before,
        not_after=own.not_after,
        key_type=own.key_type,
        signature_hash=own.signature_hash,
        for_clients=own.is_for_clients,
        chain_length=chain_length,
    )


def _reason(error: Exception) -> str:
    """What a library says, on one line."""
    return " ".join(str(error).split())[:120] or type(error).__name__


def _is_text(password: str) -> bool:
    """Whether UTF-8 has it: half of a surrogate pair, which JSON can hold, is no character."""
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True
