"""What an expression deals with: null, bool, int and string are Python's own, the rest stands here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Union

from local.azure.policy.csharp.failures import NotServedExpressionError, ThrownError

NULL_REFERENCE = "Object reference not set to an instance of an object."


@dataclass(frozen=True)
class Char:
    """A character."""

    value: str


@dataclass(frozen=True)
class Boxed:
    """A value whose static type is `object`: what `context.Variables["x"]` is until it is cast."""

    value: "Value"


@dataclass(frozen=True)
class Record:
    """An object with properties, such as `context.Api`."""

    type: str
    properties: Mapping[str, "Value"]


@dataclass(frozen=True)
class Lookup:
    """A read-only dictionary by names."""

    entries: Mapping[str, "Value"]
    kind: str
    """`joined`: of headers or query parameters, values are lists of strings; `objects`: context.Variables."""


@dataclass(frozen=True)
class Url:
    """An IUrl; `read` makes its properties when they are asked for."""

    read: Callable[[], Record]


Value = Union[None, bool, int, str, Char, Boxed, Record, Lookup, Url, tuple[str, ...]]  # noqa: UP007  recursive

_TYPES: dict[str, type] = {"string": str, "String": str, "bool": bool, "Boolean": bool, "int": int, "Int32": int}
DEFAULTS: dict[str, "Value"] = {"string": None, "bool": False, "int": 0, "object": None}
"""Type -> its default value."""


def cast(value: "Value", type_name: str) -> "Value":
    """`(type)value`: objects are unboxed, and nothing else is converted."""
    inner = value.value if isinstance(value, Boxed) else value
    if type_name in {"object", "Object"}:
        return Boxed(inner)
    expected = _TYPES.get(type_name)
    if expected is None:
        raise NotServedExpressionError(f"the type '{type_name}'")
    if inner is None and isinstance(value, Boxed) and expected is not str:
        raise ThrownError(NULL_REFERENCE)
    if (inner is None and expected is str) or type(inner) is expected:
        return inner
    if not isinstance(value, Boxed):
        raise NotServedExpressionError(f"the conversion of {kind(value)} to '{type_name}'")
    raise ThrownError(f"Unable to cast object of type '{kind(inner)}' to type '{expected_name(type_name)}'.")


def expected_name(type_name: str) -> str:
    """The type's whole name."""
    return {str: "System.String", bool: "System.Boolean", int: "System.Int32"}[_TYPES[type_name]]


def kind(value: "Value") -> str:
    """A value's type, as .NET calls it."""
    names = {bool: "System.Boolean", int: "System.Int32", str: "System.String", Char: "System.Char"}
    if isinstance(value, tuple):
        return "System.String[]"
    return value.type if isinstance(value, Record) else names.get(type(value), "System.Object")


def written(value: "Value") -> str:
    """What ToString makes of it; null is nothing."""
    match value:
        case None:
            return ""
        case bool() | int() | str():
            return str(value)
        case Char(text):
            return text
        case Boxed(inner):
            return written(inner)
    raise NotServedExpressionError(f"{kind(value)} as text")
