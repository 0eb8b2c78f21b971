"""Distinguished names as Azure shows them, which is how .NET prints them: `CN=orders, O="Fabrikam, Inc.", S=Ohio`.

Pure: the DER of a name or of a certificate in, text out, so that it serves certificates too that no library parses.
Sources: dotnet/runtime, X500NameEncoder.cs and X500NameEncoder.ManagedDecode.cs (order, quoting, hexadecimal), the
names in OidLookup.cs (those of Windows), and for values that break their own type's alphabet CertNameToStr of Windows,
where the gateway runs: .NET elsewhere prints nothing at all then (inferred: each byte is printed as Latin-1).
"""

import re

from backend_mtls.x509 import der
from backend_mtls.x509.der import Element

_UTF8, _NUMERIC, _PRINTABLE, _T61, _IA5, _BMP = 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1E
_COMMON_NAME = "2.5.4.3"
_NEED_QUOTES = frozenset(',+="\n<>#;')
_SPACE = " \t\n\v\f\r"
"""What needs quotes at either end of a value; other white space of Unicode does not."""
_SPELLING = re.compile(r'[\\" ]')
_KEY = re.compile(r"(?<![^,+ ])([\w.]+)=")
_RFC_4514 = {"ST": "2.5.4.8", "UID": "0.9.2342.19200300.100.1.1"}
_KEYS = {
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "E",
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "S",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.13": "Description",
    "2.5.4.17": "PostalCode",
    "2.5.4.18": "POBox",
    "2.5.4.20": "Phone",
    "2.5.4.24": "X21Address",
    "2.5.4.42": "G",
    "2.5.4.43": "I",
    "2.5.4.46": "dnQualifier",
    "2.23.133.2.1": "TPMManufacturer",
    "2.23.133.2.2": "TPMModel",
    "2.23.133.2.3": "TPMVersion",
}


def subject(certificate: bytes) -> str:
    """Whom a certificate (DER) names, as `X509Certificate2.Subject`; empty when nobody, or when it is none."""
    return text(_field(certificate, after_issuer=2))


def issuer(certificate: bytes) -> str:
    """Who issued a certificate (DER), as `X509Certificate2.Issuer`; empty when nobody, or when it is none."""
    return text(_field(certificate, after_issuer=0))


def text(name: bytes) -> str:
    """A name (DER), as `X500DistinguishedName.Name`; empty, as there, when it is none."""
    try:
        return ", ".join(" + ".join(map(_printed, part)) for part in reversed(_parts(name)))
    except ValueError:
        return ""


def is_same(one: str, other: str) -> bool:
    """Whether two texts are the same name, one of them perhaps spelt as in RFC 4514: so it stands in older states."""
    return one == other or _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """A name with its keys as .NET has them, and without the quotes, spaces and backslashes that are spelling only."""
    return _SPELLING.sub("", _KEY.sub(lambda found: f"{_dotnet_key(found[1])}=", name))


def _dotnet_key(key: str) -> str:
    dotted = _RFC_4514.get(key, key.removeprefix("OID."))
    return _KEYS.get(dotted, dotted)


def common_name(certificate: bytes) -> str | None:
    """The common name that counts as a host's: the only one in the subject, with nothing beside it in its part.

    source: dotnet/runtime, X509Certificate2.MatchesHostname.
    """
    try:
        found = [part for part in _parts(_field(certificate, after_issuer=2)) if _COMMON_NAME in dict(part)]
        return _text(found[0][0][1]) if len(found) == 1 and len(found[0]) == 1 else None
    except ValueError:
        return None


def _field(certificate: bytes, after_issuer: int) -> bytes:
    """A name in a certificate; nothing when it is no certificate."""
    try:
        fields = der.parts(der.parts(der.one(certificate).of(der.SEQUENCE))[0].of(der.SEQUENCE))
        first = 3 if fields[0].tag == der.EXPLICIT_0 else 2  # version 1 leaves its number out
        return fields[first + after_issuer].encoded
    except (ValueError, IndexError):
        return b""


def _parts(name: bytes) -> list[list[tuple[str, Element]]]:
    """The parts of a name, in the order of the encoding: each of types and their values, most often of one."""
    return [list(map(_attribute, der.parts(part.of(der.SET)))) for part in der.parts(der.one(name).of(der.SEQUENCE))]


def _attribute(element: Element) -> tuple[str, Element]:
    kind, value = der.parts(element.of(der.SEQUENCE))
    return der.dotted(kind.of(der.OBJECT_IDENTIFIER)), value


def _printed(attribute: tuple[str, Element]) -> str:
    kind, value = attribute
    shown = _text(value)
    if shown is None:  # no text: in hexadecimal, an octet string without its head, as on Windows
        octets = value.content if value.tag == der.OCTET_STRING else value.encoded
        return f"{_KEYS.get(kind, f'OID.{kind}')}=#{octets.hex().upper()}"
    return f"{_KEYS.get(kind, f'OID.{kind}')}={_quoted(shown)}"


def _text(value: Element) -> str | None:
    """The value of a string type; None for any other."""
    content = value.content
    if value.tag in {_NUMERIC, _PRINTABLE, _IA5}:
        shown = content.decode("latin-1")
    elif value.tag == _T61:
        shown = _t61(content)
    elif value.tag == _UTF8:
        shown = content.decode(errors="replace")
    elif value.tag == _BMP:
        if len(content) % 2:
            raise ValueError("half a character")
        shown = content.decode("utf-16-be", errors="replace")
    else:
        return None
    return shown.rstrip("\0")


def _t61(content: bytes) -> str:
    """What nobody writes as T.61 any more: UTF-8 if it is that, otherwise Latin-1."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _quoted(value: str) -> str:
    if value and value[0] not in _SPACE and value[-1] not in _SPACE and not _NEED_QUOTES & set(value):
        return value
    doubled = value.replace('"', '""')
    return f'"{doubled}"'
