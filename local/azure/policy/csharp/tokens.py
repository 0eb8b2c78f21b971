"""Cuts an expression into tokens; comments and white space go."""

import re
from typing import NamedTuple

from local.azure.policy.csharp.failures import NotServedExpressionError

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\r\n]*|/\*.*?\*/)
    |(?P<number>\d+(?![\w.]))
    |(?P<verbatim>@"(?:[^"]|"")*")
    |(?P<string>"(?:[^"\\\r\n]|\\.)*")
    |(?P<char>'(?:[^'\\\r\n]|\\.)')
    |(?P<name>[^\W\d]\w*)
    |(?P<operator>\?\?|\?\.|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "0": "\0"}


class Token(NamedTuple):
    """One token; of a string or a character its value."""

    kind: str
    """number | string | char | name | operator | end"""
    text: str


def tokens(source: str) -> list[Token]:
    """Every token, and an `end` behind them."""
    found, at = [], 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise NotServedExpressionError(f"'{source[at : at + 20]}'")
        at = match.end()
        kind, text = match.lastgroup, match.group()
        if kind == "verbatim":
            found.append(Token("string", text[2:-1].replace('""', '"')))
        elif kind in {"string", "char"}:
            found.append(Token(kind, re.sub(r"\\(.)", _escaped, text[1:-1], flags=re.DOTALL)))
        elif kind != "space":
            found.append(Token(kind, text))
    return [*found, Token("end", "")]


def _escaped(found: re.Match[str]) -> str:
    if found[1] not in _ESCAPES:
        raise NotServedExpressionError(f"the escape '{found[0]}'")
    return _ESCAPES[found[1]]
