"""What was decided of calls so far, and the ways in which they got there."""

from collections.abc import Callable
from typing import NamedTuple

from rules.outcome import NOTHING, Choice, Literal, Way
from rules.paths import Path

_MOST_WAYS = 24
"""Ways to one state that are kept."""
_LONGEST_WAY = 100
"""Conditions on a way that are kept; a branch of each level of nesting that a document may have."""
MANY: Way = (Literal(f"one of more than {_MOST_WAYS} combinations of conditions", holds=True),)
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
"""State -> how calls got there."""


def add(states: States, state: State, paths: list[Path]) -> None:
    """Adds ways to a state; of too many of them no more is known than that there are some."""
    there = states.setdefault(state, [])
    there += [each for each in paths if each not in there]
    if len(there) > _MOST_WAYS or any(len(each.way) > _LONGEST_WAY for each in there):
        there[:] = [Path(MANY, len(MANY))]


def new(known: States, reached: States, stands_for: Callable[[Path, Path], bool]) -> States:
    """The paths for which no known path stands, and adds them to those: the outcome comes of more calls."""
    found = {}
    for state, paths in reached.items():
        there = known.get(state, [])
        new = [path for path in paths if not any(each.way == MANY or stands_for(each, path) for each in there)]
        if new:
            add(known, state, new)
            found[state] = new
    return found


def mapped(states: States, change: Callable[[State], State]) -> States:
    """The states after something that all of these calls meet."""
    result: States = {}
    for state, paths in states.items():
        add(result, change(state), paths)
    return result


def unknown(states: States, reason: str, index: int) -> States:
    """The states after something that nobody can read; `index` is the scope that it stands in."""
    choice = Choice("unknown", reason, "", index)
    return mapped(states, lambda state: state if state.ended else state._replace(presented=choice, routed=choice))
