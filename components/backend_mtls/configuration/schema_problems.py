"""Turns what pydantic found wrong with a stack's configuration into problems in the five parts of `Problem`."""

from typing import Any

from pydantic import BaseModel, ValidationError

from backend_mtls.errors import Problem, Where

_SECRET = ("password", "pfx.data", "credentials")
"""Keys below which every value is a secret."""
_ALLOWED = {
    "path_type": "the name of a file",
    "tuple_type": "a list",
    "dict_type": "a group of keys",
    "model_type": "a group of keys",
}
"""What to say instead of pydantic's words, by the type of its error."""


def problems(error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    """One problem for each finding. A value is shown only when it is a plain text or number that is no password."""
    return [_problem(dict(each), root) for each in error.errors(include_url=False)]


def _problem(found: dict[str, Any], root: type[BaseModel]) -> Problem:
    path = tuple(part for part in found["loc"] if part != "[key]")
    where = Where(path)
    if found["type"] == "missing":
        return _make("A required key is missing", where, "nothing", "a value", f"set {where} in the stack's file")
    if found["type"] == "extra_forbidden":
        names = ", ".join(_names(root, path[:-1])) or "no keys"
        return _make("There is no such key", where, str(path[-1]), names, "correct the name, or remove it")
    context = found.get("ctx") or {}
    if found["type"] in _ALLOWED:
        shown = _shown(found["input"], where)
        return _make("The value is not allowed", where, shown, _ALLOWED[found["type"]], "correct it")
    allowed = str(context.get("expected") or context.get("pattern") or found["msg"].removeprefix("Input should be "))
    if "max_length" in context:
        allowed = f"at most {context['max_length']} characters"
    return _make("The value is not allowed", where, _shown(found["input"], where), allowed, "correct it")


def _make(what: str, where: Where, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=where, got=got, allowed=allowed, fix=fix)


def _shown(value: object, where: Where) -> str:
    if any(word in str(where) for word in _SECRET):
        return "[secret]"
    return repr(value) if isinstance(value, str | int | float | bool) else f"a value of type {type(value).__name__}"


def _names(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that are allowed at a path, in camelCase."""
    current: Any = model
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = next((each for each in current.model_fields.values() if each.alias == part), None)
            current = _model(field.annotation) if field else current  # otherwise a name in a dictionary
    if isinstance(current, type) and issubclass(current, BaseModel):
        return sorted(str(field.alias) for field in current.model_fields.values())
    return []


def _model(annotation: Any) -> Any:
    """The model in an annotation such as `Service | None` or `dict[str, Api]`; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_model(argument) for argument in getattr(annotation, "__args__", ())]
    return next((each for each in found if each is not None), None)
