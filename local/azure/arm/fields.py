"""Reads a request's JSON object: notes everything that is wrong, and what local Azure does not serve.

The field texts follow FluentValidation, which API Management's known texts show ("'certificate' should not be empty.",
azurerm#3929); for other fields the text is inferred.
"""

import re
from collections.abc import Sequence
from typing import Any

from local.azure.arm.errors import invalid, not_served
from local.azure.store import Json


class Fields:
    """One JSON object; each member has to be read, else `finish` refuses it as not served."""

    def __init__(self, source: Any, where: str = "") -> None:
        self._source: Json = source if isinstance(source, dict) else {}
        self._where = where
        self._read: set[str] = set()
        self._parts: list[Fields] = []
        self.problems: list[tuple[str, str]] = []
        if source is not None and not isinstance(source, dict):
            self.problems.append((where or "body", f"'{where or 'body'}' must be an object."))

    def raw(self, name: str) -> Any:
        """The member as it is."""
        self._read.add(name)
        return self._source.get(name)

    def ignore(self, *names: str) -> None:
        """Members that Azure answers and does not read."""
        self._read.update(names)

    def text(
        self,
        name: str,
        *,
        required: bool = False,
        lengths: tuple[int, int] | None = None,
        pattern: str | None = None,
        choices: Sequence[str] = (),
    ) -> str | None:
        """A string."""
        value = self.raw(name)
        if value is None or (value == "" and required):
            if required:
                self.problem(name, f"'{name}' should not be empty.")
            return None
        if not isinstance(value, str):
            self.problem(name, f"'{name}' must be a string.")
        elif lengths and not lengths[0] <= len(value) <= lengths[1]:
            low, high = lengths
            self.problem(
                name, f"'{name}' must be between {low} and {high} characters. You entered {len(value)} characters."
            )
        elif pattern and not re.fullmatch(pattern, value):
            self.problem(name, f"'{name}' is not in the correct format ({pattern}).")
        elif choices:
            return self._choice(name, value, choices)
        else:
            return value
        return None

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean."""
        value = self.raw(name)
        if value is not None and not isinstance(value, bool):
            self.problem(name, f"'{name}' must be true or false.")
        return value if isinstance(value, bool) else default

    def items(self, name: str) -> list[Any] | None:
        """An array; an empty one is refused (azurerm#3929), none is None."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, list):
            self.problem(name, f"'{name}' must be an array.")
            return None
        if not value:
            self.problem(name, f"'{name}' should not be empty.")
        return value

    def mapping(self, name: str) -> Json | None:
        """An object whose members are the user's own, such as tags."""
        value = self.raw(name)
        if value is not None and not isinstance(value, dict):
            self.problem(name, f"'{name}' must be an object.")
        return value if isinstance(value, dict) else None

    def part(self, name: str) -> "Fields":
        """An object in this one; its problems are this one's."""
        return self.within(self.raw(name), name)

    def within(self, source: Any, name: str) -> "Fields":
        """An object somewhere in this one, such as an item of an array; its problems are this one's."""
        part = Fields(source, self._target(name))
        self._parts.append(part)
        return part

    def only(self, **served: Any) -> None:
        """Members of which just one value is served; it is also what Azure assumes when they are absent."""
        for name, value in served.items():
            given = self.raw(name)
            if given is not None and given != value:
                raise not_served(f"'{self._target(name)}' other than {value!r}")

    def problem(self, name: str, message: str) -> None:
        """Notes what is wrong with a member."""
        self.problems.append((self._target(name), message))

    def finish(self) -> None:
        """Raises every problem at once, then refuses what was not read."""
        if problems := self.every_problem():
            raise invalid(*problems)
        if unread := self.unread():
            raise not_served(", ".join(f"'{name}'" for name in unread))

    def _choice(self, name: str, value: str, choices: Sequence[str]) -> str | None:
        for choice in choices:
            if choice.lower() == value.lower():
                return choice
        allowed = ", ".join(choices)
        self.problem(name, f"'{name}' has an invalid value '{value}'. Allowed: {allowed}.")
        return None

    def every_problem(self) -> list[tuple[str, str]]:
        """Its own and those of its parts, as (target, message)."""
        return self.problems + [problem for part in self._parts for problem in part.every_problem()]

    def unread(self) -> list[str]:
        """Members that nobody asked for."""
        own = [
            self._target(name) for name, value in self._source.items() if value is not None and name not in self._read
        ]
        return own + [name for part in self._parts for name in part.unread()]

    def _target(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name


def patched(before: Json, asked: Json) -> Json:
    """A body whose properties are those of before, except for what is sent."""
    properties = asked.get("properties") or {}
    if not isinstance(properties, dict):
        raise invalid(("properties", "'properties' must be an object."))
    return {"properties": before["properties"] | properties}


def check_name(name: str, pattern: str, lengths: tuple[int, int], target: str) -> None:
    """Refuses the name of an entity in the path that breaks its rule."""
    if not (re.fullmatch(pattern, name) and lengths[0] <= len(name) <= lengths[1]):
        raise invalid((target, f"'{name}' must be {lengths[0]} to {lengths[1]} characters that match {pattern}"))
