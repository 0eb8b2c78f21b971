"""Turns what pydantic found wrong with a stack's configuration into problems in the five parts of `Problem`."""

import difflib
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from backend_mtls.configuration import described, secret_keys
from backend_mtls.errors import Problem, Where, visible

_ALLOWED = {
    "path_type": "the name of a file",
    "tuple_type": "a list",
    "dict_type": "a group of keys",
    "model_type": "a group of keys",
    "string_type": "a text; in quotes, where YAML takes it for something else",
}
"""What to say instead of pydantic's words, by the type of its error."""


def problems(error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    """One problem for each finding. A value is shown only where neither it nor anything below can be a secret."""
    return [_problem(dict(each), root) for each in error.errors(include_url=False)]


def _problem(found: dict[str, Any], root: type[BaseModel]) -> Problem:
    path = tuple(part for part in found["loc"] if part != "[key]")
    where = Where(secret_keys.shown(root, path))
    if found["type"] == "missing":
        return _make("A required key is missing", where, "nothing", "a value", f"set {where} in the stack's file")
    if found["type"] == "extra_forbidden":
        return _no_such_key(path, root)
    context = found.get("ctx") or {}
    value = secret_keys.HIDDEN if secret_keys.may_hold_one(root, path) else _shown(found["input"])
    if found["type"] in _ALLOWED:
        return _make("The value is not allowed", where, value, _ALLOWED[found["type"]], "correct it")
    allowed = str(context.get("expected") or context.get("pattern") or found["msg"].removeprefix("Input should be "))
    if "max_length" in context:
        allowed = f"at most {context['max_length']} characters"
    return _make("The value is not allowed", where, value, allowed, "correct it")


def _no_such_key(path: tuple[str | int, ...], root: type[BaseModel]) -> Problem:
    """What stands in place of a key may be a secret, too, as long as it resembles none that there is."""
    names = _names(root, path[:-1])
    fix = _nearest(str(path[-1]), names, top=len(path) == 1)
    group, key = path[:-1], str(path[-1])
    is_meant = fix.startswith("write ") or not secret_keys.is_beside_one(root, group)
    if secret_keys.may_hold_one(root, group) and not (is_meant and secret_keys.is_a_key(key)):
        group, key = secret_keys.shown(root, group), f"{secret_keys.HIDDEN}, {len(key)} characters"
        return _make("There is no such key", Where(group), key, ", ".join(names) or "no keys", fix)
    where = Where((*secret_keys.shown(root, group), key))
    return _make("There is no such key", where, key, ", ".join(names) or "no keys", fix)


def _make(what: str, where: Where, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=where, got=got, allowed=allowed, fix=fix)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return repr(value) if visible(value) == value else f"'{visible(value)}'"
    return repr(value) if isinstance(value, int | float | bool) else f"a value of type {type(value).__name__}"


def _nearest(name: str, names: Sequence[str], *, top: bool) -> str:
    """What to do about a key that there is not: write the one that was probably meant, in whatever spelling."""
    first, *rest = re.split(r"[.\[]", name, maxsplit=1)
    plain = {each.lower(): each for each in names}
    spelled = re.sub(r"[-_ ]", "", first).lower()
    meant = next((plain[each] for each in difflib.get_close_matches(spelled, plain, n=1, cutoff=0.7)), "")
    if top and rest and meant:  # `pulumi config set` without --path
        path = name.replace(first, meant, 1)
        return f"pulumi config rm '{name}', and set it inside {meant}: pulumi config set --path '{path}' VALUE"
    return f"write {meant}" if meant else "correct the name, or remove it"


def _names(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that are allowed at a path, in camelCase."""
    current: Any = model
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = next((each for each in current.model_fields.values() if each.alias == part), None)
            current = described.group_of(field.annotation) if field else current  # or a name in a dictionary
    if isinstance(current, type) and issubclass(current, BaseModel):
        return sorted(str(field.alias) for field in current.model_fields.values())
    return []
