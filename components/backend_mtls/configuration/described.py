"""What the models say of themselves: each key's name, type in words, unit, default, example, what leaving it out means.

Pure. The docstring under a field is the description, and its last part, behind `Left out:`, what happens without the
key. References, schemas for editors and those of other languages are made from it.
"""

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Literal, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

LEFT_OUT = "Left out: "
NAME = "<name>"
"""Stands in a path for a name that the user chooses."""
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "object": "group of keys",
    "array": "list",
}
_PLURALS = {"text": "texts", "secret text": "secret texts", "group of keys": "groups of keys"}


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key of a group."""

    name: str
    """As it is written in a configuration: camelCase."""
    field: str
    """As the model calls it."""
    kind: str
    """Its type, in words."""
    unit: str
    """Unit or notation of the value; empty without one."""
    required: bool
    """Whether leaving it out is an error."""
    default: Any
    """The default as plain data; None without one."""
    description: str
    """The whole docstring, `Left out: …` included."""
    meaning: str
    """The docstring without it."""
    left_out: str
    """What leaving it out means; empty when it is required."""
    examples: tuple[Any, ...]
    """Values that are allowed, as plain data. A group without its own is made of its required keys, or its first."""
    group: type[BaseModel] | None
    """The model of the group, or of each member, when the value is made of keys."""
    many: Literal["no", "list", "names"]
    """Whether there are several values: in a list, or by a name that the user chooses."""

    @property
    def path(self) -> str:
        """The name, with what tells one of several values apart."""
        return self.name + {"no": "", "list": "[0]", "names": f".{NAME}"}[self.many]


@cache
def keys(model: type[BaseModel]) -> tuple[Key, ...]:
    """The keys of a group, in the order of the model."""
    schema = model.model_json_schema(by_alias=True)
    docstrings = _docstrings(model)
    return tuple(_key(model, name, schema, docstrings.get(name, "")) for name in model.model_fields)


def every(root: type[BaseModel], above: str = "") -> Iterator[tuple[str, Key]]:
    """Path and key, at every level: `certificates.<name>.pfx.file`; a group comes before its keys."""
    for key in keys(root):
        yield f"{above}{key.name}", key
        if key.group:
            yield from every(key.group, f"{above}{key.path}.")


def group_of(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation such as `Service | None` or `dict[str, Api]`; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := group_of(each))), None)


def text(docstring: str | None) -> str:
    """A docstring on one line."""
    return " ".join(inspect.cleandoc(docstring or "").split())


def _key(model: type[BaseModel], name: str, schema: Mapping[str, Any], docstring: str) -> Key:
    field = model.model_fields[name]
    alias = field.alias or name
    node = schema["properties"][alias]
    meaning, _, left_out = docstring.partition(LEFT_OUT)
    required, group = field.is_required(), group_of(field.annotation)
    many = _many(node)
    default = field.get_default(call_default_factory=True, validated_data={})
    return Key(
        name=alias,
        field=name,
        kind=words(node),
        unit=_unit(node),
        required=required,
        default=None if default is PydanticUndefined else _plain(default),
        description=docstring,
        meaning=meaning.strip(),
        left_out=left_out,
        examples=tuple(field.examples or _made(group, many)),
        group=group,
        many=many,
    )


def words(node: Mapping[str, Any]) -> str:
    """The type that a JSON schema says. A number or a flag where a text is allowed is a way of writing it."""
    if "anyOf" in node:
        kinds = [words(each) for each in node["anyOf"] if each.get("type") != "null"]
        if any("text" in each for each in kinds):
            kinds = [each for each in kinds if each not in (_WORDS["integer"], _WORDS["boolean"])]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in node or "const" in node:
        return " or ".join(f"`{each}`" for each in node.get("enum", [node.get("const")]))
    if node.get("type") == "string":
        return {"path": "file name", "password": "secret text", "date": "date"}.get(node.get("format", ""), "text")
    if node.get("type") == "array":
        return _list(node)
    if node.get("type") == "object" and (value := _member(node)):
        return f"names, each with a {words(value)}"
    return _WORDS[node.get("type", "object")]


def _list(node: Mapping[str, Any]) -> str:
    if "prefixItems" in node:
        kinds = {words(each) for each in node["prefixItems"]}
        return f"[first, last], each a {kinds.pop()}"
    inner = words(node.get("items", {}))
    return f"list of {_PLURALS.get(inner, inner)}"


def _member(node: Mapping[str, Any]) -> Any:
    """The schema of a value in an object with free names; None when it may be anything."""
    patterns = node.get("patternProperties")
    found = next(iter(patterns.values())) if patterns else node.get("additionalProperties")
    return found if isinstance(found, Mapping) else None


def _many(node: Mapping[str, Any]) -> Literal["no", "list", "names"]:
    if node.get("type") == "array":
        return "list"
    return "names" if node.get("type") == "object" else "no"


def _unit(node: Mapping[str, Any]) -> str:
    found = node.get("unit") or next((each["unit"] for each in node.get("anyOf", ()) if "unit" in each), "")
    return str(found)


def _made(group: type[BaseModel] | None, many: str) -> tuple[Any, ...]:
    """An example of a group, out of those of its keys."""
    if group is None:
        return ()
    below = keys(group)
    chosen = [each for each in below if each.required] or below[:1]
    example = {each.name: each.examples[0] for each in chosen if each.examples}
    return ({"list": [example], "names": {"orders": example}}.get(many, example),)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return json.loads(value.model_dump_json(by_alias=True, exclude_unset=True))
    return json.loads(json.dumps(value))


@cache
def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Field -> the docstring under it, inherited ones included."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= _below(inspect.getsource(inspect.getmodule(each)), each.__name__)  # type: ignore[arg-type]
    return found


@cache
def _below(source: str, name: str) -> dict[str, str]:
    node = next(each for each in ast.parse(source).body if isinstance(each, ast.ClassDef) and each.name == name)
    return {
        field.target.id: text(below.value.value)
        for field, below in pairwise(node.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
