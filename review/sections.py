"""Sections of a text that has a longest length: each is shortened rather than dropped, and what is missing is counted.

A section is lines that always stay, and items in between, the worst first; an item may be a section again. What matters
most is given its room first, and what remains goes to the others in order.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the text."""

    what: str
    """What its items are, in the plural: as it is said how many are missing."""
    head: tuple[str, ...] = ()
    """Lines before the items."""
    items: "tuple[str | Section, ...]" = ()
    """What may be left out, from the end."""
    tail: tuple[str, ...] = ()
    """Lines behind the items, and behind what says how many are missing."""
    extra: int = 0
    """How many more there are, which are shown in no case."""
    least: int = 0
    """How many items are shown even if there is hardly any room."""
    more: str = "- … and {count} more {what}, on the page"
    """The line that says how many are missing."""
    blank: bool = False
    """Whether a blank line stands in front of that line."""


def fitted(sections: Sequence[Section], limit: int) -> tuple[list[str], Counter[str]]:
    """The lines of the sections in no more characters than `limit`, and how many of what are missing.

    Each has what it needs at least; of the room beyond that, a section takes at most half of what is left, so that
    the first, which matter most, are there in length and the last are there at all.
    """
    missing: Counter[str] = Counter()
    lines: list[str] = []
    left = limit - sum(_least(each) for each in sections)
    for index, each in enumerate(sections):
        others = sum(_whole(one) - _least(one) for one in sections[index + 1 :])
        room = _least(each) + max(left // 2, left - others, 0)
        shown, lost = _shortened(each, room)
        left -= _size(shown) - _least(each)
        lines += shown
        missing += lost
    return lines, missing


def _shortened(section: Section, room: int) -> tuple[list[str], Counter[str]]:
    missing: Counter[str] = Counter()
    lines = list(section.head)
    room -= _frame(section)
    shown = 0
    items = section.items
    kept = sum(_least_of(each) for each in items[: section.least])
    for index, each in enumerate(items):
        least = _least_of(each)
        kept -= least if index < section.least else 0
        if index >= section.least and least > room:
            break
        part, lost = _item(each, max(least, (room - kept) // (len(items) - index)))
        lines += part
        missing += lost
        room -= _size(part)
        shown += 1
    count = len(section.items) - shown + section.extra
    if count:
        missing[section.what] += count
        lines += [*([""] if section.blank else []), section.more.format(count=count, what=section.what)]
    return [*lines, *section.tail], missing


def _item(item: "str | Section", share: int) -> tuple[list[str], Counter[str]]:
    """An item, shortened to its share of the room."""
    if isinstance(item, str):
        return [item], Counter()
    return _shortened(item, share)


def _frame(section: Section) -> int:
    """Characters of what always stays, and of the line that says what is missing."""
    count = len(section.items) + section.extra
    more = section.more.format(count=count, what=section.what) if count else ""
    return _size([*section.head, *section.tail, more]) + section.blank


def _least_of(item: "str | Section") -> int:
    return _least(item) if isinstance(item, Section) else len(item) + 1


def _least(section: Section) -> int:
    return _frame(section) + sum(_least_of(each) for each in section.items[: section.least])


def _whole(section: Section) -> int:
    return _frame(section) + sum(_whole(each) if isinstance(each, Section) else len(each) + 1 for each in section.items)


def _size(lines: Sequence[str]) -> int:
    return sum(len(each) + 1 for each in lines)
