"""Everything that a report says of calls, of findings, and of itself: one table, from which docs/report.md is made.

An effect is one of these states with its holes filled in. A state is added here, and nowhere else are words made up.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from review.effect import Effect, Level
from review.text import clean
from review.wordings import CALLS, FINDINGS, HEADLINES


@dataclass(frozen=True, kw_only=True)
class State:
    """One thing that a report may say."""

    id: str
    """Stable: tools read it in the JSON."""
    level: Level
    """How much a reader has to care."""
    text: str
    """A sentence without a full stop; `{…}` is filled in."""
    when: str
    """When it is said."""


STATES = {name: State(id=name, level=Level[level.upper()], text=text, when=when) for name, level, text, when in CALLS}
"""What a change does to calls, by id."""


def effect(name: str, /, *who: str, condition: str = "", others: bool = False, **holes: object) -> Effect:
    """The effect of this name on these APIs, products or operations; on nobody: on the whole stack.

    `condition` says which calls it is about, left out: all; `others` that nothing happens to the rest of them.
    """
    state = STATES[name]
    some = f"calls where {condition}: " if condition else ""
    text = f"{some}{state.text.format(**holes)}{'; all others as before' if others else ''}"
    return Effect(state=name, level=state.level, who=tuple(clean(each) for each in who), text=clean(text))


def headline(status: str, **holes: object) -> str:
    """The headline for a status, before what happens to calls."""
    return HEADLINES[status][0].format(**holes)


def page() -> str:
    """docs/report.md."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# What a report says"
    yield ""
    yield "Made by `python -m review.states > docs/report.md`; a test fails when it is stale. `{…}` is filled in."
    yield ""
    yield "## Levels"
    yield ""
    yield "| Level | Meaning |"
    yield "|---|---|"
    yield from (f"| {each.word} | {each.meaning} |" for each in sorted(Level, reverse=True))
    yield ""
    yield "## Headlines"
    yield ""
    yield "| Status | Headline | When |"
    yield "|---|---|---|"
    yield from (f"| {status} | {text} | {when} |" for status, (text, when) in HEADLINES.items())
    yield ""
    yield "Behind it stands the worst effect."
    yield ""
    yield "## What happens to calls"
    yield ""
    yield "Where a policy has branches, an effect begins with `calls where …:`, and ends with `; all others as before`"
    yield "where that is so."
    yield ""
    yield "| State | Level | Text | When |"
    yield "|---|---|---|---|"
    yield from (f"| `{each.id}` | {each.level.word} | {each.text} | {each.when} |" for each in STATES.values())
    yield ""
    yield "## Findings"
    yield ""
    yield "| State | Shown as | When |"
    yield "|---|---|---|"
    yield from (f"| {state} | {shown} | {when} |" for state, (shown, when) in FINDINGS.items())


if __name__ == "__main__":
    sys.stdout.write(page())
