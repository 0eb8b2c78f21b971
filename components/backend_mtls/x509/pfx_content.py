"""Opens a PFX (PKCS#12, RFC 7292): its private keys and certificates as they stand there, none of them interpreted.

Pure. What a certificate or key in it says is another question than whether the password is right, which the MAC
answers; so is what else the file holds: secret keys (Java), revocation lists and unknown entries are passed over, as
.NET's own reader does (dotnet/runtime, UnixPkcs12Reader).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from backend_mtls.x509 import ber, pkcs12_encryption
from backend_mtls.x509.ber import Element
from backend_mtls.x509.der import EXPLICIT_0, SEQUENCE
from backend_mtls.x509.pkcs12_encryption import Password

_DATA, _ENCRYPTED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_BAG = "1.2.840.113549.1.12.10.1."
_KEY, _SHROUDED_KEY, _CERTIFICATE, _NESTED = (f"{_BAG}{number}" for number in (1, 2, 3, 6))
_X509 = "1.2.840.113549.1.9.22.1"


class WrongPasswordError(Exception):
    """No form of the password opens the file."""


class OtherPasswordError(Exception):
    """The MAC is right, but a part of the content does not open: it has another password, or is damaged."""


class UnknownContentError(Exception):
    """Sealed or encrypted with a public key in place of a password; its text is the object identifier."""


@dataclass
class PfxContent:
    """What a PFX holds, each once, in the order of the file."""

    keys: dict[bytes, None] = field(default_factory=dict, repr=False)
    """Private keys, PKCS#8 without encryption."""
    certificates: dict[bytes, None] = field(default_factory=dict)
    """Certificates, DER; whether they can be read is open."""


def unlock(data: bytes, password: str | None, *, rounds: int) -> PfxContent:
    """The content; at most `rounds` rounds of key derivation are made for each form of the password.

    Raises `WrongPasswordError`, `OtherPasswordError`, `UnknownContentError`, `pkcs12_encryption.UnknownAlgorithmError`,
    `pkcs12_encryption.TooManyRoundsError`, and `ValueError` for what is no PFX.
    """
    outer = ber.parse(data)
    safe = _safe(outer.child(1, SEQUENCE))
    mac = outer.child(2, SEQUENCE) if len(outer.children) > 2 else None
    for text in [password] if password else [None, ""]:
        attempt = Password(text, rounds)
        if mac is not None and not pkcs12_encryption.opens(attempt, mac, safe):
            continue
        try:
            return _content(safe, attempt)
        except WrongPasswordError:
            if mac is not None:
                raise OtherPasswordError from None
    raise WrongPasswordError


def _safe(content: Element) -> bytes:
    if content.dotted() != _DATA:
        raise UnknownContentError(content.dotted())
    return b"".join(each.octets() for each in content.child(1, EXPLICIT_0).children)


def _content(safe: bytes, password: Password) -> PfxContent:
    found = PfxContent()
    for part in ber.parse(safe).children:
        if part.dotted() == _DATA:
            bags = ber.parse(_safe(part))
        elif part.dotted() == _ENCRYPTED_DATA:
            encrypted = part.child(1, EXPLICIT_0).child(0, SEQUENCE).child(1, SEQUENCE)
            octets = encrypted.children[2].octets(0x80) if len(encrypted.children) > 2 else b""
            bags = _decrypted(password, encrypted.child(1, SEQUENCE), octets)
        else:
            raise UnknownContentError(part.dotted())
        for bag in _bags(bags):
            _put(bag, found, password)
    return found


def _bags(safe_contents: Element) -> Iterator[Element]:
    for bag in safe_contents.children:
        if bag.dotted() == _NESTED:
            yield from _bags(bag.child(1, EXPLICIT_0).child(0, SEQUENCE))
        else:
            yield bag


def _put(bag: Element, found: PfxContent, password: Password) -> None:
    kind, value = bag.dotted(), bag.child(1, EXPLICIT_0)
    if kind == _KEY:
        found.keys[value.child(0, SEQUENCE).encoded] = None
    elif kind == _SHROUDED_KEY:
        shrouded = value.child(0, SEQUENCE)
        octets = shrouded.children[1].octets() if len(shrouded.children) > 1 else b""
        key = _decrypted(password, shrouded.child(0, SEQUENCE), octets)
        found.keys[key.encoded] = None
    elif kind == _CERTIFICATE and value.child(0, SEQUENCE).dotted() == _X509:
        octets = b"".join(each.octets() for each in value.children[0].child(1, EXPLICIT_0).children)
        found.certificates[octets] = None


def _decrypted(password: Password, algorithm: Element, octets: bytes) -> Element:
    """The element that was encrypted; a wrong password leaves no padding, or nothing that is an element."""
    try:
        element = ber.parse(pkcs12_encryption.decrypt(password, algorithm, octets))
    except ValueError as error:
        raise WrongPasswordError from error
    if element.tag != SEQUENCE:
        raise WrongPasswordError
    return element
