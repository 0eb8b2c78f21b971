"""Policy expressions: where a C# expression `@(…)` or `@{…}` ends.

source: learn.microsoft.com/azure/api-management/api-management-policy-expressions: an attribute or a text is either a
literal or, as a whole, one expression.
"""

import re

_TOKEN = re.compile(
    r"""
      \$?@\$?"(?:[^"]|"")*"          # verbatim string
    | \$?"(?:[^"\\\n]|\\.)*"         # string
    | '(?:[^'\\\n]|\\.)+'            # character
    | //[^\n]* | /\*.*?\*/           # comments
    | [({] | [)}] | .
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSES = {"(": ")", "{": "}"}


def starts(text: str) -> bool:
    """Whether a value is meant as an expression."""
    return text.startswith(("@(", "@{"))


def is_whole(text: str) -> bool:
    """Whether the text is one complete expression and nothing else."""
    return starts(text) and end(text, 0) == len(text)


def end(text: str, start: int) -> int | None:
    """Index after the expression that starts at `start`, or None when it does not end."""
    open_brackets: list[str] = []
    for match in _TOKEN.finditer(text, start + 1):
        token = match.group()
        if token in _CLOSES:
            open_brackets.append(token)
        elif token in {")", "}"}:
            if not open_brackets or _CLOSES[open_brackets.pop()] != token:
                return None
            if not open_brackets:
                return match.end()
    return None
