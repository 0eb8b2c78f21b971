"""Reads a certificate as Windows and .NET do: what is asked for, and nothing else.

Pure: DER in, facts out. `cryptography` refuses the whole certificate for one character that a PrintableString must not
have; Windows, where the gateway runs, decodes BER, and shows it. What is read leniently, and from where that is
known, stands in docs/decisions/0019-certificates-as-dotnet-reads-them.md.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from backend_mtls.x509 import der, distinguished_name, extensions, key_kinds

_Read = TypeVar("_Read")
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_TIME = re.compile(r"(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:[.,]\d{1,9})?(?:Z|([+-])(\d{2})(\d{2}))?")
_CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"


class UnreadableCertificateError(Exception):
    """Its text is what is wrong in the certificate."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """One certificate. Nothing in it is secret."""

    der: bytes = field(repr=False)
    """All of it."""
    subject: str
    """Distinguished name, as .NET prints it."""
    issuer: str
    """Distinguished name, as .NET prints it."""
    serial_number: str
    """Upper-case hex digits."""
    not_before: datetime
    """Start of the validity, UTC."""
    not_after: datetime
    """End of the validity, UTC."""
    public_key: bytes = field(repr=False)
    """Subject public key info, DER."""
    key_type: str
    """Algorithm and size, for instance `RSA 2048`."""
    signature_hash: str
    """Hash of its signature, for instance `sha256`; empty for one without, or an unknown one."""

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the DER, 40 upper-case hex digits."""
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest().upper()

    @property
    def is_for_clients(self) -> bool:
        """Whether its extended key usage, if it has one, allows client authentication."""
        usages = extensions.read(self.der).usages
        return usages is None or bool({_CLIENT_AUTHENTICATION, extensions.ANY_USAGE} & set(usages))

    def __str__(self) -> str:
        return self.subject or f"serial number {self.serial_number}"


def read(data: bytes) -> Certificate:
    """The certificate; raises `UnreadableCertificateError`."""
    outer = _part("its outermost structure", lambda: der.parts(data)[0])
    top = _part("its outermost structure", lambda: der.parts(outer.of(der.SEQUENCE)))
    if len(top) != 3:
        raise UnreadableCertificateError("its outermost structure has not three parts")
    fields = _part("what was signed", lambda: der.parts(top[0].of(der.SEQUENCE)))
    number, algorithm, issuer, validity, subject, key = _part("what was signed", lambda: _six(fields))
    times = _part("its validity", lambda: der.parts(validity.of(der.SEQUENCE)))
    if len(times) != 2:
        raise UnreadableCertificateError("its validity is not two times")
    for what, name in (("its issuer", issuer), ("its subject", subject)):
        _part(what, partial(_check_name, name))
    return Certificate(
        der=outer.encoded,
        subject=distinguished_name.text(subject.encoded),
        issuer=distinguished_name.text(issuer.encoded),
        serial_number=f"{int.from_bytes(_part('its serial number', lambda: number.of(der.INTEGER)), 'big'):X}",
        not_before=_time("the start of its validity", times[0]),
        not_after=_time("the end of its validity", times[1]),
        public_key=key.encoded,
        key_type=_part("its public key", lambda: key_kinds.of_public_key(key.encoded)),
        signature_hash=_part("its signature algorithm", lambda: key_kinds.signature_hash(algorithm.encoded)),
    )


def _six(fields: list[der.Element]) -> list[der.Element]:
    """The fields that every certificate has, without the version before and the extensions behind them."""
    found = [each for each in fields if each.tag != der.EXPLICIT_0][:6]
    if len(found) < 6:
        raise ValueError("fewer than six fields")
    return found


def _check_name(name: der.Element) -> None:
    """A name is a sequence of sets of attributes, in any order; what kinds of text they have is `text`'s business."""
    for relative in der.parts(name.of(der.SEQUENCE)):
        for attribute in der.parts(relative.of(der.SET)):
            identifier, _value = der.parts(attribute.of(der.SEQUENCE))
            der.dotted(identifier.of(der.OBJECT_IDENTIFIER))


def _time(what: str, element: der.Element) -> datetime:
    text = element.content.decode("latin-1")
    found = _TIME.fullmatch(text) if element.tag in {_UTC_TIME, _GENERALIZED_TIME} else None
    if found is None or len(found[1]) != (2 if element.tag == _UTC_TIME else 4):
        raise UnreadableCertificateError(f"{what} is no time: {text[:40]!a}")
    year = int(found[1])
    if element.tag == _UTC_TIME:
        year += 1900 if year >= 50 else 2000
    try:
        month, day, hour, minute, second = (int(each or 0) for each in found.groups()[1:6])
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
        return moment - offset if found[7] == "+" else moment + offset
    except (ValueError, OverflowError) as error:
        raise UnreadableCertificateError(f"{what} is no time: {text[:40]!a}") from error


def _part(what: str, reader: Callable[[], _Read]) -> _Read:
    try:
        return reader()
    except (ValueError, IndexError) as error:
        raise UnreadableCertificateError(f"{what} is damaged ({error})") from error
