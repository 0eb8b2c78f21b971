"""What a change means for calls, as one sentence and a level."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """From nothing to notice to calls that fail."""

    NONE = 0
    """Nothing changes."""
    SAFE = 1
    """Something changes, and no call is expected to notice."""
    CHANGE = 2
    """Calls work differently, as they are meant to."""
    RISK = 3
    """Calls may fail, depending on what is outside the stack."""
    DANGER = 4
    """Calls work, and are less protected than before."""
    OUTAGE = 5
    """Calls fail."""

    @property
    def word(self) -> str:
        """As reports name it."""
        return self.name.lower()

    @property
    def meaning(self) -> str:
        """What it says to a reader."""
        return _MEANINGS[self]


_MEANINGS = {
    Level.NONE: "Nothing changes",
    Level.SAFE: "Something changes, and no call is expected to notice",
    Level.CHANGE: "Calls work differently, as they are meant to",
    Level.RISK: "Calls may fail, depending on what is outside the stack or not known",
    Level.DANGER: "Calls work, and are less protected than before",
    Level.OUTAGE: "Calls fail",
}


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One consequence."""

    state: str
    """Id of the state in the table (`states.py`)."""
    level: Level
    """How much a reader has to care."""
    who: tuple[str, ...]
    """The APIs, products or operations that it is about; empty: the whole stack."""
    text: str
    """What happens, as a sentence without a full stop."""


def grouped(effects: list[Effect]) -> list[Effect]:
    """The same sentence about several APIs as one; the worst first, then by name, in the order given for each."""
    found: dict[tuple[Level, str, str], list[str]] = {}
    for each in effects:
        found.setdefault((each.level, each.state, each.text), []).extend(each.who)
    merged = [
        Effect(state=state, level=level, who=tuple(sorted(set(who))), text=text)
        for (level, state, text), who in found.items()
    ]
    return sorted(merged, key=lambda each: (-each.level, not each.who, each.who))
