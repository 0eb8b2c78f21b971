"""Values that were not known when the program ran, once they are."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import pulumi

from backend_mtls.admission import argument_types
from backend_mtls.admission.inputs import Input, is_later
from backend_mtls.errors import Problem

_HIDDEN = "[secret]"
_SHORT = 4


_T = TypeVar("_T")


def output(value: Input[_T]) -> pulumi.Output[_T]:
    """The value as an Output: what is known later is one already."""
    given: Any = value
    made: pulumi.Output[_T] = pulumi.Output.from_input(given)
    return made


def combined(made: Callable[..., Any], *values: Any) -> Any:
    """What is made of the values: at once where all are known, so that a preview shows it, otherwise an Output."""
    if any(is_later(each) for each in values):
        return pulumi.Output.all(*values).apply(lambda known: made(*known))
    return made(*values)


class Resolution:
    """One resolution of the Outputs in some values, and the secrets that were among them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        """Values whose type is not what the arguments say."""
        self._secrets: set[str] = set()

    async def of(self, value: Any) -> Any:
        """The value with everything in it that is known by now; an Output that is not stays one."""
        resolved = await self._resolved(value)
        if is_dataclass(resolved) and not isinstance(resolved, type):
            self.problems += argument_types.problems(resolved, type(resolved))
        return value if self.problems else resolved

    async def _resolved(self, value: Any) -> Any:
        if is_later(value):
            return await self._known(value)
        if is_dataclass(value) and not isinstance(value, type):
            found = {each.name: (old := getattr(value, each.name), await self._resolved(old)) for each in fields(value)}
            changed = {name: new for name, (old, new) in found.items() if new is not old}
            return replace(value, **changed) if changed else value
        if isinstance(value, Mapping):
            return {key: await self._resolved(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)([await self._resolved(each) for each in value])
        return value

    async def _known(self, output: Any) -> Any:
        found = await output.future(with_unknowns=True)
        if not await output.is_known() or pulumi.output.contains_unknowns(found):
            return output
        if isinstance(found, str) and found and await output.is_secret():
            self._secrets.add(found)
        return found

    def without_secrets(self, problem: Problem) -> Problem:
        """The problem, showing none of the secrets that it may speak of."""
        parts = {name: getattr(problem, name) for name in ("what", "got", "allowed", "fix")}
        for secret in sorted(self._secrets, key=len, reverse=True):
            parts = {name: _hidden(text, secret) for name, text in parts.items()}
        return replace(problem, **parts)


def _hidden(text: str, secret: str) -> str:
    """A very short secret is hidden where it is the whole text only: it would be found in any word."""
    if len(secret) < _SHORT:
        return _HIDDEN if text == secret else text
    return text.replace(secret, _HIDDEN)
