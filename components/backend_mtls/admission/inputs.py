"""Values that may become known only while the program is deployed. Pure: a Pulumi Output is recognised by what it does.

What a program computes from something that is deployed is a `Later`; everything else is known at once. Whoever checks a
value asks for it with `known` and says nothing of one that is not known yet: it is checked again when it is.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

T = TypeVar("T")
_T_co = TypeVar("_T_co", covariant=True)


class Later(Protocol[_T_co]):
    """A value that is known later: a `pulumi.Output`."""

    def future(self, with_unknowns: bool | None = None) -> Awaitable[_T_co | None]:
        """The value, as far as it is known in this preview or deployment."""

    def is_known(self) -> Awaitable[bool]:
        """Whether it is."""

    def is_secret(self) -> Awaitable[bool]:
        """Whether it must not be shown."""


Input: TypeAlias = T | Awaitable[T] | Later[T]
"""What `pulumi.Input` is: a value, or one that is known later."""


def is_later(value: object) -> bool:
    """Whether the value is a `Later`."""
    return all(callable(getattr(type(value), name, None)) for name in ("future", "is_known", "is_secret"))


def known(value: Input[T] | None) -> T | None:
    """The value, as far as it is known now; None when it is known later, or left out."""
    return None if is_later(value) else value  # type: ignore[return-value] # an Awaitable was made an Output before


def has_later(value: Any) -> bool:
    """Whether something in the value, however deep, is known later."""
    if is_later(value):
        return True
    if is_dataclass(value) and not isinstance(value, type):
        return any(has_later(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, Mapping):
        return any(has_later(each) for each in value.values())
    return isinstance(value, list | tuple) and any(has_later(each) for each in value)
