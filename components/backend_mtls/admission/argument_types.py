"""Whether arguments have the types that their dataclasses say; a dictionary stands for a dataclass. Pure.

A type checker finds most of this; a program without one must not end in a traceback, or be half registered.
"""

import difflib
import inspect
import re
import types
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any, Literal, Union, get_args, get_origin

from backend_mtls.admission.inputs import Later, is_later
from backend_mtls.errors import Problem, Where

_TYPE = "The argument has the wrong type"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
"""What an argument can be called."""


def problems(args: Any, expected: Any) -> list[Problem]:
    """One problem for every field of the dataclass whose value is of another type, nested ones included."""
    options = _alternatives(expected)
    return _of_fields(args, Where()) if type(args) in options else _of_value(args, expected, Where.of("args"))


def completed(args: Any, expected: Any, later: Callable[[Awaitable[Any]], Any]) -> tuple[Any, list[Problem]]:
    """The arguments with a dataclass in place of every dictionary, and `later` of everything that is awaitable.

    And what is wrong with the dictionaries: keys that are unknown or missing. `expected` is the dataclass, or several.
    """
    completion = _Completion(later)
    return completion.of(args, expected, Where()), completion.problems


class _Completion:
    def __init__(self, later: Callable[[Awaitable[Any]], Any]) -> None:
        self._later = later
        self.problems: list[Problem] = []

    def of(self, value: Any, expected: Any, where: Where) -> Any:
        """The value as the type wants it, as far as that can be; the rest is found by `problems`."""
        if inspect.isawaitable(value):
            return self._later(value)
        if is_later(value):
            return value
        if is_dataclass(value) and not isinstance(value, type):
            changed = {
                field.name: new
                for field in fields(value)
                if (new := self.of(old := getattr(value, field.name), field.type, _inside(where, field.name)))
                is not old
            }
            return replace(value, **changed) if changed else value
        options = _alternatives(expected)
        if isinstance(value, Mapping):
            return self._of_mapping(value, options, where)
        inner = next((get_args(each)[0] for each in options if _is_sequence(each) and get_args(each)), None)
        if inner is not None and isinstance(value, list | tuple):
            found = [self.of(each, inner, _inside(where, index)) for index, each in enumerate(value)]
            return value if all(new is old for new, old in zip(found, value, strict=True)) else type(value)(found)
        return value

    def _of_mapping(self, value: Mapping[Any, Any], options: Sequence[Any], where: Where) -> Any:
        classes = [each for each in options if isinstance(each, type) and is_dataclass(each)]
        if classes:
            return self._made(value, min(classes, key=lambda each: len(_unknown(value, each))), where)
        inner = next((get_args(each)[1] for each in options if _is_mapping(each)), Any)
        found = {key: self.of(each, inner, _inside(where, key)) for key, each in value.items()}
        return value if all(found[key] is each for key, each in value.items()) else found

    def _made(self, value: Mapping[Any, Any], kind: type, where: Where) -> Any:
        known = {field.name: field for field in fields(kind)}
        unknown = _unknown(value, kind)
        self.problems += [_no_such_key(where, key, known) for key in unknown]
        needed = {name for name, each in known.items() if each.default is MISSING and each.default_factory is MISSING}
        missing = sorted(needed - set(value))
        self.problems += [_missing(_inside(where, name)) for name in missing]
        if unknown or missing:
            return value
        return kind(**{key: self.of(each, known[key].type, _inside(where, key)) for key, each in value.items()})


def _unknown(value: Mapping[Any, Any], kind: type) -> list[Any]:
    names = {field.name for field in fields(kind)}
    return [key for key in value if key not in names]


def _no_such_key(where: Where, key: Any, known: Mapping[str, Any]) -> Problem:
    near = difflib.get_close_matches(str(key), known, n=1)
    is_a_name = bool(_NAME.fullmatch(str(key)))  # otherwise it may be a value in the wrong place, and a secret
    return Problem(
        what="There is no such argument",
        where=_inside(where, key) if is_a_name else where,
        got=str(key) if is_a_name else f"a key of {len(str(key))} characters, which is not shown",
        allowed=", ".join(known),
        fix=f"write {near[0]}" if near else "correct the name, or remove it",
        kind="type",
    )


def _missing(where: Where) -> Problem:
    what = "A required argument is missing"
    return Problem(what=what, where=where, got="nothing", allowed="a value", fix=f"give {where}", kind="type")


def _of_fields(args: Any, where: Where) -> list[Problem]:
    return [
        problem
        for field in fields(args)
        for problem in _of_value(getattr(args, field.name), field.type, _inside(where, field.name))
        for problem in [problem if field.repr else _without_names(problem, len(where.steps) + 1)]
    ]


def _without_names(problem: Problem, depth: int) -> Problem:
    """The problem of a value that must not be shown: a name in it, such as that of a header, may be one, too."""
    steps = problem.where.steps
    kept = tuple("<name>" if isinstance(each, str) else each for each in steps[depth:])
    return problem.at(replace(problem.where, steps=(*steps[:depth], *kept)))


def _of_value(value: Any, expected: Any, where: Where) -> list[Problem]:
    parts = _alternatives(expected)
    if len(parts) > 1:
        others = [part for part in parts if part is not type(None) and get_origin(part) is not Later]
        if len(others) == 1 and value is not None and not is_later(value):  # say what is wrong inside
            found = _of_value(value, others[0], where)
            inside = any(each.where != where for each in found)
            return found if inside or not found else [_problem(where, value, expected)]
        fitting = next((part for part in parts if not _of_value(value, part, where)), None)
        return [] if fitting else [_problem(where, value, expected)]
    [only] = parts
    if _is_mapping(only):
        inner = get_args(only)
        return _of_mapping(value, inner, where) if isinstance(value, Mapping) else [_problem(where, value, only)]
    if _is_sequence(only):
        return _of_sequence(value, only, where)
    if not _fits(value, only):
        return [_problem(where, value, only)]
    return _of_fields(value, where) if is_dataclass(value) and not isinstance(value, type) else []


def _of_mapping(value: Mapping[Any, Any], parts: tuple[Any, ...], where: Where) -> list[Problem]:
    key_type, inner = parts
    found = [_problem(where, key, key_type) for key in value if not _fits(key, key_type)]
    return found or [each for key, one in value.items() for each in _of_value(one, inner, _inside(where, key))]


def _of_sequence(value: Any, expected: Any, where: Where) -> list[Problem]:
    parts, fixed = get_args(expected), get_origin(expected) is tuple and get_args(expected)[-1] is not Ellipsis
    kind = list | tuple if get_origin(expected) is tuple else Sequence
    if not isinstance(value, kind) or isinstance(value, str | bytes) or (fixed and len(value) != len(parts)):
        return [_problem(where, value, expected)]
    inner = parts if fixed else [parts[0]] * len(value)
    pairs = enumerate(zip(value, inner, strict=True))
    return [each for index, (one, part) in pairs for each in _of_value(one, part, _inside(where, index))]


def _fits(value: Any, expected: Any) -> bool:
    if expected is Any:
        return True
    if get_origin(expected) is Later:
        return is_later(value)
    if get_origin(expected) is Literal:
        return any(value == part and type(value) is type(part) for part in get_args(expected))
    kind = get_origin(expected) or expected
    if kind in {int, float}:
        return isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    return not isinstance(kind, type) or isinstance(value, kind)


def _alternatives(expected: Any) -> tuple[Any, ...]:
    """The types of a union, or the one type; without awaitables, which are made Outputs first."""
    if get_origin(expected) not in {Union, types.UnionType}:
        return (expected,)
    return tuple(part for part in get_args(expected) if get_origin(part) is not Awaitable)


def _is_mapping(expected: Any) -> bool:
    origin = get_origin(expected)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_sequence(expected: Any) -> bool:
    origin = get_origin(expected)
    return isinstance(origin, type) and issubclass(origin, Sequence)


def _inside(where: Where, step: Any) -> Where:
    return replace(where, steps=(*where.steps, step if isinstance(step, int) else str(step)))


def _problem(where: Where, value: Any, expected: Any) -> Problem:
    return Problem(
        what=_TYPE,
        where=where,
        got=repr(value) if _is_literal(expected) else type(value).__name__,
        allowed=_name(expected),
        fix="give a value of that type; what only the deployment knows (an Output) fits only where it is allowed",
        kind="type",
    )


def _is_literal(expected: Any) -> bool:
    return any(get_origin(each) is Literal for each in _alternatives(expected))


def _name(expected: Any) -> str:
    """`str | None` rather than what `repr` says of classes."""
    alternatives = _alternatives(expected)
    if len(alternatives) > 1:
        return " | ".join(dict.fromkeys(_name(part) for part in alternatives))
    [only] = alternatives
    parts = get_args(only)
    if get_origin(only) is Later:
        return "Output"
    if only is type(None):
        return "None"
    if get_origin(only) is Literal:
        return " or ".join(repr(part) for part in parts)
    name = getattr(get_origin(only) or only, "__name__", str(only))
    return f"{name}[{', '.join(_name(part) for part in parts)}]" if parts else name
