"""PFX files as Windows reads them, which is where API Management runs. Pure.

source: dotnet/runtime, UnixPkcs12Reader (what is passed over: secret keys, unknown entries); RFC 7292 and 9579. That
Windows reads a certificate whose texts break their own alphabet, whose sets are not sorted, or whose times have no
seconds is inferred, from Wine's decoder of them. Which keys it presents: docs/decisions/0019.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, core, keys
from asn1crypto import pkcs12 as asn1
from asn1crypto import x509 as asn1_x509
from Crypto.Cipher import AES, ARC2, ARC4, DES, DES3
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from local.azure import distinguished_name

MOST_ROUNDS = 2_000_000
"""Of key derivation in one part; no limit of Azure's is known, and local Azure has to go on answering."""
_PBMAC1 = "1.2.840.113549.1.5.14"
_CURVES = ("secp256r1", "secp384r1", "secp521r1")


class WrongPasswordError(ValueError):
    """The MAC, or the padding of a part without one, does not fit."""


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """A certificate with its key as they stand in the file; the key is never shown."""

    der: bytes
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    chain: tuple[bytes, ...] = ()
    """Further certificates, DER."""

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the DER, upper-case hex."""
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest().upper()

    @property
    def subject(self) -> str:
        """As .NET prints it."""
        return distinguished_name.printed(self._fields["subject"].dump())

    @property
    def not_after(self) -> datetime:
        """End of the validity, UTC."""
        moment: datetime = self._fields["validity"]["not_after"].native
        return moment

    @property
    def is_self_issued(self) -> bool:
        """Whether it names itself as its issuer."""
        return bool(self._fields["subject"].dump() == self._fields["issuer"].dump())

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return pem(self.der)

    @property
    def _fields(self) -> Any:
        return asn1_x509.Certificate.load(self.der)["tbs_certificate"]


def pem(der: bytes) -> bytes:
    """A certificate as text."""
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def read(data: bytes, password: str = "") -> Uploaded:
    """The certificate in a PFX, and the key that belongs to it; raises ValueError when it cannot."""
    private, certificates = _opened(data, password)
    if not private or not certificates:
        raise ValueError("no certificate with an RSA or EC private key in it")
    for each in certificates:
        _check(each)
    found = [(key, each) for key in private for each in certificates if _public(each) == _spelt(key.public_key())]
    if not found:
        raise ValueError("no certificate that belongs to the private key in it")
    key, der = found[0]
    _check_kind(key, asn1_x509.Certificate.load(der).public_key["algorithm"])
    return Uploaded(der=der, key=key, chain=tuple(each for each in certificates if each != der))


def certificates(data: bytes, password: str = "") -> Sequence[bytes]:
    """All certificates in a PFX, DER; a key beside them is left alone."""
    return _opened(data, password)[1]


def write(uploaded: Uploaded) -> bytes:
    """A PFX without password or MAC: how local Azure keeps it."""
    info = uploaded.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    bags = [asn1.SafeBag({"bag_id": "key_bag", "bag_value": keys.PrivateKeyInfo.load(info)})]
    for each in (uploaded.der, *uploaded.chain):
        held = asn1.CertBag({"cert_id": "x509", "cert_value": core.ParsableOctetString(each)})
        bags.append(asn1.SafeBag({"bag_id": "cert_bag", "bag_value": held}))
    contents = {"content_type": "data", "content": core.OctetString(asn1.SafeContents(bags).dump())}
    safe = asn1.AuthenticatedSafe([contents]).dump()
    outer = {"content_type": "data", "content": core.OctetString(safe)}
    return bytes(asn1.Pfx({"version": "v3", "auth_safe": outer}).dump())


def _opened(data: bytes, password: str) -> tuple[list[Any], list[bytes]]:
    try:
        pfx = asn1.Pfx.load(data)
        safe = pfx["auth_safe"]["content"].native
        for text in [password] if password else ["", None]:
            if pfx["mac_data"].native is None or _mac_fits(pfx["mac_data"], safe, text):
                return _read_safe(safe, text)
    except WrongPasswordError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError(f"no PKCS#12 structure ({error})") from error
    raise WrongPasswordError("wrong password")


def _read_safe(safe: bytes, password: str | None) -> tuple[list[Any], list[bytes]]:
    private: list[Any] = []
    found: dict[bytes, None] = {}
    for part in asn1.AuthenticatedSafe.load(safe):
        if part["content_type"].native == "data":
            contents = part["content"].native
        else:
            info = part["content"]["encrypted_content_info"]
            sealed = info["encrypted_content"].native
            contents = _decrypted(info["content_encryption_algorithm"], sealed, password)
        for kind, value in _bags(asn1.SafeContents.load(contents)):
            if kind == "cert_bag":
                found[bytes(value["cert_value"])] = None
            elif kind == "key_bag":
                private.append(_key(value.untag().dump()))  # without the tag of its choice
            elif kind == "pkcs8_shrouded_key_bag":
                plain = _decrypted(value["encryption_algorithm"], value["encrypted_data"].native, password)
                private.append(_key(plain))
    return private, list(found)


def _bags(contents: Any) -> Iterator[tuple[str, Any]]:
    for bag in contents:
        if bag["bag_id"].native == "safe_contents":
            yield from _bags(bag["bag_value"])
        elif bag["bag_id"].native in {"cert_bag", "key_bag", "pkcs8_shrouded_key_bag"}:
            yield bag["bag_id"].native, bag["bag_value"]


def _key(info: bytes) -> Any:
    try:
        key = load_der_private_key(info, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("a private key that is not supported") from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("no certificate with an RSA or EC private key in it")  # noqa: TRY004  it is the file's fault
    return key


def _check(der: bytes) -> None:
    """Everything that is asked for later can be read."""
    try:
        uploaded = asn1_x509.Certificate.load(der)
        fields = uploaded["tbs_certificate"]
        fields["validity"].native, fields["serial_number"].native, fields["subject"].dump()
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"a certificate that cannot be decoded: {error}") from error


def _check_kind(key: Any, algorithm: Any) -> None:
    """Whether the gateway can present such a key; inferred from what Windows signs TLS with."""
    if algorithm["algorithm"].native == "rsassa_pss":
        raise ValueError("the key algorithm rsassa_pss is not supported")
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return
    if algorithm["parameters"].name != "named" or key.curve.name not in _CURVES:
        raise ValueError(f"the curve {key.curve.name} is not supported, or not named")


def _public(der: bytes) -> bytes:
    try:
        info = asn1_x509.Certificate.load(der)["tbs_certificate"]["subject_public_key_info"].dump()
        return _spelt(load_der_public_key(info))
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return b""


def _spelt(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _mac_fits(mac_data: Any, content: bytes, password: str | None) -> bool:
    algorithm = mac_data["mac"]["digest_algorithm"]
    name = algorithm["algorithm"].native
    if name == _PBMAC1:
        derivation, scheme = core.SequenceOf.load(algorithm["parameters"].dump(), spec=core.Any)
        parameters = algos.KdfAlgorithm.load(derivation.dump())["parameters"]
        name = algos.HmacAlgorithm.load(scheme.dump())["algorithm"].native
        prf, size = parameters["prf"]["algorithm"].native, parameters["key_length"].native
        rounds = _bounded(parameters["iteration_count"].native)
        key = hashlib.pbkdf2_hmac(prf, (password or "").encode(), parameters["salt"].native, rounds, size)
    else:
        size = hashlib.new(name, usedforsecurity=False).digest_size
        key = _derived(
            name, 3, password, salt=mac_data["mac_salt"].native, rounds=mac_data["iterations"].native, size=size
        )
    return hmac.compare_digest(hmac.digest(key, content, name), mac_data["mac"]["digest"].native)


def _decrypted(algorithm: Any, data: bytes, password: str | None) -> bytes:
    rounds, salt = _bounded(algorithm.kdf_iterations), algorithm.kdf_salt
    cipher, size = algorithm.encryption_cipher, algorithm.key_length
    if algorithm.kdf == "pkcs12_kdf":
        key = _derived("sha1", 1, password, salt=salt, rounds=rounds, size=size)
        vector = b"" if cipher == "rc4" else _derived("sha1", 2, password, salt=salt, rounds=rounds, size=8)
    elif algorithm.kdf == "pbkdf1":
        both = (password or "").encode() + salt
        for _ in range(rounds):
            both = hashlib.new(algorithm.kdf_hmac, both, usedforsecurity=False).digest()
        key, vector = both[:8], both[8:16]
    else:
        key = hashlib.pbkdf2_hmac(algorithm.kdf_hmac, (password or "").encode(), salt, rounds, size)
        vector = algorithm.encryption_iv
    plain = _plain(cipher, key, vector, data)
    if cipher == "rc4":
        return plain
    if not plain or not plain.endswith(plain[-1:] * plain[-1]):
        raise WrongPasswordError("wrong password")
    return plain[: -plain[-1]]


def _plain(cipher: str, key: bytes, vector: bytes, data: bytes) -> bytes:
    if cipher == "rc4":
        return bytes(ARC4.new(key).decrypt(data))
    if cipher == "rc2":
        bits = 8 * len(key)
        return bytes(ARC2.new(key, ARC2.MODE_CBC, vector, effective_keylen=bits).decrypt(data))  # noqa: S304  as above
    if cipher == "tripledes":
        return bytes(DES3.new(key, DES3.MODE_CBC, vector).decrypt(data))
    if cipher == "des":
        return bytes(DES.new(key, DES.MODE_CBC, vector).decrypt(data))  # noqa: S304  as above
    return bytes(AES.new(key, AES.MODE_CBC, vector).decrypt(data))


def _derived(name: str, purpose: int, password: str | None, *, salt: bytes, rounds: int, size: int) -> bytes:
    """RFC 7292, appendix B.2."""
    _bounded(rounds)
    width = hashlib.new(name, usedforsecurity=False).block_size
    secret = b"" if password is None else password.encode("utf-16-be") + b"\0\0"
    blocks = _blocks(salt, width) + _blocks(secret, width)
    key = b""
    while len(key) < size:
        digest = hashlib.new(name, bytes([purpose]) * width + b"".join(blocks), usedforsecurity=False).digest()
        for _ in range(rounds - 1):
            digest = hashlib.new(name, digest, usedforsecurity=False).digest()
        key += digest
        addend = int.from_bytes(_blocks(digest, width)[0], "big") + 1
        whole = 1 << 8 * width
        blocks = [((int.from_bytes(each, "big") + addend) % whole).to_bytes(width, "big") for each in blocks]
    return key[:size]


def _blocks(text: bytes, width: int) -> list[bytes]:
    """The text repeated to whole blocks."""
    number = -(-len(text) // width)
    repeated = text * (number * width // max(len(text), 1) + 1)
    return [repeated[at * width : (at + 1) * width] for at in range(number)]


def _bounded(rounds: int) -> int:
    if not 0 < rounds <= MOST_ROUNDS:
        raise ValueError(f"{rounds} rounds of key derivation")
    return rounds
