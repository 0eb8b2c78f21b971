"""`$filter`, `$top` and `$skip` of a list. source: REST 2024-05-01, Certificate - List By Service, and its siblings."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from local.azure.arm.call import Call
from local.azure.arm.errors import invalid, not_served
from local.azure.store import Entity, Json

_COMPARISON = re.compile(r"(\w+) (eq|ne|gt|ge|lt|le) '?([^']*?)'?")
_FUNCTION = re.compile(r"(contains|startswith|endswith)\((\w+), ?'([^']*)'\)(?: eq true)?")
_SUBSTRING = re.compile(r"(substringof)\('([^']*)', ?(\w+)\)(?: eq true)?")
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": str.__eq__,
    "ne": str.__ne__,
    "gt": str.__gt__,
    "ge": str.__ge__,
    "lt": str.__lt__,
    "le": str.__le__,
    "contains": str.__contains__,
    "substringof": str.__contains__,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_SERVED = {"api-version", "$filter", "$top", "$skip"}


def page(call: Call, entities: list[Entity], also: frozenset[str] = frozenset()) -> tuple[list[Entity], Json]:
    """The entities that were asked for, and `count` and `nextLink`; `also` names other query parameters."""
    if unknown := set(call.query) - _SERVED - also:
        raise not_served(f"the query parameters {', '.join(sorted(unknown))} of {call.path}")
    found = [entity for entity in entities if _matches(entity, call.query.get("$filter", ""))]
    skip = _number(call, "$skip", 0)
    top = _number(call, "$top", len(found))
    more = skip + top < len(found)
    following = urlencode({**call.query, "$skip": str(skip + top)}, safe="$") if more else ""
    next_link = f"{call.origin}{call.path}?{following}" if more else ""
    return found[skip : skip + top], {"count": len(found), "nextLink": next_link}


def _number(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, str(default))
    if not value.isdecimal():
        raise invalid((name, f"'{name}' must be a whole number, not '{value}'."))
    return int(value)


def _matches(entity: Entity, condition: str) -> bool:
    return all(_holds(entity, clause.strip()) for clause in re.split(r" and ", condition)) if condition else True


def _holds(entity: Entity, clause: str) -> bool:
    if match := _COMPARISON.fullmatch(clause):
        name, test, value = match.groups()
    elif match := _FUNCTION.fullmatch(clause):
        test, name, value = match.groups()
    elif match := _SUBSTRING.fullmatch(clause):
        test, value, name = match.groups()
    else:
        raise not_served(f"the $filter '{clause}'")
    properties = entity.body["properties"]
    actual = entity.body["name"] if name == "name" else properties.get(name, "")
    return _TESTS[test](str(actual), value)
