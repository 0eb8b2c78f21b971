"""The stack that is judged, and what its configuration says about the rules."""

from dataclasses import dataclass
from typing import Any

from rules.judge import RULE_IDS
from rules.settings import Settings, SettingsError, read


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack of one project."""

    project: str
    """Name of the project."""
    name: str
    """Name of the stack."""
    settings: Settings
    """What `<project>:review` says; the defaults where that is wrong."""
    problem: str | None = None
    """What is wrong with it."""

    @classmethod
    def of(cls, request: Any) -> "Stack":
        """The stack of a `ConfigureStack` call."""
        key = f"{request.project}:review"
        try:
            settings, problem = _settings(request, key), None
        except SettingsError as error:
            settings = read(None, stack=request.stack, rule_ids=RULE_IDS)
            problem = f"Configuration {key}:\n{error}"
        return cls(project=request.project, name=request.stack, settings=settings, problem=problem)


def _settings(request: Any, key: str) -> Settings:
    if key in request.config_secret_keys:
        raise SettingsError("review: got a secret, allowed: plain text, since reports show owners and reasons")
    return read(request.config.get(key), stack=request.stack, rule_ids=RULE_IDS)


UNNAMED = Stack(project="", name="", settings=read(None, stack="", rule_ids=RULE_IDS))
"""In place of a stack where a pack is only described, as for publishing."""
