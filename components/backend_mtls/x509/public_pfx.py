"""A PFX that holds one certificate and no key: how APIM takes an intermediate authority.

Pure. The same certificate gives the same bytes each time, so that a preview shows no change where there is none;
`cryptography` and `openssl` draw a new salt on every call. The salt is derived from the certificate instead: password
and key are absent, so that the MAC proves wholeness and guards nothing. It is there, although RFC 7292 makes it
optional, since not every reader takes a PFX without one; SHA-1 and an empty password, since every reader takes those.
"""

import hashlib
import hmac

_ROUNDS = 2000
"""As Windows writes."""
_DATA, _CERT_BAG, _X509, _SHA1 = (
    bytes.fromhex("06092a864886f70d010701"),
    bytes.fromhex("060b2a864886f70d010c0a0103"),
    bytes.fromhex("060a2a864886f70d01091601"),
    bytes.fromhex("06052b0e03021a0500"),
)
_EMPTY_PASSWORD = b"\0\0"
"""The empty text as PKCS#12 spells it: UTF-16 with its final zero."""


def wrap(certificate: bytes) -> bytes:
    """The PFX of a certificate (DER); its password is empty."""
    bag = _sequence(_CERT_BAG, _explicit(_sequence(_X509, _explicit(_octets(certificate)))))
    safe = _sequence(_sequence(_DATA, _explicit(_octets(_sequence(bag)))))
    salt = hashlib.sha256(certificate).digest()[:8]
    mac = hmac.digest(_mac_key(salt), safe, "sha1")
    mac_data = _sequence(_sequence(_sequence(_SHA1), _octets(mac)), _octets(salt), _integer(_ROUNDS))
    return _sequence(_integer(3), _sequence(_DATA, _explicit(_octets(safe))), mac_data)


def _mac_key(salt: bytes) -> bytes:
    """RFC 7292, appendix B.2, for a key that one digest is long enough for; 3 is the purpose, a MAC key."""
    block = 64
    key = b"\3" * block + _filled(salt, block) + _filled(_EMPTY_PASSWORD, block)
    for _ in range(_ROUNDS):
        key = hashlib.sha1(key, usedforsecurity=False).digest()
    return key


def _filled(text: bytes, size: int) -> bytes:
    return (text * (size // len(text) + 1))[:size]


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _explicit(part: bytes) -> bytes:
    return _tagged(0xA0, part)


def _octets(content: bytes) -> bytes:
    return _tagged(0x04, content)


def _integer(number: int) -> bytes:
    return _tagged(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
