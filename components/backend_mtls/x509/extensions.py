"""The extensions of a certificate that decide whether a gateway trusts a server: each read by itself.

Pure. .NET reads an extension when somebody asks for it, so that a malformed one that nobody needs does no harm; a
parser that takes all or nothing would call such a certificate unreadable.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TypeVar

from backend_mtls.x509 import der

_Read = TypeVar("_Read")
SERVER_AUTHENTICATION, ANY_USAGE = "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
_KEY_USAGE, _ALTERNATIVE_NAMES, _BASIC_CONSTRAINTS, _EXTENDED_KEY_USAGE = (
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.37",
)
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87
_KEY_CERT_SIGN = 5
"""Position of the bit in a key usage."""


@dataclass(frozen=True, kw_only=True)
class AlternativeNames:
    """The subject alternative names."""

    dns: tuple[str, ...] = ()
    """DNS names, wildcards included."""
    addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    """IP addresses."""
    readable: bool = True
    """Whether the extension could be read: .NET refuses to match any name against one that cannot."""


@dataclass(frozen=True, kw_only=True)
class Extensions:
    """What is said in the extensions; None where nothing is."""

    names: AlternativeNames
    """The subject alternative names; empty when there are none."""
    is_authority: bool | None
    """Basic constraints: whether it may issue certificates. One that cannot be read is that of no authority."""
    path_length: int | None
    """Basic constraints: how many authorities may stand below it."""
    signs_certificates: bool | None
    """Key usage: whether its key may sign certificates."""
    usages: tuple[str, ...] | None
    """Extended key usage, as object identifiers."""

    @property
    def is_for_servers(self) -> bool:
        """Whether the extended key usage, where there is one, allows servers."""
        return self.usages is None or bool({SERVER_AUTHENTICATION, ANY_USAGE} & set(self.usages))


def read(certificate: bytes) -> Extensions:
    """The extensions of a certificate, DER."""
    values = _values(certificate)
    no_authority: tuple[bool, int | None] = (False, None)
    constraints = _read(values, _BASIC_CONSTRAINTS, _basic_constraints, no_authority)
    is_authority, path_length = constraints or (None, None)
    return Extensions(
        names=_read(values, _ALTERNATIVE_NAMES, _alternative_names, AlternativeNames(readable=False))
        or AlternativeNames(),
        is_authority=is_authority,
        path_length=path_length,
        signs_certificates=_read(values, _KEY_USAGE, _signs_certificates, None),
        usages=_read(values, _EXTENDED_KEY_USAGE, _usages, None),
    )


def _read(values: dict[str, bytes], name: str, reader: Callable[[bytes], _Read], unreadable: _Read) -> _Read | None:
    if name not in values:
        return None
    try:
        return reader(values[name])
    except (ValueError, IndexError):
        return unreadable


def _values(certificate: bytes) -> dict[str, bytes]:
    """The content of each extension by its identifier; of one that stands there twice the first."""
    found: dict[str, bytes] = {}
    try:
        fields = der.parts(der.parts(der.one(certificate).of(der.SEQUENCE))[0].of(der.SEQUENCE))
        listed = [der.parts(der.one(each.content).of(der.SEQUENCE)) for each in fields if each.tag == der.EXPLICIT_3]
        for extension in listed[0] if listed else ():
            identifier, *_, value = der.parts(extension.of(der.SEQUENCE))
            found.setdefault(der.dotted(identifier.of(der.OBJECT_IDENTIFIER)), value.of(der.OCTET_STRING))
    except (ValueError, IndexError):
        pass  # what came before it counts
    return found


def _basic_constraints(value: bytes) -> tuple[bool, int | None]:
    said = {each.tag: each.content for each in der.parts(der.one(value).of(der.SEQUENCE))}
    length = said.get(der.INTEGER)
    return any(said.get(der.BOOLEAN, b"")), None if length is None else int.from_bytes(length, "big", signed=True)


def _signs_certificates(value: bytes) -> bool:
    bits = der.one(value).of(der.BIT_STRING)
    return bool(int.from_bytes(bits[1:2], "big") & 0x80 >> _KEY_CERT_SIGN)


def _usages(value: bytes) -> tuple[str, ...]:
    listed = der.parts(der.one(value).of(der.SEQUENCE))
    return tuple(der.dotted(each.of(der.OBJECT_IDENTIFIER)) for each in listed)


def _alternative_names(value: bytes) -> AlternativeNames:
    listed = der.parts(der.one(value).of(der.SEQUENCE))
    return AlternativeNames(
        dns=tuple(each.content.decode("ascii") for each in listed if each.tag == _DNS_NAME),
        addresses=tuple(ip_address(each.content) for each in listed if each.tag == _IP_ADDRESS),
    )
