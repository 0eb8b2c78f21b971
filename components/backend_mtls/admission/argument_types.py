"""Whether arguments have the types that their dataclasses say. Pure.

A type checker finds most of this; a program without one must not end in a traceback, or be half registered.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

from backend_mtls.errors import Problem


def problems(args: Any, expected: type) -> list[Problem]:
    """One problem for every field of the dataclass `expected` whose value is of another type, nested ones included."""
    return _of_value(args, expected, "args") if not isinstance(args, expected) else _of_fields(args, "")


def _of_fields(args: Any, prefix: str) -> list[Problem]:
    return [
        problem
        for field in fields(args)
        for problem in _of_value(getattr(args, field.name), field.type, f"{prefix}{field.name}")
    ]


def _of_value(value: Any, expected: Any, where: str) -> list[Problem]:
    origin, parts = get_origin(expected), get_args(expected)
    if origin in {Union, types.UnionType}:
        others = [part for part in parts if part is not type(None)]
        if len(others) == 1 and value is not None:  # an optional value: say what is wrong inside
            return _of_value(value, others[0], where)
        fitting = next((part for part in parts if not _of_value(value, part, where)), None)
        return [] if fitting else [_problem(where, value, expected)]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _of_mapping(value, parts, where) if isinstance(value, Mapping) else [_problem(where, value, expected)]
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return _of_sequence(value, expected, where)
    if not _fits(value, expected):
        return [_problem(where, value, expected)]
    return _of_fields(value, f"{where}.") if is_dataclass(value) and not isinstance(value, type) else []


def _of_mapping(value: Mapping[Any, Any], parts: tuple[Any, ...], where: str) -> list[Problem]:
    key_type, inner = parts
    found = [_problem(where, key, key_type) for key in value if not _fits(key, key_type)]
    return found or [each for key, one in value.items() for each in _of_value(one, inner, f"{where}.{key}")]


def _of_sequence(value: Any, expected: Any, where: str) -> list[Problem]:
    parts, fixed = get_args(expected), get_origin(expected) is tuple and get_args(expected)[-1] is not Ellipsis
    kind = tuple if get_origin(expected) is tuple else Sequence
    if not isinstance(value, kind) or isinstance(value, str | bytes) or (fixed and len(value) != len(parts)):
        return [_problem(where, value, expected)]
    inner = parts if fixed else [parts[0]] * len(value)
    pairs = enumerate(zip(value, inner, strict=True))
    return [each for index, (one, part) in pairs for each in _of_value(one, part, f"{where}[{index}]")]


def _fits(value: Any, expected: Any) -> bool:
    if expected is Any:
        return True
    if isinstance(expected, ForwardRef):  # how pulumi.Input names an Output
        return type(value).__name__ == "Output"
    if get_origin(expected) is Literal:
        return any(value == part and type(value) is type(part) for part in get_args(expected))
    kind = get_origin(expected) or expected
    if kind in {int, float}:
        return isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    return not isinstance(kind, type) or isinstance(value, kind)


def _problem(where: str, value: Any, expected: Any) -> Problem:
    return Problem(
        what="The argument has the wrong type",
        where=where,
        got=repr(value) if get_origin(expected) is Literal else type(value).__name__,
        allowed=_name(expected),
        fix="give a value of that type; what only the deployment knows (an Output) fits only where it is allowed",
    )


def _name(expected: Any) -> str:
    """`str | None` rather than what `repr` says of classes."""
    parts = get_args(expected)
    if isinstance(expected, ForwardRef):
        return "Output"
    if expected is type(None):
        return "None"
    if get_origin(expected) in {Union, types.UnionType}:
        return " | ".join(dict.fromkeys(_name(part) for part in parts))
    if get_origin(expected) is Literal:
        return " or ".join(repr(part) for part in parts)
    name = getattr(get_origin(expected) or expected, "__name__", str(expected))
    return f"{name}[{', '.join(_name(part) for part in parts)}]" if parts else name
