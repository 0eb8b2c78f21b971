"""The comments that mark what a binding owns in a document, and how it is taken out again.

    <!-- backend-mtls: begin -->                        what follows is ours, to `end`
    <!-- backend-mtls: begin replacing <inbound /> -->  the same; the empty element was opened for it
    <!-- backend-mtls: end -->
    <!-- backend-mtls: replaced <… /> -->               here stood an element of the user's

They count directly in `<inbound>` and directly in `<policies>`; anywhere else they are comments like any other. What
was replaced is kept as it was written, with `&` as `&amp;` and every second hyphen as `&#45;`, since no XML comment may
hold two of them.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.expression import SPACE
from backend_mtls.policy.outline import OWNED, tokens_of
from backend_mtls.policy.problems import problem
from backend_mtls.policy.scanner import ScanError, Token, scan

BEGIN = "<!-- backend-mtls: begin -->"
END = "<!-- backend-mtls: end -->"

_MARKER = re.compile(r" backend-mtls: (begin|end|begin replacing (<.*)|replaced (<.*)) ", re.DOTALL)
_UNPAIRED = "The comment that marks the binding has no counterpart"
_KEPT = {"&amp;": "&", "&#45;": "-"}


@dataclass(frozen=True, kw_only=True)
class Edit:
    """`document[start:end]` becomes `text`."""

    start: int
    """First offset."""
    end: int
    """Offset behind the last character."""
    text: str
    """What stands there instead."""


def apply(document: str, edits: list[Edit]) -> str:
    """The document with edits that do not overlap, in order."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        parts += document[position : edit.start], edit.text
        position = edit.end
    return "".join([*parts, document[position:]])


def begin_replacing(original: str) -> str:
    """The marker that opens an empty element."""
    return f"<!-- backend-mtls: begin replacing {_kept(original)} -->"


def replaced(original: str) -> str:
    """The marker that stands in place of an element."""
    return f"<!-- backend-mtls: replaced {_kept(original)} -->"


def without_markers(document: str) -> str:
    """The document as it was before anything was bound. Raises `PolicyDocumentError` when the markers were edited."""
    tokens = [each for each in tokens_of(document) if not each.is_blank]
    return apply(document, list(_removals(document, tokens)))


def _removals(document: str, tokens: list[Token]) -> Iterator[Edit]:
    begin: int | None = None
    section = ""
    for index, each in enumerate(tokens):
        if each.depth == 1 and each.is_tag:
            section = each.name
        inside = each.depth == 1 or (each.depth == 2 and section == "inbound")
        marker = _MARKER.fullmatch(each.name) if each.kind == "comment" and inside else None
        if begin is not None and marker and marker[1] == "end" and tokens[begin].depth == each.depth:
            yield _removal(document, tokens, begin, index)
            begin = None
        elif begin is not None:
            _check_inside(document, tokens[begin], each)
        elif marker and marker[1].startswith("begin"):
            begin = index
        elif marker and marker[1] == "end":
            raise _edited(document, each, _UNPAIRED)
        elif marker and each.depth == 2:
            yield Edit(start=each.start, end=each.end, text=_original(document, each, marker[3], OWNED))


def _removal(document: str, tokens: list[Token], begin: int, end: int) -> Edit:
    """Takes the lines between two markers out, and closes the element that was opened for them."""
    first, last = tokens[begin], tokens[end]
    before, after = tokens[begin - 1], tokens[end + 1]
    marker = _MARKER.fullmatch(first.name)
    if marker and marker[2] and before.kind == "start" and after.kind == "end" and before.depth == after.depth:
        return Edit(start=before.start, end=after.end, text=_original(document, first, marker[2], {before.name}))
    # the white space in front of it is ours: it was inserted directly behind a tag
    start = before.start + len(document[before.start : before.end].rstrip(SPACE))
    return Edit(start=start, end=last.end, text="")


def _check_inside(document: str, begin: Token, token: Token) -> None:
    """What somebody wrote between the markers would be lost."""
    if token.depth < begin.depth:
        raise _edited(document, begin, _UNPAIRED)
    if token.kind in {"start", "end", "empty"} and token.name in {"inbound", "base", *OWNED}:
        return
    raise _edited(document, token, "Something was written between the comments that mark the binding")


def _original(document: str, marker: Token, kept: str, names: Collection[str]) -> str:
    original = re.sub("&amp;|&#45;", lambda found: _KEPT[found[0]], kept)
    try:
        tokens = list(scan(original))
    except ScanError:
        tokens = []
    if not tokens or tokens[0].name not in names or tokens[-1].end != len(original):
        raise _edited(document, marker, "The comment that keeps what was replaced was edited")
    return original


def _kept(original: str) -> str:
    return original.replace("&", "&amp;").replace("--", "-&#45;")


def _edited(document: str, token: Token, what: str) -> PolicyDocumentError:
    return problem(
        document,
        token.start,
        what,
        allowed=f"{BEGIN} … {END} as they were written, with nothing else between them",
        fix="restore the comments, or remove them with what they mark and bind again",
    )
