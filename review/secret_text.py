"""Where secrets stand in any text: a message, a URL, a body, a C# expression.

Found by what they are (a private key, a token, a long run of base64) or by the name in front of them (`name=value`,
`"name": "value"`, `<name>value</name>`). Every look goes on behind the one before: the work grows with the text.
"""

import re
from collections.abc import Iterator

from review.secret_names import is_word, names_secret

Span = tuple[int, int]
"""Offset of the first character, and behind the last one."""

_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}-----.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)", re.DOTALL)
_RUN = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}")
_TOKEN = re.compile(
    r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?|\bgh[pousr]_\w{20,}|\bAKIA[0-9A-Z]{16}\b|\bxox[a-z]-[\w-]{10,}"
    r"|\bsk_live_\w{10,}"
)
_SCHEME = re.compile(
    r"(?<![\w-])(?:Basic|Bearer|SharedAccessSignature|SharedKey)[ +]+([A-Za-z0-9+/=_.~&%:-]{8,})", re.IGNORECASE
)
_USER = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://([^\s/?#@<>\"'{}]{1,200})@", re.IGNORECASE)
_NAME = re.compile(r"[\w.-]+")
_FORM = re.compile(r"=([^&;\s\"'<>={}@(),][^&;\s\"'<>{}(),]*)")
_QUOTED = re.compile(
    r"\\*+[\"']?+[ \t]*+\]?+\)?+\s{0,9}+(?::|=>|===?|!=|=|,)\s{0,99}+"
    r"@?\$?\\*+([\"'])([^\"'\\]*+(?:\\[^\"'][^\"'\\]*+)*+)"
)
_ELEMENT = re.compile(r"[^<>\"]{0,200}+>\s*+(?:<!\[CDATA\[)?+([^<{@][^<]*+)")
_NAMED = re.compile(r"(?:name|key|id)\s*=\s*\\?[\"']([^\"'\\]{1,80})\\?[\"']", re.IGNORECASE)
_VALUE = re.compile(r"[^<>]{0,200}?\bvalue\s*=\s*\\?[\"']([^\"'\\]*)", re.IGNORECASE)
_TEXT = re.compile(r"[^<>]{0,200}>(?:\s*<value>)?\s*(?:<!\[CDATA\[)?([^<]*)", re.IGNORECASE)
NAMED_VALUE = re.compile(r"\{\{[^{}]*+\}\}")
"""`{{name}}`: what stands in a policy in place of a value that is kept elsewhere. It is a name, and no secret."""


def found(text: str) -> list[Span]:
    """Every secret in the text, in order; they do not overlap."""
    spans = [*_by_form(text), *_by_name(text), *(_named(text) if ">" in text else ())]
    return merged(spans) if spans else spans


def merged(spans: list[Span]) -> list[Span]:
    """In order, and those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _by_form(text: str) -> Iterator[Span]:
    if len(text) >= 200:
        yield from (each.span() for each in _RUN.finditer(text))
    if "-----BEGIN" in text:
        yield from (each.span() for each in _PEM.finditer(text))
    yield from (each.span() for each in _TOKEN.finditer(text))
    yield from (each.span(1) for each in _SCHEME.finditer(text))
    if "://" in text:
        yield from (each.span(1) for each in _USER.finditer(text))


def _by_name(text: str) -> Iterator[Span]:
    if not ("=" in text or ":" in text or "," in text or "<" in text):
        return
    behind = 0
    for name in _NAME.finditer(text):
        start, end = name.span()
        if start < behind:
            continue
        before = text[start - 1 : start]
        in_url = before in ("?", "&", ";")
        word = name[0].strip(".").rpartition(".")[2]
        if not names_secret(word, parameter=in_url or not before):
            continue
        value, group = _FORM.match(text, end), 1
        if not value and not in_url:
            value, group = _QUOTED.match(text, end), 2
        if not value and before in ("<", ":"):
            value, group = _ELEMENT.match(text, end), 1
        if value and not is_word(NAMED_VALUE.sub("", value[group])):
            yield value.span(group)
            behind = value.end(group)


def _named(text: str) -> Iterator[Span]:
    """The value of a header or a variable in markup that is text."""
    for each in _NAMED.finditer(text):
        if names_secret(each[1], parameter=True):
            for value in (_VALUE.match(text, each.end()), _TEXT.match(text, each.end())):
                if value and not is_word(NAMED_VALUE.sub("", value[1])):
                    yield value.span(1)
