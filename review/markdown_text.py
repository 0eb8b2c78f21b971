"""Text as Markdown that shows exactly it, and the blocks that a report is made of."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from review.sections import Section
from review.text import cut

_SPECIAL = re.compile(r"([\\`*_\[\]#|<>~&@$]|:(?=\S)|^[-+=]|^\d+(?=[.)])|(?<=\bwww)\.)")
_LINE_END = re.compile(r"\s*[\r\n]\s*")
_MOST_LINES = 1_000
"""Lines of one block of code: more are no comment."""
_Item = TypeVar("_Item")
_Shown = TypeVar("_Shown")
MOST = 2_000
"""Characters of one text, as it is written."""


def plain(text: str, most: int = MOST) -> str:
    """The text as Markdown that shows exactly it: no mark-up, no HTML, no link, no mention, one line.

    What is written with more than `most` characters is cut, and says so.
    """
    line = _LINE_END.sub(" ", text) if "\n" in text or "\r" in text else text
    written = _SPECIAL.sub(_code, line[: most + 1])
    if len(written) <= most:
        return written
    part = line[:most]
    while len(_SPECIAL.sub(_code, part)) > most:
        part = part[: len(part) * 3 // 4]
    return f"{_SPECIAL.sub(_code, part)}… ({len(text)} characters)"


def _code(found: re.Match[str]) -> str:
    return "".join(f"&#{ord(each)};" for each in found[1])


def names(found: Iterable[str], most: int = 30) -> str:
    """The names in a row; of many the first, and how many more there are."""
    every = list(found)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(plain(each, 200) for each in every[:most]) + more


def folded(title: str, section: Section) -> Section:
    """The section behind a title that opens it."""
    head = (f"<details><summary>{title}</summary>", "", *section.head)
    return replace(section, head=head, tail=(*section.tail, "", "</details>", ""))


def fenced(language: str, what: str, lines: Sequence[str], *, least: int = 0) -> Section:
    """A block of code that nothing in it can end: its fence is longer than any run of backticks inside."""
    kept = tuple(cut(_LINE_END.sub(" ", each)) for each in lines[:_MOST_LINES])
    longest = max((len(run) for line in kept for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return Section(
        what=what,
        head=(f"{fence}{language}",),
        items=kept,
        tail=(fence, ""),
        least=least,
        extra=len(lines) - len(kept),
        more="… and {count} more {what}, on the page",
    )


def shown(found: Sequence[_Item], most: int, render: Callable[[_Item], _Shown]) -> tuple[tuple[_Shown, ...], int]:
    """The first of them as they are shown, and how many more there are."""
    return tuple(render(each) for each in found[:most]), max(0, len(found) - most)


def listed(
    title: str, what: str, found: Sequence[_Item], render: Callable[[_Item], str], *, most: int, least: int = 0
) -> Iterator[Section]:
    """A list with a title; nothing when it is empty."""
    if found:
        items, extra = shown(found, most, render)
        yield Section(what=what, head=(f"### {title}", ""), items=items, tail=("",), extra=extra, least=least)


def table(
    what: str, head: str, found: Sequence[_Item], render: Callable[[_Item], str], *, most: int, least: int = 0
) -> Section:
    """A table; what is missing is said below it."""
    items, extra = shown(found, most, render)
    rule = f"|{'---|' * (head.count('|') - 1)}"
    return Section(what=what, head=(head, rule), items=items, tail=("",), extra=extra, least=least, blank=True)
