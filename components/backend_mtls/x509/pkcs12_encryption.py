"""What a PFX is sealed and encrypted with: keys from a password, the MAC, the old and the new ciphers.

Pure. Sources: RFC 7292, appendix B (PKCS#12 keys), RFC 8018 (PBES1, PBES2), RFC 9579 (PBMAC1). `cryptography` opens a
PFX as a whole or not at all, and says of a certificate in it that it cannot read only that the file is invalid.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import TypeVar

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from backend_mtls.x509 import rc2
from backend_mtls.x509.ber import Element
from backend_mtls.x509.der import INTEGER, OCTET_STRING, SEQUENCE

_Value = TypeVar("_Value")
_ENCRYPTION, _INTEGRITY, _VECTOR = 1, 3, 2
_HASHES = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.4": "sha224",
}
_HMACS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
}
_PKCS12 = {
    "1.2.840.113549.1.12.1.1": ("RC4", 16),
    "1.2.840.113549.1.12.1.2": ("RC4", 5),
    "1.2.840.113549.1.12.1.3": ("3DES", 24),
    "1.2.840.113549.1.12.1.4": ("3DES", 16),
    "1.2.840.113549.1.12.1.5": ("RC2", 16),
    "1.2.840.113549.1.12.1.6": ("RC2", 5),
}
_PBES1 = {
    "1.2.840.113549.1.5.3": ("md5", "DES"),
    "1.2.840.113549.1.5.6": ("md5", "RC2"),
    "1.2.840.113549.1.5.10": ("sha1", "DES"),
    "1.2.840.113549.1.5.11": ("sha1", "RC2"),
}
_PBES2_CIPHERS = {
    "1.3.14.3.2.7": ("DES", 8),
    "1.2.840.113549.3.7": ("3DES", 24),
    "2.16.840.1.101.3.4.1.2": ("AES", 16),
    "2.16.840.1.101.3.4.1.22": ("AES", 24),
    "2.16.840.1.101.3.4.1.42": ("AES", 32),
}
_PBES2, _PBKDF2, _PBMAC1 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.2.840.113549.1.5.14"


class UnknownAlgorithmError(Exception):
    """Neither a password nor patience helps; its text is the object identifier."""


class TooManyRoundsError(Exception):
    """A key whose derivation would take too long."""


@dataclass
class Password:
    """One form of a password, and how much deriving keys from it may cost."""

    text: str | None
    """None is the absent one, which PKCS#12 tells from the empty one."""
    rounds: int
    """How many rounds of key derivation are left."""

    def key(self, name: str, salt: bytes, rounds: int, size: int, purpose: int) -> bytes:
        """RFC 7292, appendix B.2."""
        self.spend(rounds * -(-size // hashlib.new(name, usedforsecurity=False).digest_size))
        block = hashlib.new(name, usedforsecurity=False).block_size
        password = b"" if self.text is None else self.text.encode("utf-16-be") + b"\0\0"
        mixed, found = _filled(salt, block) + _filled(password, block), b""
        make = getattr(hashlib, name)
        while len(found) < size:
            digest = bytes([purpose]) * block + mixed
            for _ in range(rounds):
                digest = make(digest, usedforsecurity=False).digest()
            found += digest
            addend = int.from_bytes(_filled(digest, block)[:block], "big") + 1
            mixed = b"".join(
                ((int.from_bytes(mixed[at : at + block], "big") + addend) % (1 << 8 * block)).to_bytes(block, "big")
                for at in range(0, len(mixed), block)
            )
        return found[:size]

    def pbkdf1(self, name: str, salt: bytes, rounds: int) -> bytes:
        """RFC 8018, section 5.1: eight bytes of key and eight of initialisation vector."""
        self.spend(rounds)
        digest = (self.text or "").encode() + salt
        for _ in range(rounds):
            digest = hashlib.new(name, digest, usedforsecurity=False).digest()
        return digest[:16]

    def pbkdf2(self, parameters: Element, size: int) -> bytes:
        """RFC 8018, section 5.2."""
        salt, rounds = parameters.child(0, OCTET_STRING).content, parameters.number(1)
        algorithms_ = [each for each in parameters.children[2:] if each.tag == SEQUENCE]
        name = _known(_HMACS, algorithms_[0].dotted()) if algorithms_ else "sha1"
        self.spend(rounds * -(-size // hashlib.new(name, usedforsecurity=False).digest_size))
        return hashlib.pbkdf2_hmac(name, (self.text or "").encode(), salt, rounds, size)

    def spend(self, rounds: int) -> None:
        """Takes rounds from those that are left; raises when they are too many, or fewer than one."""
        if rounds < 1:
            raise ValueError("no rounds of key derivation")
        self.rounds -= rounds
        if self.rounds < 0:
            raise TooManyRoundsError


def opens(password: Password, mac: Element, content: bytes) -> bool:
    """Whether the MAC of a PFX (MacData) says that the password is right and the content whole."""
    info = mac.child(0, SEQUENCE)
    algorithm, expected = info.child(0, SEQUENCE), info.child(1, OCTET_STRING).content
    if algorithm.dotted() == _PBMAC1:
        derivation, inner = (algorithm.child(1, SEQUENCE).child(at, SEQUENCE) for at in (0, 1))
        parameters = _pbkdf2_parameters(derivation)
        lengths = [int.from_bytes(each.content, "big") for each in parameters.children[2:] if each.tag == INTEGER]
        name = _known(_HMACS, inner.dotted())
        size = lengths[0] if lengths else hashlib.new(name, usedforsecurity=False).digest_size
        key = password.pbkdf2(parameters, min(size, 1024))
    else:
        name, salt = _known(_HASHES, algorithm.dotted()), mac.child(1, OCTET_STRING).content
        rounds = mac.number(2) if len(mac.children) > 2 else 1
        key = password.key(name, salt, rounds, hashlib.new(name, usedforsecurity=False).digest_size, _INTEGRITY)
    return hmac.compare_digest(hmac.digest(key, content, name), expected)


def decrypt(password: Password, algorithm: Element, data: bytes) -> bytes:
    """The plain text; raises `ValueError` when the password is wrong, though not for every wrong one."""
    name, parameters = algorithm.dotted(), algorithm.child(1, SEQUENCE)
    if name == _PBES2:
        derivation, scheme = parameters.child(0, SEQUENCE), parameters.child(1, SEQUENCE)
        cipher, size = _known(_PBES2_CIPHERS, scheme.dotted())
        key = password.pbkdf2(_pbkdf2_parameters(derivation), size)
        return _deciphered(cipher, key, scheme.child(1, OCTET_STRING).content, data)
    salt, rounds = parameters.child(0, OCTET_STRING).content, parameters.number(1)
    if name in _PBES1:
        digest, cipher = _PBES1[name]
        both = password.pbkdf1(digest, salt, rounds)
        return _deciphered(cipher, both[:8], both[8:], data)
    cipher, size = _known(_PKCS12, name)
    key = password.key("sha1", salt, rounds, size, _ENCRYPTION)
    vector = b"" if cipher == "RC4" else password.key("sha1", salt, rounds, 8, _VECTOR)
    return _deciphered(cipher, key, vector, data)


def _pbkdf2_parameters(derivation: Element) -> Element:
    if derivation.dotted() != _PBKDF2:
        raise UnknownAlgorithmError(derivation.dotted())
    return derivation.child(1, SEQUENCE)


def _deciphered(cipher: str, key: bytes, vector: bytes, data: bytes) -> bytes:
    if cipher == "RC4":
        return _rc4(key, data)
    block = 16 if cipher == "AES" else 8
    if not data or len(data) % block or len(vector) != block:
        raise ValueError("no whole blocks")
    if cipher == "RC2":
        plain = rc2.decrypt(key, vector, data)
    else:
        algorithm = algorithms.AES(key) if cipher == "AES" else TripleDES(_of_24_bytes(key))
        decryptor = Cipher(algorithm, modes.CBC(vector)).decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
    padding = plain[-1]
    if not 0 < padding <= block or plain[-padding:] != bytes([padding]) * padding:
        raise ValueError("no padding")
    return plain[:-padding]


def _of_24_bytes(key: bytes) -> bytes:
    """DES, and 3DES with two keys, as 3DES with three."""
    return (key * 3)[:24]


def _rc4(key: bytes, data: bytes) -> bytes:
    table, at = list(range(256)), 0
    for place in range(256):
        at = (at + table[place] + key[place % len(key)]) & 0xFF
        table[place], table[at] = table[at], table[place]
    found, at = bytearray(), 0
    for number, byte in enumerate(data, 1):
        place = number & 0xFF
        at = (at + table[place]) & 0xFF
        table[place], table[at] = table[at], table[place]
        found.append(byte ^ table[(table[place] + table[at]) & 0xFF])
    return bytes(found)


def _filled(text: bytes, size: int) -> bytes:
    """The text over and over, up to whole blocks; nothing stays nothing."""
    length = -(-len(text) // size) * size
    return (text * (length // len(text) + 1))[:length] if text else b""


def _known(table: dict[str, _Value], name: str) -> _Value:
    if name not in table:
        raise UnknownAlgorithmError(name)
    return table[name]
