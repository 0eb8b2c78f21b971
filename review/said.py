"""What one part of a report's effects yields: the id of a state (`states.py`), and what fills its holes."""

from collections.abc import Iterator
from typing import Any, NamedTuple


class Said(NamedTuple):
    """One state with its holes."""

    state: str
    """Its id."""
    holes: dict[str, Any]
    """Name of a hole -> what stands there."""


Found = Iterator[Said]


def said(state: str, **holes: object) -> Said:
    """A state with its holes."""
    return Said(state, holes)
