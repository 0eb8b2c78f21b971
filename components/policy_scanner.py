"""Finds the tags of a policy document without changing or understanding the rest.

A policy in `rawxml` is not XML: an attribute may hold `@(context.Headers["x"] < 1 && ok)` with its quotes, and a text
may be a multi-line `@{ … }`. So this module only knows where comments, CDATA sections, tags and C# expressions start
and end, and gives their positions back; every byte stays where it is.
Source for the syntax: learn.microsoft.com/azure/api-management/api-management-policy-expressions and azure-docs#18475.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["start", "end", "empty", "comment"]

_NAME = re.compile(r"[A-Za-z_][\w.:-]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE = re.compile(r"\s*([^\s=/>\"'<]+)\s*=\s*([\"'])")
_OPAQUE = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>", "<!": ">"}
_QUOTES = ('"', "&quot;")


class ScanError(ValueError):
    """The document cannot be a policy document; `position` is the offset at which reading stopped."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Token:
    """A tag or a comment: `document[start:end]`."""

    kind: Kind
    """Start tag, end tag, `<empty />` element, or comment."""
    name: str
    """Element name; for a comment its text."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset behind its last character."""
    depth: int
    """How many elements are open around it."""


def scan(document: str) -> Iterator[Token]:
    """Every tag and comment in order. Raises `ScanError` for unbalanced tags and for anything that never ends."""
    open_elements: list[str] = []
    position = 0
    while position < len(document):
        if document[position] != "<":
            position = _text_end(document, position)
            continue
        opener = next((each for each in _OPAQUE if document.startswith(each, position)), None)
        if opener:
            end = _find(document, _OPAQUE[opener], position + len(opener)) + len(_OPAQUE[opener])
            if opener == "<!--":
                yield Token("comment", document[position + 4 : end - 3], position, end, len(open_elements))
        elif document.startswith("</", position):
            end = _find(document, ">", position) + 1
            name = document[position + 2 : end - 1].strip()
            if not open_elements or open_elements.pop() != name:
                raise ScanError(f"</{name}> closes an element that is not open", position)
            yield Token("end", name, position, end, len(open_elements))
        else:
            name, end, empty = _tag(document, position)
            yield Token("empty" if empty else "start", name, position, end, len(open_elements))
            if not empty:
                open_elements.append(name)
        position = end
    if open_elements:
        raise ScanError(f"<{open_elements[-1]}> is never closed", len(document))


def expression_end(document: str, position: int) -> int | None:
    """The offset behind the C# expression `@(…)` or `@{…}` that starts at `position`; None when it never ends."""
    opener = document[position + 1]
    closer = {"(": ")", "{": "}"}[opener]
    depth = 0
    position += 1
    while position < len(document):
        literal = _literal_end(document, position)
        if literal is not None:
            position = literal
            continue
        depth += (document[position] == opener) - (document[position] == closer)
        position += 1
        if depth == 0:
            return position
    return None


def _literal_end(document: str, position: int) -> int | None:
    """The offset behind a C# string, character or comment that starts here; None when none does."""
    if document.startswith("//", position):
        end = document.find("\n", position)
        return end if end >= 0 else len(document)
    if document.startswith("/*", position):
        end = document.find("*/", position + 2)
        return end + 2 if end >= 0 else len(document)
    if document[position] == "'":
        match = re.compile(r"'(?:\\.[^'\n]*|[^'\\\n])'").match(document, position)
        return match.end() if match else None
    quote = next((each for each in _QUOTES if document.startswith(each, position)), None)
    if quote is None:
        return None
    verbatim = "@" in document[max(0, position - 2) : position].rpartition(" ")[2]
    return _string_end(document, position + len(quote), quote, verbatim=verbatim)


def _string_end(document: str, position: int, quote: str, *, verbatim: bool) -> int:
    while position < len(document):
        if document.startswith(quote, position):
            position += len(quote)
            if not (verbatim and document.startswith(quote, position)):
                return position
            position += len(quote)
        elif document[position] == "\\" and not verbatim:
            position += 1
            escaped = next((each for each in _QUOTES if document.startswith(each, position)), "x")
            position += len(escaped)
        else:
            position += 1
    return position


def _text_end(document: str, position: int) -> int:
    """The offset of the next `<` that is not part of an expression."""
    space = _SPACE.match(document, position)
    start = space.end() if space else position
    if document.startswith(("@(", "@{"), start):
        end = expression_end(document, start)
        if end is not None:
            return end
    following = document.find("<", position + 1)
    return following if following >= 0 else len(document)


def _tag(document: str, start: int) -> tuple[str, int, bool]:
    """Name, end and whether it is `<empty />`, of the tag that starts here."""
    name = _NAME.match(document, start + 1)
    if not name:
        raise ScanError("'<' starts no tag", start)
    position = name.end()
    while attribute := _ATTRIBUTE.match(document, position):
        position = _attribute_end(document, attribute.end(), attribute[2])
    space = _SPACE.match(document, position)
    position = space.end() if space else position
    if document.startswith("/>", position):
        return name[0], position + 2, True
    if document.startswith(">", position):
        return name[0], position + 1, False
    raise ScanError(f"the tag <{name[0]}> is malformed", position)


def _attribute_end(document: str, position: int, quote: str) -> int:
    """The offset behind the closing quote of an attribute whose value starts here."""
    if document.startswith(("@(", "@{"), position):
        end = expression_end(document, position)
        if end is not None and document[end:].lstrip().startswith(quote):
            return _find(document, quote, end) + 1
    return _find(document, quote, position) + 1


def _find(document: str, text: str, position: int) -> int:
    found = document.find(text, position)
    if found < 0:
        raise ScanError(f"'{text}' is missing", position)
    return found
