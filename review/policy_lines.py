"""The lines of a policy document, each with what counts in it.

What counts is what makes two documents two policies (backend_mtls.policy.meaning): names, attributes, texts, comments,
each at its place. Two documents with the same of it in the same order mean the same, so a line without any can be left
out, and a difference that is none of meaning can be told from one that is.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backend_mtls.policy.meaning import that_count
from backend_mtls.policy.scanner import Token, attributes, decoded

from review.policy_tokens import tokens_of

_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST_PIECES = 100_000
"""Of a line with more, nobody reads the parts."""
_JOINED = ("text", "value", "note")
"""What goes on in the next line as the same thing."""

Part = tuple[str, str]
"""What it is, and its name or text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a part of a long one: `document[start:end]`."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset behind its last one, the line end not included."""
    parts: tuple[Part, ...]
    """What counts in it."""
    is_whole: bool = True
    """Whether it begins where a line does."""


@dataclass(frozen=True)
class Lines:
    """A document by its lines."""

    document: str
    """Its text."""
    lines: list[Line]
    """Those in which something counts."""
    is_readable: bool
    """Whether it could be read; in one that could not, everything counts."""
    offsets: Sequence[int]
    """Where each thing that counts begins."""
    parts: Sequence[Part]
    """All of it, in order."""


def lines_of(document: str) -> Lines:
    """The document by its lines."""
    tokens = tokens_of(document)
    if tokens is None:
        return raw_lines_of(document)
    placed = list(_placed(document, tokens))
    return _lines(document, [place for place, _ in placed], [part for _, part in placed], is_readable=True)


def raw_lines_of(document: str) -> Lines:
    """The document by its lines, each as it is written."""
    found = [(start, ("raw", document[start:end])) for start, end in _ranges(document)]
    return _lines(document, [place for place, _ in found], [part for _, part in found], is_readable=False)


def pieces(lines: Lines, line: Line) -> list[Line]:
    """A line in parts that each begin with an element or a comment; the tags that end elements stay with them."""
    if lines.is_readable:
        places = lines.offsets[bisect_left(lines.offsets, line.start) : bisect_left(lines.offsets, line.end)]
        starts = [each for each in dict.fromkeys(places) if lines.document[each] == "<"]
    else:
        starts = [each.start() for each in re.compile("<").finditer(lines.document, line.start, line.end)]
    first = len(lines.document[line.start : line.end]) - len(lines.document[line.start : line.end].lstrip(" \t"))
    starts = [each for each in starts if each > line.start + first and not lines.document.startswith("</", each)]
    cuts = [line.start, *(starts if len(starts) <= _MOST_PIECES else ()), line.end]
    ranges = pairwise(cuts)
    return [Line(start, end, _parts(lines, start, end), start == line.start) for start, end in ranges]


def _parts(lines: Lines, start: int, end: int) -> tuple[Part, ...]:
    if not lines.is_readable:
        return (("raw", lines.document[start:end]),)
    return tuple(lines.parts[bisect_left(lines.offsets, start) : bisect_left(lines.offsets, end)])


def joined(parts: Iterable[Part]) -> list[Part]:
    """What counts, wherever the lines end: texts that go on are one."""
    found: list[Part] = []
    for kind, text in parts:
        if found and kind in _JOINED and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + text)
        else:
            found.append((kind, text))
    return found


def _lines(document: str, offsets: list[int], parts: list[Part], *, is_readable: bool) -> Lines:
    lines = Lines(document=document, lines=[], is_readable=is_readable, offsets=offsets, parts=parts)
    first = 0
    for start, end in _ranges(document):
        last = first
        while last < len(offsets) and offsets[last] <= end:
            last += 1
        if last > first:
            lines.lines.append(Line(start, end, tuple(parts[first:last])))
        first = last
    return lines


def _ranges(document: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """(start, end) of every line; what ends with a line end has no further line."""
    stop = len(document) if end is None else end
    position = start
    for each in _LINE_END.finditer(document, start, stop):
        yield position, each.start()
        position = each.end()
    if position < stop:
        yield position, stop


def _placed(document: str, tokens: Sequence[Token]) -> Iterator[tuple[int, Part]]:
    for token in that_count(tokens):
        kind = token.kind
        if kind == "text":
            yield from _text(document, token.start, token.end, token.name, "text")
        elif kind == "cdata":
            yield from _text(document, token.start + 9, token.end - 3, token.name, "text")
        elif kind == "comment":
            yield token.start, ("comment", "")
            yield from _text(document, token.start + 4, token.end - 3, token.name, "note")
        elif kind == "end":
            yield token.start, ("end", token.name)
        else:
            yield token.start, ("start", token.name)
            for name, place, start, end in attributes(document, token) if token.attributes else ():
                yield place, ("attribute", name)
                yield from _text(document, start, end, token.attributes[name], "value")
            if kind == "empty":
                yield token.end - 1, ("end", token.name)


def _text(document: str, start: int, end: int, value: str, kind: str) -> Iterator[tuple[int, Part]]:
    """A text line by line, decoded if that is how it is read; a line end is a line feed, and of the line it ends."""
    if not value:
        return
    is_raw = document[start:end] == value
    for first, last in _ranges(document, start, end):
        line = document[first:last]
        shown = line if is_raw else decoded(line)
        yield first, (kind, (line if shown is None else shown) + ("\n" if last < end else ""))
