"""What calls have got to on their way through a policy, and how."""

from collections.abc import Callable
from typing import NamedTuple

from rules.outcome import NOTHING, Choice, Literal, Way
from rules.paths import Path

_MOST_WAYS = 24
"""Ways to one state that are kept."""
_LONGEST_WAY = 100
"""Conditions on a way that are kept; a branch of each level of nesting that a document may have."""
_MANY: Way = (Literal(f"one of more than {_MOST_WAYS} combinations of conditions", holds=True),)
"""Stands for them: every call may come this way."""


class State(NamedTuple):
    """What was decided so far."""

    presented: Choice = NOTHING
    """What is presented."""
    routed: Choice = NOTHING
    """Where the call goes."""
    ended: str = ""
    """What ended it."""
    is_sent: bool = False
    """Whether a backend was called."""


States = dict[State, list[Path]]


def add(states: States, state: State, paths: list[Path]) -> None:
    """More ways to a state; too many, or too long ones, are summarised."""
    there = states.setdefault(state, [])
    there += [each for each in paths if each not in there]
    if len(there) > _MOST_WAYS or any(len(each.way) > _LONGEST_WAY for each in there):
        there[:] = [Path(_MANY, len(_MANY))]


def new_ones(known: States, reached: States, stands_for: Callable[[Path, Path], bool]) -> States:
    """The paths for which no known path stands, and adds them to those: the outcome comes of more calls."""
    found = {}
    for state, paths in reached.items():
        there = known.get(state, [])
        new = [path for path in paths if not any(each.way == _MANY or stands_for(each, path) for each in there)]
        if new:
            add(known, state, new)
            found[state] = new
    return found


def mapped(states: States, change: Callable[[State], State]) -> States:
    """Every state changed; the ways to those that become the same together."""
    result: States = {}
    for state, paths in states.items():
        add(result, change(state), paths)
    return result
