"""A stack's configuration: its own values, the project's defaults for the rest, checked as the CLI checks them.

source: pulumi/pulumi pkg/workspace/config.go, sdk/go/common/resource/config/object.go
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.engine.project import Project
from local.errors import LocalError

TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: str(value).removeprefix("-").isdigit(),
    "boolean": lambda value: value is True or value is False or value in ("true", "false"),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


@dataclass(frozen=True, kw_only=True)
class Value:
    """One configuration value, as the program gets it."""

    text: str
    """A string, or JSON."""
    shown: str
    """The same with `[secret]` for everything encrypted."""
    secret: bool


def load(project: Project, stack: str, decrypt: Callable[[str], str]) -> dict[str, Value]:
    """Every value by `namespace:key`; raises LocalError for what is missing or has the wrong type."""
    settings = project.stack_settings(stack).get("config") or {}
    if not isinstance(settings, dict):
        raise LocalError(f"{project.stack_file(stack)}: config must be a mapping, but is a {type(settings).__name__}")
    given = {_key(project, key): value for key, value in settings.items()}
    declared = {_key(project, key): _declaration(entry) for key, entry in project.config.items()}
    missing = [
        key
        for key, entry in declared.items()
        if key not in given and not _has_default(entry) and key.startswith(f"{project.name}:")
    ]
    if missing:
        names = " and ".join(f"'{key.split(':', 1)[1]}'" for key in sorted(missing))
        plural = "s" if len(missing) > 1 else ""
        raise LocalError(
            f"Stack '{stack}' is missing configuration value{plural} {names}. Add to {project.stack_file(stack)}"
        )
    for key, entry in declared.items():
        if key not in given and _has_default(entry):
            given[key] = entry["value"] if entry.get("default") is None else entry["default"]
    values = {key: _value(raw, decrypt) for key, raw in sorted(given.items())}
    for key, entry in declared.items():
        if "type" in entry and key in given:
            _check(stack, key, entry, given[key], values[key])
    return values


def _key(project: Project, key: str) -> str:
    return key if ":" in key else f"{project.name}:{key}"


def _declaration(entry: Any) -> dict[str, Any]:
    """A key is declared with an object that says something about it; anything else is its value."""
    known = {"type", "description", "secret", "default", "value", "items"}
    return entry if isinstance(entry, dict) and entry.keys() <= known else {"value": entry}


def _has_default(entry: dict[str, Any]) -> bool:
    return entry.get("default") is not None or entry.get("value") is not None


def _value(raw: Any, decrypt: Callable[[str], str]) -> Value:
    text, shown = _text(_opened(raw, decrypt)), _text(_opened(raw, lambda _: "[secret]"))
    return Value(text=text, shown=shown, secret=_opened(raw, lambda _: "") != raw)


def _opened(raw: Any, decrypt: Callable[[str], str]) -> Any:
    if isinstance(raw, dict):
        if raw.keys() == {"secure"}:
            return decrypt(raw["secure"])
        return {str(key): _opened(item, decrypt) for key, item in raw.items()}
    return [_opened(item, decrypt) for item in raw] if isinstance(raw, list) else raw


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True, default=str)


def _check(stack: str, key: str, entry: dict[str, Any], raw: Any, value: Value) -> None:
    name = key.split(":", 1)[1]
    if entry.get("secret") and not value.secret:
        raise LocalError(f"Stack '{stack}' with configuration key '{name}' must be encrypted as it's secret")
    content = (
        json.loads(value.text)
        if isinstance(raw, list) or (isinstance(raw, dict) and raw.keys() != {"secure"})
        else value.text
    )
    if not _matches(entry, content):
        kind = entry["type"] + (f"<{entry['items']['type']}>" if entry.get("items") else "")
        raise LocalError(f"Stack '{stack}' with configuration key '{name}' must be of type '{kind}'")


def _matches(entry: dict[str, Any], value: Any) -> bool:
    kind = TYPES.get(entry["type"])
    if kind is None or not kind(value):
        return False
    items = entry.get("items")
    return not items or not isinstance(value, list) or all(_matches(items, item) for item in value)
