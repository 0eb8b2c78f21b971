"""The members that expressions may use; one that is missing here is not served. Each table grows by a row.

source: policy expressions, "Context variable", and .NET's reference of String, Convert and Int32. Culture-sensitive
comparisons (`StartsWith`, `EndsWith` without a StringComparison) are done ordinally: inferred, the same for ASCII.
"""

import re
from collections.abc import Callable

from local.azure.policy.csharp.failures import NotServedExpressionError, ThrownError
from local.azure.policy.csharp.values import DEFAULTS, Boxed, Char, Lookup, Record, Url, Value, cast, kind, written

_COMPARISONS = {"Ordinal", "OrdinalIgnoreCase", "InvariantCulture", "InvariantCultureIgnoreCase"}
_COMPARISONS |= {"CurrentCulture", "CurrentCultureIgnoreCase"}


def static_property(owner: str, name: str) -> Value:
    """`StringComparison.…`, `string.Empty`."""
    if owner == "StringComparison" and name in _COMPARISONS:
        return Record("System.StringComparison", {"name": name})
    if (owner in {"string", "String"}) and name == "Empty":
        return ""
    raise NotServedExpressionError(f"'{owner}.{name}'")


def static_method(owner: str, name: str, given: list[Value]) -> Value:
    """`Convert.ToBoolean("true")` and its like."""
    method = _STATIC.get((owner.lower() if owner in {"String", "string"} else owner, name))
    if method is None or len(given) != 1:
        raise NotServedExpressionError(f"'{owner}.{name}'")
    value = given[0].value if isinstance(given[0], Boxed) else given[0]
    return method(value)


def property_of(target: Value, name: str) -> Value:
    """`target.name`."""
    if isinstance(target, Url):
        target = target.read()
    if isinstance(target, Record) and name in target.properties:
        return target.properties[name]
    if isinstance(target, str | tuple) and name == "Length":
        return len(target) if isinstance(target, tuple) else len(target.encode("utf-16-le")) // 2
    raise NotServedExpressionError(f"'{name}' of {kind(target)}")


def indexed(target: Value, argument: Value) -> Value:
    """`target[argument]`."""
    if isinstance(target, Lookup) and isinstance(argument, str):
        if argument not in target.entries:
            raise ThrownError("The given key was not present in the dictionary.")
        found = target.entries[argument]
        return Boxed(found) if target.kind == "objects" else found
    if isinstance(target, tuple) and isinstance(argument, int) and not isinstance(argument, bool):
        if not 0 <= argument < len(target):
            raise ThrownError("Index was outside the bounds of the array.")
        return target[argument]
    raise NotServedExpressionError(f"an index of {kind(target)}")


def method_of(target: Value, name: str, type_argument: str, given: list[Value]) -> Value:
    """`target.name<type>(given)`."""
    if isinstance(target, Lookup):
        return _looked_up(target, name, type_argument, given)
    if name == "ToString" and not given:
        return written(target)
    inner = target.value if isinstance(target, Boxed) else target
    if name == "Equals" and isinstance(target, Boxed) and len(given) == 1:
        return type(inner) is type(given[0]) and inner == given[0]
    method = _OF_STRINGS.get(name)
    if method is None or type_argument or not isinstance(target, str):
        raise NotServedExpressionError(f"'{name}' of {kind(target)}")
    return method(target, given)


def _looked_up(target: Lookup, name: str, type_argument: str, given: list[Value]) -> Value:
    if not given or not isinstance(given[0], str) or len(given) > 2:
        raise NotServedExpressionError(f"'{name}' with these arguments")
    found = target.entries.get(given[0])
    if name == "ContainsKey" and len(given) == 1:
        return given[0] in target.entries
    if name != "GetValueOrDefault":
        raise NotServedExpressionError(f"'{name}' of a dictionary")
    if target.kind == "joined":
        other = given[1] if len(given) == 2 else None
        return ",".join(found) if isinstance(found, tuple) else other
    wanted = type_argument or {bool: "bool", int: "int", str: "string"}.get(type(given[-1]), "")
    if not wanted or (len(given) == 1 and not type_argument):
        raise NotServedExpressionError("'GetValueOrDefault' without a type")
    if given[0] in target.entries:
        return cast(Boxed(found), wanted)
    return given[1] if len(given) == 2 else DEFAULTS.get(wanted.lower())


def _compared(comparison: Value, *texts: str) -> list[str]:
    if not isinstance(comparison, Record) or comparison.type != "System.StringComparison":
        raise NotServedExpressionError(f"a comparison by {kind(comparison)}")
    ignores = str(comparison.properties["name"]).endswith("IgnoreCase")
    return [text.upper() if ignores else text for text in texts]


def _comparing(compare: Callable[[str, str], bool]) -> Callable[[str, list[Value]], Value]:
    def method(target: str, given: list[Value]) -> Value:
        other = given[0] if given else None
        if not isinstance(other, str) or len(given) > 2:
            raise NotServedExpressionError("a comparison with these arguments")
        texts = _compared(given[1], target, other) if len(given) == 2 else [target, other]
        return compare(texts[0], texts[1])

    return method


def _equals(target: str, given: list[Value]) -> Value:
    other = given[0].value if given and isinstance(given[0], Boxed) else (given or [None])[0]
    return False if other is None and given else _comparing(str.__eq__)(target, [other, *given[1:]])


def _nothing_given(method: Callable[[str], str]) -> Callable[[str, list[Value]], Value]:
    def checked(target: str, given: list[Value]) -> Value:
        if given:
            raise NotServedExpressionError("arguments of a method without any")
        return method(target)

    return checked


def _split(target: str, given: list[Value]) -> Value:
    separators = [each.value for each in given if isinstance(each, Char)]
    if len(separators) != len(given) or not given:
        raise NotServedExpressionError("'Split' by anything but characters")
    return tuple(re.split("|".join(map(re.escape, separators)), target))


def _replace(target: str, given: list[Value]) -> Value:
    old, new = given if len(given) == 2 else (None, None)
    if not isinstance(old, str) or not isinstance(new, str) or not old:
        raise NotServedExpressionError("'Replace' with these arguments")
    return target.replace(old, new)


_OF_STRINGS: dict[str, Callable[[str, list[Value]], Value]] = {
    "Equals": _equals,
    "StartsWith": _comparing(str.startswith),
    "EndsWith": _comparing(str.endswith),
    "Contains": _comparing(str.__contains__),
    "ToLower": _nothing_given(str.lower),
    "ToLowerInvariant": _nothing_given(str.lower),
    "ToUpper": _nothing_given(str.upper),
    "ToUpperInvariant": _nothing_given(str.upper),
    "Trim": _nothing_given(str.strip),
    "Split": _split,
    "Replace": _replace,
}


def _to_boolean(value: Value) -> Value:
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return value != 0
    return _parse_boolean(value)


def _parse_boolean(value: Value) -> Value:
    text = value.strip().lower() if isinstance(value, str) else ""
    if text not in {"true", "false"}:
        raise ThrownError("String was not recognized as a valid Boolean.")
    return text == "true"


def _to_integer(value: Value) -> Value:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value or 0
    return int(value) if isinstance(value, bool) else _parse_integer(value)


def _parse_integer(value: Value) -> Value:
    if value is None:
        raise ThrownError("Value cannot be null. (Parameter 's')")
    if not isinstance(value, str) or not re.fullmatch(r"\s*[-+]?[0-9]{1,40}\s*", value):
        raise ThrownError("Input string was not in a correct format.")
    if not -(2**31) <= int(value) < 2**31:
        raise ThrownError("Value was either too large or too small for an Int32.")
    return int(value)


def _is_empty(value: Value) -> Value:
    return value is None or value == ""


def _is_blank(value: Value) -> Value:
    return value is None or (isinstance(value, str) and not value.strip())


_STATIC: dict[tuple[str, str], Callable[[Value], Value]] = {
    ("Convert", "ToBoolean"): _to_boolean,
    ("Convert", "ToInt32"): _to_integer,
    ("Convert", "ToString"): written,
    ("bool", "Parse"): _parse_boolean,
    ("int", "Parse"): _parse_integer,
    ("string", "IsNullOrEmpty"): _is_empty,
    ("string", "IsNullOrWhiteSpace"): _is_blank,
}
