"""Looks at the outside of a PFX, without its password: what opening it would cost, and how many keys it holds.

Pure: bytes in, facts out. OpenSSL derives a key with as many rounds as the file asks for, so that one damaged count
would hold up a deployment for hours; this walk over the ASN.1 (RFC 7292) reads the counts first. It takes BER, since
files with indefinite lengths are in use. What is encrypted stays unread.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

_DEPTH = 30
"""How deep ASN.1 may nest: OpenSSL's own limit, ASN1_MAX_CONSTRUCTED_NEST."""
_LAYERS = 2
"""How often ASN.1 stands in an octet string: the authenticated safe, and the safe contents in it."""
_INTEGER, _OCTET_STRING, _OBJECT_IDENTIFIER, _SEQUENCE, _EXPLICIT_0 = 0x02, 0x04, 0x06, 0x30, 0xA0
_CONSTRUCTED = 0x20
_DATA, _ENCRYPTED_DATA = "2a864886f70d010701", "2a864886f70d010706"
_KEY_BAG, _SHROUDED_KEY_BAG = "2a864886f70d010c0a0101", "2a864886f70d010c0a0102"
_SCRYPT = "2b06010401da47040b"
_WITHOUT_MAC = 2
"""How many parts a PFX without a MAC has: version and content."""
_LEGACY = {
    "2a864886f70d010503": "MD5 and DES",
    "2a864886f70d01050a": "SHA-1 and DES",
    "2a864886f70d010c0101": "RC4-128",
    "2a864886f70d010c0102": "RC4-40",
    "2a864886f70d010c0105": "RC2-128",
    "2a864886f70d010c0106": "RC2-40",
}


@dataclass
class PfxStructure:
    """What can be said about a PFX without opening it."""

    rounds: int = 0
    """How many rounds of key derivation opening it takes, all parts together."""
    protected: bool = False
    """Whether a password guards anything: the whole by a MAC, or an encrypted part."""
    scrypt: bool = False
    """Whether a part is encrypted with a key from scrypt, whose cost is memory as well as rounds."""
    keys: int = 0
    """Private keys outside encrypted parts: where every common tool writes them, each encrypted by itself."""
    legacy: set[str] = field(default_factory=set)
    """Encryptions in it that OpenSSL 3 offers only with its legacy provider."""


@dataclass(frozen=True)
class _Element:
    tag: int
    content: bytes
    children: Sequence["_Element"]


def examine(data: bytes) -> PfxStructure:
    """The outside of a PFX; raises `ValueError` when the bytes are none."""
    outer, _ = _element(data, 0, 0)
    if outer.tag != _SEQUENCE or not outer.children or outer.children[0].tag != _INTEGER:
        raise ValueError("no PFX")
    structure = PfxStructure(protected=len(outer.children) > _WITHOUT_MAC)
    _visit(outer, structure, 0)
    return structure


def _visit(element: _Element, structure: PfxStructure, layer: int) -> None:
    if element.tag == _INTEGER:
        structure.rounds += abs(int.from_bytes(element.content, "big", signed=True))
    first = element.children[0] if element.children else None
    name = first.content.hex() if first and first.tag == _OBJECT_IDENTIFIER else ""
    structure.protected |= name in {_ENCRYPTED_DATA, _SHROUDED_KEY_BAG}
    structure.scrypt |= name == _SCRYPT
    structure.keys += name in {_KEY_BAG, _SHROUDED_KEY_BAG}
    structure.legacy |= {_LEGACY[name]} if name in _LEGACY else set()
    if name == _KEY_BAG:
        return  # not encrypted: its numbers are the key's own
    if name == _DATA and len(element.children) == 2 and element.children[1].tag == _EXPLICIT_0:
        if layer == _LAYERS:
            raise ValueError("nested too deeply")
        content = b"".join(map(_octets, element.children[1].children))
        _visit(_element(content, 0, 0)[0], structure, layer + 1)
        return
    for child in element.children:
        _visit(child, structure, layer)


def _octets(element: _Element) -> bytes:
    """The content of an octet string, which BER may deliver in pieces."""
    if element.tag & ~_CONSTRUCTED != _OCTET_STRING:
        raise ValueError("no octet string")
    return b"".join(map(_octets, element.children)) if element.tag & _CONSTRUCTED else element.content


def _element(data: bytes, start: int, depth: int) -> tuple[_Element, int]:
    """The element that starts there, and where the next one does."""
    if depth > _DEPTH or start + 2 > len(data) or data[start] & 0x1F == 0x1F:
        raise ValueError("no ASN.1")
    tag, length, begin = data[start], data[start + 1], start + 2
    if length == 0x80 and tag & _CONSTRUCTED:  # indefinite: up to two zero bytes
        children, end = _children(data, begin, None, depth)
        return _Element(tag, data[begin:end], children), end + 2
    if length > 0x7F:
        size = length & 0x7F
        length = int.from_bytes(data[begin : begin + size], "big") if 0 < size <= 4 else len(data)
        begin += size
    end = begin + length
    if end > len(data):
        raise ValueError("longer than the data")
    return _Element(tag, data[begin:end], _children(data, begin, end, depth)[0] if tag & _CONSTRUCTED else ()), end


def _children(data: bytes, start: int, end: int | None, depth: int) -> tuple[list[_Element], int]:
    """The elements up to `end`, or up to the end-of-contents bytes, and where that is."""
    children = []
    while data[start : start + 2] != b"\0\0" if end is None else start < end:
        child, start = _element(data, start, depth + 1)
        children.append(child)
    if end is not None and start != end:
        raise ValueError("longer than what holds it")
    return children, start
