"""How Azure prints distinguished names: the way of .NET, `X500DistinguishedName.Name`. Pure: DER in, text out.

source: dotnet/runtime, X500NameEncoder (last part first, `, ` and ` + `, quotes with doubled quotes, `#` and
hexadecimal for what is no text) and OidLookup (keys). inferred: letters that a string type does not have are printed
all the same, since API Management runs on Windows, whose CertNameToStr does that.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_TEXTS = {0x0C: "utf-8", 0x12: "latin-1", 0x13: "latin-1", 0x14: "utf-8", 0x16: "latin-1", 0x1E: "utf-16-be"}
"""Encodings of the string types that .NET prints as text, by tag."""
_TELETEX, _BMP, _OCTETS = 0x14, 0x1E, 0x04
_X520 = {
    3: "CN",
    4: "SN",
    5: "SERIALNUMBER",
    6: "C",
    7: "L",
    8: "S",
    9: "STREET",
    10: "O",
    11: "OU",
    12: "T",
    13: "Description",
    17: "PostalCode",
    18: "POBox",
    20: "Phone",
    24: "X21Address",
    42: "G",
    43: "I",
    46: "dnQualifier",
}
"""Keys of the attributes under 2.5.4."""
_OTHERS = {
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "E",
    "2.23.133.2.1": "TPMManufacturer",
    "2.23.133.2.2": "TPMModel",
    "2.23.133.2.3": "TPMVersion",
}
_NAMES = {f"2.5.4.{number}": key for number, key in _X520.items()} | _OTHERS


class _MalformedError(Exception):
    """The bytes are no name."""


@dataclass
class _Reader:
    """Goes through the elements of a DER encoding."""

    data: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) < count:
            raise _MalformedError
        self.at += count
        return taken

    def next(self) -> tuple[int, bytes, bytes]:
        """Tag, content, and the whole of the next element."""
        start = self.at
        tag, length = self.take(2)
        if tag & 0x1F == 0x1F or length == 0x80:
            raise _MalformedError
        if length > 0x80:
            size = self.take(length & 0x7F)
            length = int.from_bytes(size, "big")
            if size[0] == 0 or length < 0x80:
                raise _MalformedError
        return tag, self.take(length), self.data[start : self.at]

    def expect(self, tag: int) -> "_Reader":
        found, content, _ = self.next()
        if found != tag:
            raise _MalformedError
        return _Reader(content)

    @property
    def more(self) -> bool:
        return self.at < len(self.data)


def subject_of(certificate: x509.Certificate) -> str:
    """Whom the certificate names: `CN=orders, O=Fabrikam`."""
    return _fields(certificate.public_bytes(Encoding.DER))[1]


def issuer_of(certificate: x509.Certificate) -> str:
    """Who issued it."""
    return _fields(certificate.public_bytes(Encoding.DER))[0]


def printed(name: bytes) -> str:
    """The DER of a Name as text; empty when it is none, as in .NET."""
    try:
        outer = _Reader(name)
        parts = list(_relative_names(outer.expect(0x30)))
    except _MalformedError:
        return ""
    return "" if outer.more else ", ".join(reversed(parts))


def _fields(der: bytes) -> tuple[str, str]:
    """Issuer and subject of a certificate."""
    body = _Reader(der).expect(0x30).expect(0x30)
    found = [body.next() for _ in range(5)]
    if found[0][0] == 0xA0:  # the version, which version 1 leaves out
        found = [*found[1:], body.next()]
    return printed(found[2][2]), printed(found[4][2])


def _relative_names(names: _Reader) -> Iterator[str]:
    while names.more:
        pairs, shown = names.expect(0x31), []
        while pairs.more:
            pair = pairs.expect(0x30)
            kind, identifier, _ = pair.next()
            if kind != 0x06:
                raise _MalformedError
            dotted = _identifier(identifier)
            shown.append(f"{_NAMES.get(dotted) or 'OID.' + dotted}={_shown(*pair.next())}")
            if pair.more:
                raise _MalformedError
        yield " + ".join(shown)


def _identifier(content: bytes) -> str:
    if not content or content[-1] & 0x80:
        raise _MalformedError
    numbers = [0]
    for position, byte in enumerate(content):
        starts = position == 0 or not content[position - 1] & 0x80
        if starts and byte == 0x80:
            raise _MalformedError
        numbers[-1] = numbers[-1] * 128 + (byte & 0x7F)
        if numbers[-1] >> 128:
            raise _MalformedError
        if byte < 0x80:
            numbers.append(0)
    first, *others = numbers[:-1]
    top = 0 if first < 40 else 1 if first < 80 else 2
    return ".".join(str(number) for number in (top, first - top * 40, *others))


def _shown(tag: int, content: bytes, whole: bytes) -> str:
    if tag not in _TEXTS:
        return "#" + (content if tag == _OCTETS else whole).hex().upper()
    if tag == _BMP and len(content) % 2:
        raise _MalformedError
    try:
        value = content.decode(_TEXTS[tag])
    except UnicodeDecodeError:
        value = content.decode("latin-1") if tag == _TELETEX else content.decode(_TEXTS[tag], "replace")
    value = value.rstrip("\0")
    at_an_end = {value[:1], value[-1:]} & {"", " ", "\t", "\n", "\v", "\f", "\r"}
    if at_an_end or any(special in value for special in ',+="\n<>#;'):
        return '"' + value.replace('"', '""') + '"'
    return value
