"""Unusual names, as DER made part by part, and how .NET prints them: the table that product and double are held to.

The expected texts follow dotnet/runtime, X500NameEncoder; those of the rows marked "as .NET's tests have it" stand in
X500DistinguishedNameTests.cs there.
"""

from dataclasses import dataclass

UTF8, NUMERIC, PRINTABLE, T61, IA5, BMP = 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1E
CN, SN, SERIAL, C, L, S, STREET, ORG, OU, T = (f"2.5.4.{number}" for number in range(3, 13))
DC, EMAIL, UID = "0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1", "0.9.2342.19200300.100.1.1"


def tlv(tag: int, content: bytes) -> bytes:
    """One element of DER."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def identifier(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    first, second, *others = map(int, dotted.split("."))
    content = b""
    for arc in (40 * first + second, *others):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content += bytes(reversed(groups))
    return tlv(0x06, content)


def attribute(dotted: str, value: bytes) -> bytes:
    """A type and a value that is encoded already."""
    return tlv(0x30, identifier(dotted) + value)


def string(value: str | bytes, tag: int = UTF8) -> bytes:
    """A value of a string type."""
    encoding = "utf-16-be" if tag == BMP else "utf-8"
    return tlv(tag, value.encode(encoding) if isinstance(value, str) else value)


def name(*parts: tuple[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    """A Name; a part that is a list is one with several values."""
    several = (part if isinstance(part, list) else [part] for part in parts)
    return tlv(0x30, b"".join(tlv(0x31, b"".join(attribute(*pair) for pair in part)) for part in several))


def certificate(subject: bytes, issuer: bytes, *, version: int = 3) -> bytes:
    """The DER of a certificate as far as its names go: the key and the signature are none."""
    algorithm = tlv(0x30, identifier("1.2.840.10045.4.3.2"))
    validity = tlv(0x30, tlv(0x17, b"260101000000Z") + tlv(0x17, b"270101000000Z"))
    head = b"" if version == 1 else tlv(0xA0, tlv(0x02, bytes([version - 1])))
    body = head + tlv(0x02, b"\x01") + algorithm + issuer + validity + subject + tlv(0x30, b"")
    return tlv(0x30, tlv(0x30, body) + algorithm + tlv(0x03, b"\0"))


@dataclass(frozen=True)
class Row:
    """One name."""

    what: str
    der: bytes
    expected: str


def _one(what: str, value: str | bytes, expected: str, *, tag: int = UTF8, key: str = CN) -> Row:
    return Row(what, name((key, string(value, tag))), expected)


ROWS = [
    Row("nobody", name(), ""),
    Row(
        "several parts, the last first",
        name((C, string("US")), (ORG, string("A")), (CN, string("b"))),
        "CN=b, O=A, C=US",
    ),
    Row("state, as .NET's tests have it", name((C, string("US")), (S, string("VA"))), "S=VA, C=US"),
    Row("e-mail", name((CN, string("a")), (EMAIL, string("a@example.com", IA5))), "E=a@example.com, CN=a"),
    Row(
        "a part of two values, as .NET's tests have it",
        name([(CN, string("James", PRINTABLE)), (ORG, string("Microsoft", PRINTABLE))]),
        "CN=James + O=Microsoft",
    ),
    Row(
        "two values between others, in their own order",
        name((C, string("US")), [(CN, string("a")), (UID, string("7"))], (OU, string("x"))),
        "OU=x, CN=a + OID.0.9.2342.19200300.100.1.1=7, C=US",
    ),
    Row(
        "values that DER would sort otherwise, as .NET's tests have it",
        name([(OU, string("zzzz", PRINTABLE)), (OU, string("aaaa", PRINTABLE))]),
        "OU=zzzz + OU=aaaa",
    ),
    Row("a domain", name((DC, string("com", IA5)), (DC, string("example", IA5))), "DC=example, DC=com"),
    Row(
        "a person",
        name((SN, string("Doe")), ("2.5.4.42", string("Jo")), ("2.5.4.43", string("J")), (T, string("Dr"))),
        "T=Dr, I=J, G=Jo, SN=Doe",
    ),
    Row(
        "a company with extended validation, as .NET's tests have it",
        name(
            ("1.3.6.1.4.1.311.60.2.1.3", string("US", PRINTABLE)),
            ("2.5.4.15", string("Private Organization", PRINTABLE)),
            (SERIAL, string("600413485", PRINTABLE)),
            ("2.5.4.17", string("98052")),
            (S, string("Washington")),
            (L, string("Redmond")),
            (STREET, string("1 Microsoft Way")),
        ),
        "STREET=1 Microsoft Way, L=Redmond, S=Washington, PostalCode=98052, SERIALNUMBER=600413485, "
        "OID.2.5.4.15=Private Organization, OID.1.3.6.1.4.1.311.60.2.1.3=US",
    ),
    Row(
        "rarer keys",
        name(*((f"2.5.4.{number}", string("x")) for number in (13, 18, 20, 24, 46))),
        "dnQualifier=x, X21Address=x, Phone=x, POBox=x, Description=x",
    ),
    Row(
        "keys of a security chip, as .NET's tests have it",
        name(("2.23.133.2.3", string("id:0020065")), ("2.23.133.2.2", string("")), ("2.23.133.2.1", string("id:564D"))),
        'TPMManufacturer=id:564D, TPMModel="", TPMVersion=id:0020065',
    ),
    _one("an unknown key, as .NET's tests have it", "Invalid Oid", "OID.1.1.1.2.2.3=Invalid Oid", key="1.1.1.2.2.3"),
    _one("a user id", "jdoe", "OID.0.9.2342.19200300.100.1.1=jdoe", key=UID),
    _one("an organization identifier", "NTRUS-1", "OID.2.5.4.97=NTRUS-1", key="2.5.4.97"),
    _one("a key under 2.999", "x", "OID.2.999.4294967296=x", key="2.999.4294967296"),
    _one("the smallest key, as .NET's tests have it", "AA", "OID.0.0=AA", key="0.0"),
    _one("nothing, as .NET's tests have it", "", 'CN=""'),
    _one("a comma", "Fabrikam, Inc.", 'O="Fabrikam, Inc."', key=ORG),
    _one("a plus", "Common+Name", 'CN="Common+Name"'),
    _one("an equals sign", "Common=Name", 'CN="Common=Name"'),
    _one("a quote inside", 'Common"Name', 'CN="Common""Name"'),
    _one("a quote at the start", '"Common Name', 'CN="""Common Name"'),
    _one("a quote alone", '"', 'CN=""""'),
    _one("a line feed", "Common\nName", 'CN="Common\nName"', tag=BMP),
    _one("a carriage return, which needs no quotes", "Common\rName", "CN=Common\rName", tag=BMP),
    _one("angle brackets", "<a>", 'CN="<a>"'),
    _one("a number sign", "#00", 'CN="#00"'),
    _one("a semicolon", "a;b", 'CN="a;b"'),
    _one("a backslash and a slash, which need no quotes", "a\\b/c", "CN=a\\b/c"),
    _one("a space in front", " Common Name", 'CN=" Common Name"', tag=PRINTABLE),
    _one("a space behind", "Common Name ", 'CN="Common Name "', tag=PRINTABLE),
    _one("a tab in front", "\tCommon Name", 'CN="\tCommon Name"', tag=BMP),
    _one("a space of Unicode in front, which needs no quotes", "\u2002Common Name", "CN=\u2002Common Name", tag=BMP),
    _one("two spaces inside, which need no quotes", "a  b", "CN=a  b"),
    _one("letters beyond ASCII", "Bücher und Čaj", "CN=Bücher und Čaj"),
    _one("Teletex that is Latin-1, as .NET's tests have it", b"M\xf8belhandel", "O=Møbelhandel", tag=T61, key=ORG),
    _one("Teletex that is UTF-8, as .NET's tests have it", b"\xc2\xa2", "C=¢", tag=T61, key=C),
    _one("a printable string with what it may not have", "a_b@c & d*!", "CN=a_b@c & d*!", tag=PRINTABLE),
    _one("a zero byte at the end", "abc\0", "CN=abc"),
    Row("a bit string", name((CN, bytes.fromhex("0303003000"))), "CN=#0303003000"),
    Row("an octet string, whose content is shown", name((CN, tlv(0x04, b"\x30\0"))), "CN=#3000"),
    Row(
        "a null and a sequence in one part",
        name([(CN, bytes.fromhex("3000")), (S, bytes.fromhex("0500"))], (SERIAL, bytes.fromhex("0603550406"))),
        "SERIALNUMBER=#0603550406, CN=#3000 + S=#0500",
    ),
]

NO_NAMES = {
    "nothing at all": b"",
    "text": b"CN=a",
    "cut off": name((CN, string("Common Name")))[:-1],
    "something behind it": name((CN, string("a"))) + b"\0",
    "no set": tlv(0x30, tlv(0x30, b"")),
    "a value without a type": tlv(0x30, tlv(0x31, tlv(0x30, string("a")))),
    "a type without a value": tlv(0x30, tlv(0x31, tlv(0x30, identifier(CN)))),
    "three where two belong": tlv(0x30, tlv(0x31, tlv(0x30, identifier(CN) + string("a") + string("b")))),
    "an empty identifier": tlv(0x30, tlv(0x31, tlv(0x30, tlv(0x06, b"") + string("a")))),
    "an identifier that is cut off": tlv(0x30, tlv(0x31, tlv(0x30, tlv(0x06, b"\x55\x84") + string("a")))),
    "an identifier with a leading zero": tlv(0x30, tlv(0x31, tlv(0x30, tlv(0x06, b"\x80\x03") + string("a")))),
    "an identifier without an end": tlv(0x30, tlv(0x31, tlv(0x30, tlv(0x06, b"\xff" * 5000 + b"\1") + string("a")))),
    "half a character": name((CN, tlv(BMP, b"\0a\0"))),
    "an indefinite length": b"\x30\x80\0\0",
    "a length that is too long": b"\x30\x81\0",
}
