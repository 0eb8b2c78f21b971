"""The stack that is judged, and what is said about the rules: by its configuration, or by that of the base branch."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules import settings_file, standing
from rules.judge import RULE_IDS
from rules.settings import Settings, SettingsError, read
from rules.standing import Identity, StandingError, Stood

SETTINGS = "REVIEW_SETTINGS"
"""Names the stack's file as it is on the base branch: a change is not judged by the settings that it brings along."""
STANDING = "REVIEW_STANDING"
"""Names what `python -m review.baseline` wrote: these findings stand already, and stop nothing."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack of one project."""

    project: str
    """Name of the project."""
    name: str
    """Name of the stack."""
    settings: Settings
    """What `<project>:review` says; the defaults where that is wrong."""
    standing: Mapping[Identity, Stood] = field(default_factory=dict)
    """What was found in the state before; empty when nobody said."""
    problem: str | None = None
    """What is wrong with any of it."""

    @classmethod
    def of(cls, request: Any) -> "Stack":
        """The stack of a `ConfigureStack` call."""
        key = f"{request.project}:review"
        try:
            settings, stood, problem = _settings(request, key), _standing(), None
        except SettingsError as error:
            settings, stood = read(None, stack=request.stack, rule_ids=RULE_IDS), {}
            problem = f"Configuration {key}:\n{error}"
        return cls(project=request.project, name=request.stack, settings=settings, standing=stood, problem=problem)


def _settings(request: Any, key: str) -> Settings:
    if key in request.config_secret_keys:
        raise SettingsError("review: got a secret, allowed: plain text, since reports show owners and reasons")
    own = read(request.config.get(key), stack=request.stack, rule_ids=RULE_IDS)
    base = os.environ.get(SETTINGS)
    if not base:
        return own
    stack = settings_file.stack_of(Path(base).name) or request.stack
    try:
        return read(settings_file.load(Path(base), request.project), stack=stack, rule_ids=RULE_IDS)
    except OSError as error:
        raise _unreadable(SETTINGS, error) from error


def _standing() -> Mapping[Identity, Stood]:
    file = os.environ.get(STANDING)
    try:
        return standing.load(Path(file).read_bytes().decode()) if file else {}
    except OSError as error:
        raise _unreadable(STANDING, error) from error
    except (StandingError, UnicodeDecodeError) as error:
        raise SettingsError(f"{STANDING}: {error}") from error


def _unreadable(variable: str, error: OSError) -> SettingsError:
    return SettingsError(f"{variable}: got a file that cannot be read ({error.strerror})")


UNNAMED = Stack(project="", name="", settings=read(None, stack="", rule_ids=RULE_IDS))
"""In place of a stack where a pack is only described, as for publishing."""
