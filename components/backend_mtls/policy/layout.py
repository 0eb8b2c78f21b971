"""How a document is laid out: its line ends, and how deep its blocks are indented. What is inserted follows it."""

import re
from collections.abc import Sequence

from backend_mtls.policy.scanner import Token

DEFAULT_INDENT = "    "
"""Of a document that shows none."""
_LINE_END = re.compile(r"\r\n|\r|\n")


def newline(document: str, position: int) -> str:
    """The line end nearest in front of an offset; without one the first of the document, or a line feed."""
    start = max(document.rfind("\n", 0, position), document.rfind("\r", 0, position))
    if start > 0 and document[start - 1 : start + 1] == "\r\n":
        start -= 1
    found = _LINE_END.match(document, start) if start >= 0 else _LINE_END.search(document)
    return found[0] if found else "\n"


def indent(document: str, token: Token) -> str:
    """The white space in front of a token, when nothing else stands before it on its line."""
    return _own_indent(document, token) or ""


def unit(document: str, tokens: Sequence[Token]) -> str:
    """What one level more is indented by: as the first element is that stands on a line of its own in another one."""
    around: list[str | None] = []
    """The indentation of every open element."""
    for each in tokens:
        if each.kind == "end":
            around.pop()
        elif each.is_tag:
            own = _own_indent(document, each)
            outer = around[-1] if around else None
            if own and outer is not None and own.startswith(outer) and own != outer:
                return own.removeprefix(outer)
            if each.kind == "start":
                around.append(own)
    return DEFAULT_INDENT


def _own_indent(document: str, token: Token) -> str | None:
    """None for a token that does not begin its line."""
    start = max(document.rfind("\n", 0, token.start), document.rfind("\r", 0, token.start)) + 1
    line = document[start : token.start].removeprefix("\ufeff")
    return None if line.strip(" \t") else line
