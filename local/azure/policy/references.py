"""What a policy document refers to by id: ARM refuses what cannot be resolved, and keeps what is in use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from local.azure.policy import expressions
from local.azure.policy.parser import Element

Kind = Literal["certificate-id", "thumbprint", "backend-id", "fragment-id"]

_ATTRIBUTES: dict[str, tuple[Kind, ...]] = {
    "authentication-certificate": ("certificate-id", "thumbprint"),
    "set-backend-service": ("backend-id",),
    "include-fragment": ("fragment-id",),
}


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One attribute that names another entity of the service."""

    kind: Kind
    value: str
    element: str
    line: int
    column: int


def references(root: Element) -> list[Reference]:
    """Every literal reference in document order; what an expression or a named value yields is not known."""
    return list(_walk(root))


def _walk(element: Element) -> Iterator[Reference]:
    for kind in _ATTRIBUTES.get(element.name, ()):
        value = element.attributes.get(kind, "")
        if value and not expressions.starts(value) and "{{" not in value:
            yield Reference(kind=kind, value=value, element=element.name, line=element.line, column=element.column)
    for child in element.children:
        yield from _walk(child)
