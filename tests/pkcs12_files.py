"""PFX files as the common tools write them, made on the spot; a tool that is not installed makes its tests skip."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from certificates import Made
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

PASSWORD = "correct horse"
OPENSSL = {
    "AES": [],
    "legacy": ["-legacy"],
    "3DES and RC2-40": ["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40"],
    "3DES": ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"],
    "RC2-128": ["-legacy", "-keypbe", "PBE-SHA1-RC2-128", "-certpbe", "PBE-SHA1-RC2-128"],
    "MD5 and DES": ["-legacy", "-keypbe", "PBE-MD5-DES", "-certpbe", "PBE-MD5-DES"],
    "not encrypted": ["-keypbe", "NONE", "-certpbe", "NONE"],
    "no MAC": ["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"],
    "MAC of SHA-512": ["-macalg", "sha512"],
}
"""How `openssl pkcs12 -export` is asked for each form."""


def run(*command: str, cwd: str | Path | None = None, feed: bytes = b"") -> bytes:
    """What the tool prints; skips the test when the tool is not installed."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    result = subprocess.run(command, cwd=cwd, input=feed, capture_output=True, check=False)  # noqa: S603 -- as above
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout


@cache
def by_openssl(made: Made, form: str = "AES", password: str = PASSWORD, *more: str) -> bytes:
    """As `openssl pkcs12 -export` writes it; `more` are further arguments."""
    with TemporaryDirectory() as folder:
        pem = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (Path(folder) / "password").write_text(password + "\n")
        arguments = [*OPENSSL[form], "-passout", "file:password", *more]
        return run("openssl", "pkcs12", "-export", *arguments, cwd=folder, feed=pem + made.pem)


@cache
def by_keytool(*aliases: str, legacy: bool = False) -> bytes:
    """As Java's `keytool` writes it: one self-signed EC certificate with its key for each alias."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "password").write_text(PASSWORD)
        for alias in aliases:
            old = ["-J-Dkeystore.pkcs12.legacy"] if legacy else []
            key = ["-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", f"CN={alias}"]
            store = ["-storetype", "PKCS12", "-keystore", "store.p12", "-storepass:file", "password"]
            run("keytool", *old, "-genkeypair", *key, *store, cwd=folder)
        return (Path(folder) / "store.p12").read_bytes()


def by_cryptography(made: Made, *chain: x509.Certificate) -> bytes:
    """As Python's `cryptography` writes it."""
    encryption = BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"name", made.key, made.certificate, chain or None, encryption)


def with_key_of(made: Made, *certificates: x509.Certificate) -> bytes:
    """A private key beside certificates that may be those of other keys."""
    encryption = BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"name", made.key, None, certificates, encryption)


def with_indefinite_lengths(data: bytes) -> bytes:
    """The same PFX in BER, its outermost parts of indefinite length and its content in two pieces."""
    _, begin, _ = _header(data, 0)
    version, authenticated, mac = _elements(data[begin:])
    oid, explicit = _elements(authenticated[_header(authenticated, 0)[1] :])
    (octets,) = _elements(explicit[_header(explicit, 0)[1] :])
    content = octets[_header(octets, 0)[1] :]
    pieces = b"".join(b"\x04\x82" + len(each).to_bytes(2, "big") + each for each in (content[:500], content[500:]))
    end = b"\0\0"
    return b"\x30\x80" + version + b"\x30\x80" + oid + b"\xa0\x80\x24\x80" + pieces + end * 3 + mac + end


def _header(data: bytes, start: int) -> tuple[int, int, int]:
    """Tag, where the content begins, where it ends."""
    length, begin = data[start + 1], start + 2
    if length > 0x7F:
        size = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + size], "big"), begin + size
    return data[start], begin, begin + length


def _elements(data: bytes) -> list[bytes]:
    found, start = [], 0
    while start < len(data):
        end = _header(data, start)[2]
        found.append(data[start:end])
        start = end
    return found
