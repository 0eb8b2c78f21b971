"""Reads DER (X.690) element by element, for what stands in certificates. Pure; raises `ValueError` and nothing else."""

from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x06
SEQUENCE, SET, EXPLICIT_0, EXPLICIT_3 = 0x30, 0x31, 0xA0, 0xA3

_LONGEST_ARC = 128
"""Bits of a number in an object identifier: those of a UUID, the longest that is in use."""


class Element(NamedTuple):
    """One element of an encoding."""

    tag: int
    """Its identifier octet."""
    content: bytes
    """What is in it."""
    encoded: bytes
    """All of it."""

    def of(self, tag: int) -> bytes:
        """The content, if the element has this tag; raises `ValueError` otherwise."""
        if self.tag != tag:
            raise ValueError("another element")
        return self.content


def one(data: bytes) -> Element:
    """The element that is all there is."""
    (only,) = parts(data)
    return only


def parts(content: bytes) -> list[Element]:
    """The elements in a content, in their order."""
    found, start = [], 0
    while start < len(content):
        found.append(_element(content, start))
        start += len(found[-1].encoded)
    return found


def dotted(content: bytes) -> str:
    """An object identifier as text: `2.5.4.3`."""
    arcs, arc, within = [], 0, False
    for byte in content:
        if byte == 0x80 and not within:
            raise ValueError("a number with a leading zero")
        arc = arc << 7 | byte & 0x7F
        within = byte > 0x7F
        if arc.bit_length() > _LONGEST_ARC:
            raise ValueError("a number that is too long")
        if not within:
            arcs.append(arc)
            arc = 0
    if within or not arcs:
        raise ValueError("an object identifier that is cut off")
    root = min(arcs[0] // 40, 2)
    return ".".join(map(str, [root, arcs[0] - 40 * root, *arcs[1:]]))


def _element(data: bytes, start: int) -> Element:
    if len(data) < start + 2 or data[start] & 0x1F == 0x1F:
        raise ValueError("no element")
    length, begin = data[start + 1], start + 2
    if length > 0x7F:
        size = length & 0x7F
        length = int.from_bytes(data[begin : begin + size], "big")
        if not 0 < size <= 4 or length < 0x80 or length.bit_length() <= 8 * (size - 1):
            raise ValueError("a length that DER does not have")
        begin += size
    end = begin + length
    if end > len(data):
        raise ValueError("longer than the data")
    return Element(data[start], data[begin:end], data[start:end])
