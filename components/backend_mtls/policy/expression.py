r"""Where a C# policy expression `@(…)` or `@{…}` ends.

Only what hides a bracket is known: strings (regular, verbatim, interpolated with their holes), characters, comments.
Each step goes on behind what it looked at, so the work grows with the length of the text. A literal or comment that is
never closed ends the search: the rest of the document would be inside it.
Source: learn.microsoft.com/azure/api-management/api-management-policy-expressions (C# 7), and C#'s lexical grammar.
"""

import re

SPACE = " \t\r\n"
"""White space of XML; Python's own knows more."""

_TOKEN = re.compile(
    r"""
      (?P<skipped>
          @"(?:[^"]|"")*+"                                     # verbatim string
        | "(?:[^"\\\r\n\x85\u2028\u2029]|\\[^\r\n])*+"         # string
        | '(?:[^'\\\r\n\x85\u2028\u2029]|\\[^\r\n])++'         # character
        | //[^\r\n\x85\u2028\u2029]*+
        | /\*(?:[^*]|\*(?!/))*+\*/
      )
    | (?P<interpolated>\$@?"|@\$")
    | (?P<open>[({])
    | (?P<close>[)}])
    | (?P<unclosed>@?"|'|/\*)
    """,
    re.VERBOSE,
)
_CLOSES = {"(": ")", "{": "}"}
_TEXT = {
    '$"': re.compile(r'(?:[^"\\{}\r\n\x85\u2028\u2029]|\\[^\r\n]|\{\{|\}\})*+'),
    '$@"': re.compile(r'(?:[^"{}]|""|\{\{|\}\})*+'),
    '@$"': re.compile(r'(?:[^"{}]|""|\{\{|\}\})*+'),
}
"""What an interpolated string may hold before its next hole or its end."""


_CONSTANTS = {"true": True, "false": False, "@(true)": True, "@(false)": False}


def starts(text: str) -> bool:
    """Whether a value is meant as an expression: white space in front of it does not count."""
    return text.lstrip(SPACE).startswith(("@(", "@{"))


def is_whole(text: str) -> bool:
    """Whether the text is one complete expression and nothing else, white space around it aside."""
    return starts(text) and expression_end(text, first(text)) == len(text.rstrip(SPACE))


def first(text: str) -> int:
    """The offset of what is no white space."""
    return len(text) - len(text.lstrip(SPACE))


def constant(condition: str) -> bool | None:
    """What a condition is for every call; None when that depends on the call."""
    return _CONSTANTS.get("".join(condition.split()).lower())


def expression_end(text: str, position: int) -> int | None:
    """The offset behind the expression that starts at `position`; None when it never ends."""
    position += 1
    open_ones: list[str] = []
    """What is open: brackets, and the interpolated strings in whose holes they stand."""
    while True:
        if open_ones and open_ones[-1] in _TEXT:
            skipped = _TEXT[open_ones[-1]].match(text, position)
            position = skipped.end() if skipped else position
            if text.startswith("{", position):
                open_ones.append("{")
            elif text.startswith('"', position):
                open_ones.pop()
            else:
                return None
            position += 1
            continue
        token = _TOKEN.search(text, position)
        if token is None or token.lastgroup == "unclosed":
            return None
        position = token.end()
        if token.lastgroup in {"open", "interpolated"}:
            open_ones.append(token[0])
        elif token.lastgroup == "close":
            if not open_ones or _CLOSES[open_ones.pop()] != token[0]:
                return None
            if not open_ones:
                return position
