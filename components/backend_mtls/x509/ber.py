"""Reads BER (X.690) into a tree: what a PFX is written in, indefinite lengths and strings in pieces included.

Pure; raises `ValueError` and nothing else. Certificates are DER, which `der` reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend_mtls.x509 import der

_DEPTH = 30
"""How deep ASN.1 may nest: OpenSSL's own limit, ASN1_MAX_CONSTRUCTED_NEST."""
_CONSTRUCTED = 0x20


@dataclass(frozen=True)
class Element:
    """One element of an encoding, with those in it."""

    tag: int
    """Its identifier octet."""
    content: bytes
    """What is in it."""
    children: Sequence["Element"]
    """The elements in it, when it is constructed."""
    encoded: bytes
    """All of it."""

    def child(self, number: int, tag: int) -> "Element":
        """One of the elements in it; raises `ValueError` when it is not there, or another."""
        if number >= len(self.children) or self.children[number].tag != tag:
            raise ValueError("another structure")
        return self.children[number]

    def dotted(self, number: int = 0) -> str:
        """The object identifier at this place."""
        return der.dotted(self.child(number, der.OBJECT_IDENTIFIER).content)

    def number(self, number: int) -> int:
        """The integer at this place."""
        return int.from_bytes(self.child(number, der.INTEGER).content, "big", signed=True)

    def octets(self, tag: int = der.OCTET_STRING) -> bytes:
        """The content of an octet string, which BER may deliver in pieces; `tag` is an implicit one."""
        if self.tag & ~_CONSTRUCTED != tag & ~_CONSTRUCTED:
            raise ValueError("no octet string")
        pieces = self.children if self.tag & _CONSTRUCTED else ()
        return b"".join(each.octets() for each in pieces) if self.tag & _CONSTRUCTED else self.content


def parse(data: bytes) -> Element:
    """The element that the data begin with; what follows it is left alone."""
    return _element(data, 0, 0)[0]


def _element(data: bytes, start: int, depth: int) -> tuple[Element, int]:
    """The element that starts there, and where the next one does."""
    if depth > _DEPTH or start + 2 > len(data) or data[start] & 0x1F == 0x1F:
        raise ValueError("no ASN.1")
    tag, length, begin = data[start], data[start + 1], start + 2
    if length == 0x80 and tag & _CONSTRUCTED:  # indefinite: up to two zero bytes
        children, end = _children(data, begin, None, depth)
        return Element(tag, data[begin:end], children, data[start : end + 2]), end + 2
    if length > 0x7F:
        size = length & 0x7F
        length = int.from_bytes(data[begin : begin + size], "big") if 0 < size <= 4 else len(data)
        begin += size
    end = begin + length
    if end > len(data):
        raise ValueError("longer than the data")
    children = _children(data, begin, end, depth)[0] if tag & _CONSTRUCTED else []
    return Element(tag, data[begin:end], children, data[start:end]), end


def _children(data: bytes, start: int, end: int | None, depth: int) -> tuple[list[Element], int]:
    """The elements up to `end`, or up to the end-of-contents bytes, and where that is."""
    children = []
    while data[start : start + 2] != b"\0\0" if end is None else start < end:
        child, start = _element(data, start, depth + 1)
        children.append(child)
    if end is not None and start != end:
        raise ValueError("longer than what holds it")
    return children, start
