"""Finds the parts of a policy document without changing or understanding the rest.

A policy in `rawxml` is not XML: an attribute may hold `@(context.Headers["x"] < 1 && ok)` with its quotes, and a text
may be a multi-line `@{ … }`. So this module only knows where comments, CDATA sections, tags, texts and C# expressions
start and end, and gives their positions back; every byte stays where it is.

A value that reads as XML is read as XML. If it starts an expression that is not complete under that reading, it is raw
C#, and has to be the whole value. Whatever does not fit ends the reading: nothing is looked at more than twice, so the
work grows with the length of the document, hostile or not.
Source for the syntax: learn.microsoft.com/azure/api-management/api-management-policy-expressions, azure-docs#18475, and
REST 2024-05-01, PolicyContentFormat `rawxml`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from backend_mtls.policy import expression as policy_expression
from backend_mtls.policy.expression import SPACE, expression_end

Kind = Literal["start", "end", "empty", "comment", "text", "cdata", "declaration"]

_NAME = re.compile(r"[^\W\d][\w.:-]*+")
_ATTRIBUTE = re.compile(r"[ \t\r\n]++([^\W\d][\w.:-]*+)[ \t\r\n]*+=[ \t\r\n]*+([\"'])")
_TAG_END = re.compile(r"[ \t\r\n]*+(/?)>")
_END_TAG = re.compile(r"</([^\W\d][\w.:-]*+)[ \t\r\n]*+>")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_OPAQUE: dict[str, tuple[Kind, str]] = {
    "<!--": ("comment", "-->"),
    "<![CDATA[": ("cdata", "]]>"),
    "<?": ("declaration", "?>"),
}
_OTHER = ("!", "?", "/")
"""What stands behind a `<` that starts no tag."""


class ScanError(ValueError):
    """The document cannot be a policy document; `position` is the offset at which reading stopped."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Token:
    """A part of the document: `document[start:end]`."""

    kind: Kind
    """Start tag, end tag, `<empty />` element, comment, text, CDATA section, or `<?declaration?>`."""
    name: str
    """Element name; of everything else what it holds, references decoded."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset behind its last character."""
    depth: int
    """How many elements are open around it."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Of a tag, decoded; an expression as C#."""

    @property
    def is_tag(self) -> bool:
        """Whether an element starts here."""
        return self.kind in {"start", "empty"}

    @property
    def is_blank(self) -> bool:
        """Whether it is white space between elements."""
        return self.kind == "text" and not self.name.strip(SPACE)


def scan(document: str) -> Iterator[Token]:
    """Every part in order. Raises `ScanError` for unbalanced tags and for anything that never ends."""
    open_elements: list[str] = []
    has_root = False
    position = 1 if document.startswith("\ufeff") else 0
    while position < len(document):
        token = token_at(document, position, len(open_elements))
        if token.kind == "end":
            if not open_elements or open_elements.pop() != token.name:
                raise ScanError(f"</{token.name}> closes an element that is not open", position)
        elif token.is_tag:
            if not open_elements and has_root:
                raise ScanError("there is a second root element", position)
            has_root = True
            if token.kind == "start":
                open_elements.append(token.name)
        elif not open_elements and (token.kind == "cdata" or (token.kind == "text" and not token.is_blank)):
            raise ScanError("there is text outside the root element", position)
        yield token
        position = token.end
    if open_elements:
        raise ScanError(f"<{open_elements[-1]}> is never closed", len(document))


def attributes(document: str, tag: Token) -> Iterator[tuple[str, int, int, int]]:
    """(name, its offset, offset of the value, offset behind the value) of every attribute of a tag."""
    name = _NAME.match(document, tag.start + 1)
    position = name.end() if name else tag.end
    while tag.attributes and (attribute := _ATTRIBUTE.match(document, position)):
        position = _attribute_value(document, attribute.end(), attribute[2])[1]
        yield attribute[1], attribute.start(1), attribute.end(), position - 1


def decoded(text: str) -> str | None:
    """The text with its references decoded; None when it holds an `&` that starts none."""
    if "&" not in text:
        return text
    parts: list[str] = []
    position = 0
    while (found := text.find("&", position)) >= 0:
        reference = _REFERENCE.match(text, found)
        character = _character(reference) if reference else None
        if reference is None or character is None:
            return None
        parts += text[position:found], character
        position = reference.end()
    return "".join([*parts, text[position:]])


def _character(reference: re.Match[str]) -> str | None:
    name, decimal, hexadecimal = reference.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else None


def token_at(document: str, position: int, depth: int) -> Token:
    """The part that begins at an offset. Raises `ScanError` when none does."""
    if document[position] != "<":
        return _text(document, position, depth)
    if document[position + 1 : position + 2] not in _OTHER:
        return _tag(document, position, depth)
    for opener, (kind, closer) in _OPAQUE.items():
        if document.startswith(opener, position):
            start = position + len(opener)
            end = _find(document, closer, start)
            text = document[start:end]
            if kind == "comment" and (hyphens := f"{text}-".find("--")) >= 0:  # one may not end with a hyphen, either
                raise ScanError("a comment holds '--'", start + hyphens)
            return Token(kind, text, position, end + len(closer), depth)
    if document.startswith("<!", position):
        raise ScanError("a document type declaration is not allowed", position)
    if document.startswith("</", position):
        tag = _END_TAG.match(document, position)
        if not tag:
            raise ScanError("the end tag is malformed", position)
        return Token("end", tag[1], position, tag.end(), depth - 1)
    return _tag(document, position, depth)


def _tag(document: str, start: int, depth: int) -> Token:
    name = _NAME.match(document, start + 1)
    if not name:
        raise ScanError("'<' starts no tag", start)
    position = name.end()
    attributes: dict[str, str] = {}
    while attribute := _ATTRIBUTE.match(document, position):
        if attribute[1] in attributes:
            raise ScanError(f"the attribute '{attribute[1]}' is given twice", attribute.start(1))
        attributes[attribute[1]], position = _attribute_value(document, attribute.end(), attribute[2])
    end = _TAG_END.match(document, position)
    if not end:
        raise ScanError(f"the tag <{name[0]}> is malformed", position)
    return Token("empty" if end[1] else "start", name[0], start, end.end(), depth, attributes)


def _attribute_value(document: str, start: int, quote: str) -> tuple[str, int]:
    """The value that starts here, and the offset behind its closing quote."""
    end = _find(document, quote, start)
    text = document[start:end]
    value = None if "<" in text else decoded(text)
    if not policy_expression.starts(text):
        return text if value is None else value, end + 1
    if value is not None and policy_expression.is_whole(value):
        return value, end + 1
    end = _skip_space(document, _expression_end(document, start + policy_expression.first(text)))
    if not document.startswith(quote, end):
        raise ScanError("the policy expression is not the whole attribute", start)
    return document[start:end], end + 1


def _text(document: str, start: int, depth: int) -> Token:
    """Everything up to the next `<` that is not part of an expression."""
    end = _next_markup(document, start)
    text = document[start:end]
    value = decoded(text)
    first = text.lstrip(SPACE)
    if policy_expression.starts(first) and not (value is not None and policy_expression.is_whole(value.lstrip(SPACE))):
        stop = _expression_end(document, end - len(first))
        end = _next_markup(document, stop)
        if document[stop:end].strip(SPACE):
            raise ScanError("the policy expression is not the whole text", start + len(text) - len(first))
        value = document[start:end]
    return Token("text", text if value is None else value, start, end, depth)


def _expression_end(document: str, start: int) -> int:
    end = expression_end(document, start)
    if end is None:
        raise ScanError("the policy expression is never closed", start)
    return end


def _next_markup(document: str, position: int) -> int:
    found = document.find("<", position)
    return found if found >= 0 else len(document)


def _skip_space(document: str, position: int) -> int:
    while document.startswith(tuple(SPACE), position):
        position += 1
    return position


def _find(document: str, text: str, position: int) -> int:
    found = document.find(text, position)
    if found < 0:
        raise ScanError(f"'{text}' is missing", position)
    return found
