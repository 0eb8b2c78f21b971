"""PFX files that Windows reads and most parsers do not, made on the spot."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pkcs12_files as files
from certificates import Made, make
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtensionOID, NameOID

PASSWORD = files.PASSWORD
CHARACTERS = '&_@*#!%;<>"$'
"""What stands in PrintableStrings of real certificates, against the rule."""
_DATA = bytes.fromhex("06092a864886f70d010701")
_KEY_BAG, _CERTIFICATE_BAG = (bytes.fromhex(f"060b2a864886f70d010c0a01{number}") for number in ("01", "03"))
_X509 = bytes.fromhex("060a2a864886f70d01091601")
KEY = rsa.generate_private_key(65537, 2048)
BYSTANDER = make("bystander")


@dataclass(frozen=True)
class Spelt:
    """A certificate whose encoding was changed after it was signed: OpenSSL packs it, whatever it says."""

    key: rsa.RSAPrivateKey
    der: bytes

    @property
    def pem(self) -> bytes:
        return x509_pem(self.der)


def x509_pem(der: bytes) -> bytes:
    from base64 import encodebytes  # noqa: PLC0415 -- only here

    return b"-----BEGIN CERTIFICATE-----\n" + encodebytes(der) + b"-----END CERTIFICATE-----\n"


def respelt(der: bytes, old: bytes, new: bytes, count: int = -1) -> bytes:
    """The encoding with some elements replaced, and every length around them right."""
    if old not in der:
        return der
    if not der[0] & 0x20:
        return new if der == old else der
    tag, parts = der[:1], []
    for part in elements(der):
        if part == old and count:
            parts.append(new)
            count -= 1
        else:
            parts.append(respelt(part, old, new, count))
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2, "big")
    return tag + length + content


def elements(der: bytes) -> list[bytes]:
    """The elements in an element."""
    _, begin, end = files._header(der, 0)
    return files._elements(der[begin:end])


def text(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value


def named(tag: int, value: bytes) -> Spelt:
    """A certificate with that text as its common name."""
    der = make("P" * 8, key=KEY).der
    return Spelt(KEY, respelt(der, text(0x0C, b"P" * 8), text(tag, value)))


def without_seconds() -> Spelt:
    der = make("client", key=KEY).der
    (start,) = (each for each in elements(elements(elements(der)[0])[4])[:1])
    return Spelt(KEY, respelt(der, start, text(0x17, start[2:-3] + b"Z")))


def with_times(start: bytes) -> Spelt:
    der = make("client", key=KEY).der
    return Spelt(KEY, respelt(der, elements(elements(elements(der)[0])[4])[0], start))


def unsorted() -> Spelt:
    """A subject of two attributes at one level, in the wrong order."""
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, "b"), x509.NameAttribute(NameOID.COUNTRY_NAME, "DE")]
    name = x509.Name([x509.RelativeDistinguishedName(attributes)])
    der = _signed(name)
    (relative,) = elements(name.public_bytes())
    first, second = elements(relative)
    return Spelt(KEY, respelt(der, relative, relative[:2] + second + first))


def with_extensions(*extensions: tuple[str, bytes]) -> Spelt:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    return Spelt(KEY, _signed(name, *extensions))


def _signed(name: x509.Name, *extensions: tuple[str, bytes]) -> bytes:
    made = make("client", key=KEY).certificate
    builder = (
        x509.CertificateBuilder(name, name, KEY.public_key(), 17)
        .not_valid_before(made.not_valid_before_utc)
        .not_valid_after(made.not_valid_after_utc)
    )
    for dotted, value in extensions:
        oid = x509.ObjectIdentifier(dotted)
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, value), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)


def doubled_extension() -> Spelt:
    """One extension twice."""
    value = bytes.fromhex("30030a0101")
    der = with_extensions(("1.3.6.1.4.1.1", value), ("1.3.6.1.4.1.2", value)).der
    return Spelt(KEY, respelt(der, bytes.fromhex("06062b0601040102"), bytes.fromhex("06062b0601040101")))


def foreign_algorithm(made: Made) -> bytes:
    """The certificate with a key of an algorithm that nobody has."""
    return respelt(made.der, bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f70d010163"), 1)


@cache
def packed(spelt: Spelt, form: str = "AES") -> bytes:
    return files.by_openssl(spelt, form)  # type: ignore[arg-type]


def assembled(private: tuple[bytes, ...], certificates: tuple[bytes, ...]) -> bytes:
    """A PFX without password or MAC, of these keys (PKCS#8) and certificates, whatever they are."""
    bags = [tlv(0x30, _KEY_BAG, tlv(0xA0, each)) for each in private]
    held = [tlv(0x30, _X509, tlv(0xA0, tlv(0x04, each))) for each in certificates]
    bags += [tlv(0x30, _CERTIFICATE_BAG, tlv(0xA0, each)) for each in held]
    safe = tlv(0x30, tlv(0x30, _DATA, tlv(0xA0, tlv(0x04, tlv(0x30, *bags)))))
    return tlv(0x30, b"\x02\x01\x03", tlv(0x30, _DATA, tlv(0xA0, tlv(0x04, safe))))


def tlv(tag: int, *parts: bytes) -> bytes:
    """An element of these parts."""
    content = b"".join(parts)
    size = len(content)
    return bytes([tag]) + (bytes([size]) if size < 0x80 else b"\x83" + size.to_bytes(3, "big")) + content


@cache
def with_secret_key() -> bytes:
    """A Java keystore with a key pair, and a secret key beside it."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "password").write_text(PASSWORD)
        store = ["-storetype", "PKCS12", "-keystore", "store.p12", "-storepass:file", "password"]
        pair = ["-alias", "orders", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=orders"]
        files.run("keytool", "-genkeypair", *pair, *store, cwd=folder)
        files.run("keytool", "-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256", *store, cwd=folder)
        return (Path(folder) / "store.p12").read_bytes()


CLIENT = make("client", key=KEY)
READ: dict[str, Callable[[], tuple[bytes, str | None, str]]] = {
    **{
        f"PrintableString with {each}": lambda each=each: (
            packed(named(0x13, f"a{each}b".encode())),
            PASSWORD,
            {'"': 'CN="a""b"'}.get(each, f'CN="a{each}b"' if each in "#;<>" else f"CN=a{each}b"),
        )
        for each in CHARACTERS
    },
    "Teletex": lambda: (packed(named(0x14, "Müller".encode("latin-1"))), PASSWORD, "CN=Müller"),
    "Teletex under RC2-40": lambda: (packed(named(0x14, b"M\xfcller"), "3DES and RC2-40"), PASSWORD, "CN=Müller"),
    "UTCTime without seconds": lambda: (packed(without_seconds()), PASSWORD, "CN=client"),
    "UTCTime of another zone": lambda: (packed(with_times(text(0x17, b"250101000000+0100"))), PASSWORD, "CN=client"),
    "unsorted set": lambda: (packed(unsorted()), PASSWORD, "C=DE + CN=b"),
    "malformed alternative names": lambda: (
        packed(with_extensions((ExtensionOID.SUBJECT_ALTERNATIVE_NAME.dotted_string, b"\x30\x05x"))),
        PASSWORD,
        "CN=client",
    ),
    "an extension twice": lambda: (packed(doubled_extension()), PASSWORD, "CN=client"),
    "an unknown key in the chain": lambda: (
        assembled((CLIENT.key_der,), (CLIENT.der, foreign_algorithm(BYSTANDER))),
        None,
        "CN=client",
    ),
    "the same key twice": lambda: (assembled((CLIENT.key_der,) * 2, (CLIENT.der,) * 2), None, "CN=client"),
    "a key without a certificate beside a pair": lambda: (
        assembled((BYSTANDER.key_der, CLIENT.key_der), (CLIENT.der,)),
        None,
        "CN=client",
    ),
    "a secret key of Java": lambda: (with_secret_key(), PASSWORD, "CN=orders"),
    "P-521": lambda: (make("curve", key=ec.generate_private_key(ec.SECP521R1())).pfx(), None, "CN=curve"),
}
"""Each: the file, its password, the subject that is read."""

UNREADABLE: dict[str, tuple[Callable[[], Spelt], str]] = {
    "a month that is none": (
        lambda: with_times(text(0x17, b"251301000000Z")),
        "the start of its validity is no time: '251301000000Z'",
    ),
    "letters for a time": (
        lambda: with_times(text(0x17, b"tomorrow")),
        "the start of its validity is no time: 'tomorrow'",
    ),
}
"""Each: the certificate, the reason."""


def _dsa() -> Made:
    return make("dsa", key=dsa.generate_private_key(2048))


def _explicit_curve() -> bytes:
    with TemporaryDirectory() as folder:
        parameters = ["-name", "prime256v1", "-param_enc", "explicit", "-genkey", "-noout", "-out", "key.pem"]
        files.run("openssl", "ecparam", *parameters, cwd=folder)
        arguments = ["-x509", "-key", "key.pem", "-subj", "/CN=explicit", "-out", "certificate.pem"]
        files.run("openssl", "req", *arguments, cwd=folder)
        packing = ["-inkey", "key.pem", "-in", "certificate.pem", "-passout", "pass:"]
        return files.run("openssl", "pkcs12", "-export", *packing, cwd=folder)


def by_ed448() -> bytes:
    key = ed448.Ed448PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with TemporaryDirectory() as folder:
        (Path(folder) / "key.pem").write_bytes(pem)
        files.run("openssl", "req", "-x509", "-key", "key.pem", "-subj", "/CN=c", "-out", "c.pem", cwd=folder)
        packing = ["-inkey", "key.pem", "-in", "c.pem", "-passout", "pass:"]
        return files.run("openssl", "pkcs12", "-export", *packing, cwd=folder)


UNPRESENTABLE: dict[str, Callable[[], bytes]] = {
    "Ed25519": lambda: make("client", key=ed25519.Ed25519PrivateKey.generate()).pfx(),
    "Ed448": by_ed448,
    "DSA": lambda: _dsa().pfx(),
    "EC secp256k1": lambda: make("client", key=ec.generate_private_key(ec.SECP256K1())).pfx(),
    "EC brainpoolP256r1": lambda: make("client", key=ec.generate_private_key(ec.BrainpoolP256R1())).pfx(),
    "EC with a curve of its own": _explicit_curve,
}
"""Each: the kind of key, and a file with one."""
