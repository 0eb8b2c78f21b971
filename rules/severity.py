"""How much a finding matters, and where."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Literal

Environment = Literal["development", "staging", "production"]


class Severity(IntEnum):
    """From a hint to something that must not be deployed."""

    LOW = 1
    """Worth knowing."""
    MEDIUM = 2
    """Will hurt one day."""
    HIGH = 3
    """Hurts, or is unsafe, now."""
    CRITICAL = 4
    """Calls fail, or anybody can read what they carry."""

    @property
    def word(self) -> str:
        """As settings and reports name it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Severity":
        """The severity that a word names. Raises `KeyError`."""
        return cls[word.upper()]


def by_environment(development: Severity, staging: Severity, production: Severity) -> Mapping[Environment, Severity]:
    """A severity for each environment."""
    return {"development": development, "staging": staging, "production": production}
