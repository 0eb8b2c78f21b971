"""Policy expressions: where a C# expression `@(…)` or `@{…}` ends.

source: learn.microsoft.com/azure/api-management/api-management-policy-expressions: an attribute or a text is either a
literal or, as a whole, one expression, in C# 7; the C# specification, lexical structure, for what hides a bracket.
"""

import re

SPACE = " \t\r\n"
"""White space of XML. Python's own knows more."""

_CLOSES = {"(": ")", "{": "}"}
_LINE_ENDS = "\r\n\x85\u2028\u2029"
_PLAIN = re.compile(r"""[^(){}"'$@/]*""")
_COMMENT_ENDS = re.compile(f"(?=[{_LINE_ENDS}])|\\Z")


def starts(text: str) -> bool:
    """Whether a value is meant as an expression; white space may stand in front of it.

    Inferred: in public policies that are in use a line breaks there.
    """
    return text.lstrip(SPACE).startswith(("@(", "@{"))


def is_whole(text: str) -> bool:
    """Whether the text is one complete expression and nothing else but white space around it (inferred)."""
    return starts(text) and end(text, first(text)) == len(text.rstrip(SPACE))


def first(text: str) -> int:
    """Index of what is no white space."""
    return len(text) - len(text.lstrip(SPACE))


def end(text: str, start: int) -> int | None:
    """Index after the expression that starts at `start`, or None when it does not end."""
    return _Lexer(text, start + 1).end()


class _Lexer:
    """Walks through C#, character by character. A string that is interrupted by a hole waits on the stack."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.open: list[str] = []

    def end(self) -> int | None:
        """Index after the bracket that closes the first one."""
        while self.at < len(self.text):
            if not self._step():
                return None
            if not self.open:
                return self.at
        return None

    def _step(self) -> bool:
        if self.open and '"' in self.open[-1]:
            return self._string_continues(self.open[-1])
        plain = _PLAIN.match(self.text, self.at)
        self.at = plain.end() if plain else self.at
        here, two = self.text[self.at : self.at + 1], self.text[self.at : self.at + 2]
        if not here:
            return False
        if here in "({":
            self.open.append(here)
        elif here in ")}":
            if not self.open or _CLOSES[self.open.pop()] != here:
                return False
        elif two in {"//", "/*"}:
            return self._comment(two)
        elif here == "'":
            return self._string("'")
        elif here in '"$@':
            prefix = next((each for each in ('$@"', '@$"', '$"', '@"', '"') if self.text.startswith(each, self.at)), "")
            if prefix:
                self.at += len(prefix)
                self.open.append(prefix)
                return True
        self.at += 1
        return True

    def _comment(self, opening: str) -> bool:
        if opening == "//":
            found = _COMMENT_ENDS.search(self.text, self.at)
            self.at = found.start() if found else len(self.text)
            return True
        stop = self.text.find("*/", self.at + 2)
        self.at = stop + 2
        return stop >= 0

    def _string(self, quote: str) -> bool:
        """A character, which is at least one."""
        stop = self.at + 1
        while stop < len(self.text) and self.text[stop] not in quote + _LINE_ENDS:
            stop += 2 if self.text[stop] == "\\" and self.text[stop + 1 : stop + 2] not in {"\r", "\n"} else 1
        closed = stop > self.at + 1 and self.text.startswith(quote, stop)
        self.at = stop + 1
        return closed

    def _string_continues(self, prefix: str) -> bool:
        """One step in a string that began with this prefix."""
        verbatim, interpolated = "@" in prefix, "$" in prefix
        here, two = self.text[self.at], self.text[self.at : self.at + 2]
        if (verbatim and two == '""') or (interpolated and two in {"{{", "}}"}) or (not verbatim and here == "\\"):
            self.at += 2
            return two not in {"\\\n", "\\\r"}
        self.at += 1
        if here == '"':
            self.open.pop()
        elif interpolated and here == "{":
            self.open.append("{")
        elif (interpolated and here == "}") or (not verbatim and here in _LINE_ENDS):
            return False
        return True
