"""What a change of inputs means for a resource: nothing, an update or a replacement, property by property.

source: provider/diff.go
"""

import re
from collections.abc import Mapping
from typing import Any

from local.provider.resources import Resource

ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE = range(6)
"""pulumirpc.PropertyDiff.Kind; a replacing kind is its plain kind plus one."""

_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def detailed(
    resource: Resource, old: Mapping[str, Any], new: Mapping[str, Any], outputs: Mapping[str, Any]
) -> dict[str, int]:
    """Path -> kind for every difference between two sets of plain inputs; unknown values differ from anything."""
    changes: dict[str, int] = {}
    for name in sorted({*old, *new}):
        if name in old and name in new and _insignificant(name, old[name], new[name]):
            continue
        found = _compare(_step("", name), old.get(name), new.get(name))
        # An input that is now written out with the value that Azure had chosen by itself replaces nothing.
        chosen_by_azure = name not in old and new.get(name) == outputs.get(name)
        replaces = name in resource.replacing and not chosen_by_azure
        changes |= {path: kind + replaces for path, kind in found.items()}
    return changes


def is_replacing(kind: int) -> bool:
    """Whether a change of this kind needs a new resource."""
    return kind % 2 == 1


def _compare(path: str, old: Any, new: Any) -> dict[str, int]:
    if old is None or new is None:
        return {} if old is new else {path: ADD if old is None else DELETE}
    changes: dict[str, int] = {}
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            changes |= _compare(_step(path, name), old.get(name), new.get(name))
        return changes
    if isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            pair = (items[index] if index < len(items) else None for items in (old, new))
            changes |= _compare(f"{path}[{index}]", *pair)
        return changes
    return {} if old == new and isinstance(old, bool) == isinstance(new, bool) else {path: UPDATE}


def _step(path: str, name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        return f'{path}["{name}"]'
    return f"{path}.{name}" if path else name


def _insignificant(name: str, old: Any, new: Any) -> bool:
    """Azure ignores spaces and case in locations, and case in resource group names."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    if name == "location":
        return old.replace(" ", "").lower() == new.replace(" ", "").lower()
    return name == "resourceGroupName" and old.lower() == new.lower()
