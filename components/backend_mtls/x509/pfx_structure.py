"""Looks at the outside of a PFX, without its password: what opening it would cost.

Pure: bytes in, facts out. A key is derived with as many rounds as the file asks for, so that one damaged count would
hold up a deployment for hours; this walk over the ASN.1 (RFC 7292) reads the counts first. What is encrypted stays
unread: `pkcs12_encryption` counts what it finds there.
"""

from dataclasses import dataclass

from backend_mtls.x509 import ber
from backend_mtls.x509.ber import Element
from backend_mtls.x509.der import EXPLICIT_0, INTEGER, OBJECT_IDENTIFIER, SEQUENCE

_LAYERS = 2
"""How often ASN.1 stands in an octet string: the authenticated safe, and the safe contents in it."""
_DATA, _ENCRYPTED_DATA = "2a864886f70d010701", "2a864886f70d010706"
_KEY_BAG, _SHROUDED_KEY_BAG = "2a864886f70d010c0a0101", "2a864886f70d010c0a0102"
_SCRYPT = "2b06010401da47040b"
_WITHOUT_MAC = 2
"""How many parts a PFX without a MAC has: version and content."""


@dataclass
class PfxStructure:
    """What can be said about a PFX without opening it."""

    rounds: int = 0
    """How many rounds of key derivation opening it takes, all parts together."""
    protected: bool = False
    """Whether a password guards anything: the whole by a MAC, or an encrypted part."""
    scrypt: bool = False
    """Whether a part is encrypted with a key from scrypt, whose cost is memory as well as rounds."""


def examine(data: bytes) -> PfxStructure:
    """The outside of a PFX; raises `ValueError` when the bytes are none."""
    outer = ber.parse(data)
    if outer.tag != SEQUENCE or not outer.children or outer.children[0].tag != INTEGER:
        raise ValueError("no PFX")
    content = outer.children[1] if len(outer.children) in {2, 3} else None
    if content is None or [each.tag for each in content.children] != [OBJECT_IDENTIFIER, EXPLICIT_0]:
        raise ValueError("no PFX")
    structure = PfxStructure(protected=len(outer.children) > _WITHOUT_MAC)
    _visit(outer, structure, 0)
    return structure


def _visit(element: Element, structure: PfxStructure, layer: int) -> None:
    if element.tag == INTEGER:
        structure.rounds += abs(int.from_bytes(element.content, "big", signed=True))
    first = element.children[0] if element.children else None
    name = first.content.hex() if first and first.tag == OBJECT_IDENTIFIER else ""
    structure.protected |= name in {_ENCRYPTED_DATA, _SHROUDED_KEY_BAG}
    structure.scrypt |= name == _SCRYPT
    if name == _KEY_BAG:
        return  # not encrypted: its numbers are the key's own
    if name == _DATA and len(element.children) == 2 and element.children[1].tag == EXPLICIT_0:
        if layer == _LAYERS:
            raise ValueError("nested too deeply")
        content = b"".join(each.octets() for each in element.children[1].children)
        _visit(ber.parse(content), structure, layer + 1)
        return
    for child in element.children:
        _visit(child, structure, layer)
