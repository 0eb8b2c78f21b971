"""Distinguished names as Azure shows them, which is how .NET prints them: `CN=orders, O="Fabrikam, Inc.", S=Ohio, C=US`.

Pure: the DER of a name or of a certificate in, text out, so that it serves certificates too that no library parses.
Sources: dotnet/runtime, X500NameEncoder.cs and X500NameEncoder.ManagedDecode.cs (order, quoting, hexadecimal), the
names in OidLookup.cs (those of Windows), and for values that break their own type's alphabet CertNameToStr of Windows,
where the gateway runs: .NET elsewhere prints nothing at all then (inferred: each byte is printed as Latin-1).
"""

_SEQUENCE, _SET, _OBJECT_IDENTIFIER, _OCTET_STRING, _EXPLICIT_0 = 0x30, 0x31, 0x06, 0x04, 0xA0
_UTF8, _NUMERIC, _PRINTABLE, _T61, _IA5, _BMP = 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1E
_NEED_QUOTES = frozenset(',+="\n<>#;')
_SPACE = " \t\n\v\f\r"
"""What needs quotes at either end of a value; other white space of Unicode does not."""
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
    """Whom a certificate (DER) names, as `X509Certificate2.Subject`; empty when it names nobody or is no certificate."""
    return _of_certificate(certificate, after_issuer=2)


def issuer(certificate: bytes) -> str:
    """Who issued a certificate (DER), as `X509Certificate2.Issuer`; empty when it names nobody or is no certificate."""
    return _of_certificate(certificate, after_issuer=0)


def text(name: bytes) -> str:
    """A name (DER), as `X500DistinguishedName.Name`; empty, as there, when it is none."""
    try:
        return ", ".join(" + ".join(map(_attribute, _children(rdn))) for rdn in reversed(_rdns(name)))
    except ValueError:
        return ""


def _of_certificate(certificate: bytes, after_issuer: int) -> str:
    try:
        parts = _parts(_whole(certificate, _SEQUENCE))
        fields = _parts(_content(parts[0], _SEQUENCE))
    except (ValueError, IndexError):
        return ""
    first = 3 if fields and fields[0][0] == _EXPLICIT_0 else 2  # the version is left out for version 1
    return text(fields[first + after_issuer]) if first + after_issuer < len(fields) else ""


def _rdns(name: bytes) -> list[bytes]:
    return _parts(_whole(name, _SEQUENCE))


def _children(rdn: bytes) -> list[bytes]:
    return _parts(_content(rdn, _SET))


def _attribute(encoded: bytes) -> str:
    parts = _parts(_content(encoded, _SEQUENCE))
    if len(parts) != 2:
        raise ValueError("not a type and a value")
    kind, value = parts
    dotted = _dotted(_content(kind, _OBJECT_IDENTIFIER))
    return f"{_KEYS.get(dotted, f'OID.{dotted}')}={_value(value)}"


def _value(encoded: bytes) -> str:
    tag, content = encoded[0], _content(encoded, encoded[0])
    if tag in {_NUMERIC, _PRINTABLE, _IA5}:
        shown = content.decode("latin-1")
    elif tag == _T61:
        shown = _t61(content)
    elif tag == _UTF8:
        shown = content.decode(errors="replace")
    elif tag == _BMP and len(content) % 2 == 0:
        shown = content.decode("utf-16-be", errors="replace")
    elif tag == _BMP:
        raise ValueError("half a character")
    else:  # Windows unwraps one octet string
        return f"#{(content if tag == _OCTET_STRING else encoded).hex().upper()}"
    return _quoted(shown.rstrip("\0"))


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


def _dotted(content: bytes) -> str:
    arcs, arc = [], None
    for byte in content:
        if arc is None and byte == 0x80:
            raise ValueError("an arc with a leading zero")
        arc = (arc or 0) << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(arc)
            arc = None
    if arc is not None or not arcs:
        raise ValueError("an object identifier that is cut off")
    root = min(arcs[0] // 40, 2)
    return ".".join(map(_decimal, [root, arcs[0] - 40 * root, *arcs[1:]]))


def _decimal(arc: int) -> str:
    if arc.bit_length() > 128:
        raise ValueError("an arc beyond 128 bits, which is more than a UUID has")
    return str(arc)


def _whole(data: bytes, tag: int) -> bytes:
    """The content of an element that is all there is."""
    content, end = _element(data, 0, tag)
    if end != len(data):
        raise ValueError("more than one element")
    return content


def _content(encoded: bytes, tag: int) -> bytes:
    return _element(encoded, 0, tag)[0]


def _parts(content: bytes) -> list[bytes]:
    """The elements in a content, each with its tag and length."""
    parts, start = [], 0
    while start < len(content):
        end = _element(content, start, content[start])[1]
        parts.append(content[start:end])
        start = end
    return parts


def _element(data: bytes, start: int, tag: int) -> tuple[bytes, int]:
    """The content of the element that starts there, and where the next one does; DER only, as in .NET."""
    if len(data) < start + 2 or data[start] != tag or tag & 0x1F == 0x1F:
        raise ValueError("not the element")
    length, begin = data[start + 1], start + 2
    if length > 0x7F:
        size = length & 0x7F
        length = int.from_bytes(data[begin : begin + size], "big")
        if not 0 < size <= 4 or length < 0x80 or length.bit_length() <= 8 * (size - 1):
            raise ValueError("a length that DER does not have")
        begin += size
    if begin + length > len(data):
        raise ValueError("longer than the data")
    return data[begin : begin + length], begin + length
