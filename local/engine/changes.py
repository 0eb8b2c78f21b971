"""What differs between two states of a resource, as text for a reader: one property a line, long texts line by line."""

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any

from local.engine.events import Step
from local.engine.properties import UNKNOWN, Properties, is_secret, redacted

_ABSENT = object()
_CONTEXT = 2


def property_changes(step: Step) -> Iterator[str]:
    """`~ url: "https://a" => "https://b"` for each property that an update or a replacement changes."""
    if step.old is None or step.new is None or step.diff is None:
        return
    new = step.new.inputs
    details = step.diff.details or {key: {"inputDiff": True} for key in step.diff.keys or _keys(step.old.inputs, new)}
    for path, detail in sorted(details.items()):
        before = _get(step.old.inputs if detail["inputDiff"] else step.old.outputs, path)
        yield from _lines(path, before, _get(new, path))


def output_changes(old: Properties, new: Properties, *, all_of_them: bool) -> Iterator[str]:
    """Outputs of a stack: those that change, or all."""
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
        if before != after:
            yield from _lines(key, before, after)
        elif all_of_them:
            yield from _lines_of(f"  {key}: ", after)


def show(value: Any) -> str:
    """A value for a reader: no secrets, no sentinels."""
    if value == UNKNOWN:
        return "[unknown]"
    if is_secret(value):
        return "[secret]"
    return json.dumps(redacted(value), ensure_ascii=False).replace(f'"{UNKNOWN}"', "[unknown]")


def _keys(old: Properties, new: Properties) -> list[str]:
    return [key for key in old.keys() | new.keys() if old.get(key, _ABSENT) != new.get(key, _ABSENT)]


def _get(value: Any, path: str) -> Any:
    """The value at `a.b[0]["c.d"]`."""
    for name, index, quoted in re.findall(r'([^.\[\]"]+)(?=[.\[]|$)|\[(\d+)\]|\["([^"]*)"\]', path):
        if is_secret(value):
            value = value["value"]
        key: Any = int(index) if index else quoted or name
        known = isinstance(value, list) and index and key < len(value)
        if not known and not (isinstance(value, dict) and key in value):
            return _ABSENT
        value = value[key]
    return value


def _lines(name: str, old: Any, new: Any) -> Iterator[str]:
    if old is _ABSENT:
        yield from _lines_of(f"+ {name}: ", new)
    elif new is _ABSENT:
        yield from _lines_of(f"- {name}: ", old)
    elif isinstance(old, str) and isinstance(new, str) and "\n" in old + new and new != UNKNOWN:
        yield f"~ {name}:"
        for line in list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=_CONTEXT))[2:]:
            yield f"      {'…' if line.startswith('@@') else f'{line[0]} {line[1:]}'.rstrip()}"
    elif isinstance(old, dict) and isinstance(new, dict) and not (is_secret(old) or is_secret(new)):
        for key in sorted(old.keys() | new.keys()):
            if old.get(key, _ABSENT) != new.get(key, _ABSENT):
                yield from _lines(f"{name}.{key}", old.get(key, _ABSENT), new.get(key, _ABSENT))
    else:
        yield f"~ {name}: {show(old)} => {show(new)}"


def _lines_of(start: str, value: Any) -> Iterator[str]:
    """A value on one line, an object with an entry a line."""
    if not isinstance(value, dict) or is_secret(value):
        yield f"{start}{show(value)}"
        return
    yield f"{start}{{"
    indent = " " * (len(start) - len(start.lstrip(" +-")) + 4)
    for key, item in sorted(value.items()):
        yield from _lines_of(f"{indent}{key}: ", item)
    yield f"{indent[4:]}}}"
