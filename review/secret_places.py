"""Where secrets stand in a policy document: by the element, the attribute and the header that they are the value of.

A value that is an expression or a `{{named value}}` is none; of an expression in a secret's place, its texts are. What
reads the document is the policies' own scanner, so nothing that only looks like an attribute is taken for one. Where it
cannot read on, it begins again at the next tag, and of what lies between whatever is the value of something is hidden.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend_mtls.policy import expression
from backend_mtls.policy.scanner import ScanError, Token, attributes, decoded, token_at

from review import secret_text
from review.policy_tokens import tokens_of
from review.secret_names import is_word, names_secret
from review.secret_text import NAMED_VALUE, Span

_ATTRIBUTES = {("authentication-certificate", "body")}
"""(element, attribute) that holds a secret, and whose name does not say so."""
_KEY_RINGS = {"issuer-signing-keys", "decryption-keys"}
"""What `<key>` stands in."""
_NAMES = ("name", "key", "id", "Name", "Key")
"""Attributes that name what an element's value, or its text, is of."""
_VALUES = {"value", "default-value", "Value"}
"""Attributes that hold what another one names."""
_DEEPEST = 2
"""Markup in a text in a text: what lies deeper is looked at as text."""
_TRIES = 15
"""How often reading begins again behind what cannot be read: each time may look at all that follows."""
_FAR = 100
"""How many elements may be open between a tag and its end."""
_SCHEME = re.compile(r"\s*(?:Basic|Bearer|SharedAccessSignature|SharedKey|Digest|ApiKey|Token|Key)\s+", re.IGNORECASE)
_STRING = re.compile(r"@\"((?:[^\"]|\"\")*+)\"|\"((?:[^\"\\\r\n]|\\.)*+)\"")
_LOOKED_UP = re.compile(
    r"\[\s*\$?@?$|(?:GetValueOrDefault|ContainsKey|GetClaimValue\w*|TryGetValue)(?:<[^()]*>)?\(\s*$"
)
_COMPARED = re.compile(r"(?:[=!]=|\bEquals\(|\bCompare\w*\(|,)\s*$")
_URL = re.compile(r"\s*https?://", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_LOOSE = re.compile(
    r"<\s*+/?([\w:.-]*+)|([\w:.-]++)\s*+=\s*+(?:\"([^\"]*+)\"?+|'([^']*+)'?+)|>\s*+(?:<!\[CDATA\[)?+([^<]*+)"
)
"""In what cannot be read: the name of a tag; an attribute and its value; a text behind a tag."""


@dataclass(slots=True)
class _Open:
    """An element whose end is to come."""

    name: str
    is_secret: bool
    """Whether its text is."""


def spans(document: str) -> list[Span]:
    """Every secret in the document, in order, without overlaps."""
    if "<" not in document:
        return secret_text.found(document)
    tokens = tokens_of(document)
    return secret_text.merged(list(_of_markup(document, 0) if tokens is None else _of_tokens(document, tokens, 0)))


def _of_markup(text: str, layer: int) -> Iterator[Span]:
    """The secrets in a document, or in markup that is a text: a body, or what is commented out."""
    tokens: list[Token] = []
    unread: list[Span] = []
    position, tries = 1 if text.startswith("\ufeff") else 0, _TRIES
    while position < len(text):
        try:
            token = token_at(text, position, 0)
            tokens.append(token)
            position = token.end
        except ScanError:
            tries -= 1
            behind = text.find("<", position + 1) if tries and layer <= _DEEPEST else -1
            unread.append((position, len(text) if behind < 0 else behind))
            position = unread[-1][1]
    yield from _of_tokens(text, tokens, layer)
    for start, end in unread:
        yield from _loose(text, start, end)


def _loose(document: str, start: int, end: int) -> Iterator[Span]:
    """The same in what cannot be read, where more is hidden: whatever is a value, or stands under a secret's name."""
    rest = document[start:end]
    yield from ((start + first, start + last) for first, last in secret_text.found(rest))
    hides = False
    for each in _LOOSE.finditer(rest):
        group = each.lastindex or 0
        if group == 1:
            hides = each[1] in ("value", "key") or (hides and not each[1]) or names_secret(each[1].rpartition(":")[2])
            continue
        if group in (3, 4):
            own = each[2] in _VALUES or names_secret(each[2])
            hides = hides or (each[2] in _NAMES and names_secret(each[group], parameter=True))
            if not own and not (hides and each[2] not in _NAMES):
                continue
        if (hides or group < 5) and not (_URL.match(each[group]) or is_word(NAMED_VALUE.sub("", each[group]))):
            yield start + each.start(group), start + each.end(group)


def _of_tokens(document: str, tokens: Sequence[Token], layer: int) -> Iterator[Span]:
    open_ones: list[_Open] = []
    for token in tokens:
        kind = token.kind
        if kind == "text":
            if not token.is_blank:
                secret = bool(open_ones) and open_ones[-1].is_secret
                yield from _of_value(document, token.start, token.end, layer, secret=secret)
            continue
        if kind == "start":
            open_ones.append(_Open(token.name, _holds_secret(token, open_ones)))
        if kind in ("start", "empty"):
            if token.attributes:
                yield from _of_tag(document, token, layer)
        elif kind == "end":
            _close(open_ones, token.name)
        elif kind == "cdata":
            secret = bool(open_ones) and open_ones[-1].is_secret
            yield from _of_value(document, token.start + 9, token.end - 3, layer, secret=secret, is_raw=True)
        elif kind == "comment":
            yield from _of_comment(document, token, layer)


def _close(open_ones: list[_Open], name: str) -> None:
    """Closes the element of this name, and those in it; in markup that is not whole there may be none."""
    if open_ones and open_ones[-1].name == name:
        open_ones.pop()
    elif any(each.name == name for each in open_ones[-_FAR:]):
        while open_ones.pop().name != name:
            pass


def _holds_secret(token: Token, around: Sequence[_Open]) -> bool:
    if token.name == "key" and any(each.name in _KEY_RINGS for each in around[-_FAR:]):
        return True
    if token.name == "value" and around and around[-1].is_secret:
        return True
    return names_secret(token.name.rpartition(":")[2]) or _is_named_secret(token)


def _is_named_secret(token: Token) -> bool:
    if not token.attributes:
        return False
    named = (token.attributes.get(each) for each in _NAMES)
    is_parameter = token.name in ("set-header", "check-header", "set-query-parameter")
    return any(each is not None and names_secret(each, parameter=is_parameter) for each in named)


def _of_tag(document: str, token: Token, layer: int) -> Iterator[Span]:
    named = _is_named_secret(token)
    for name, _, start, end in attributes(document, token):
        own = names_secret(name) or (token.name, name) in _ATTRIBUTES
        yield from _of_value(document, start, end, layer, secret=own or (named and name in _VALUES))


def _of_comment(document: str, token: Token, layer: int) -> Iterator[Span]:
    """An element that is commented out keeps its secrets."""
    start, end = token.start + 4, token.end - 3
    inner = document[start:end]
    yield from ((start + first, start + last) for first, last in secret_text.found(inner))
    if "<" not in inner:
        return
    found = _of_markup(f"<x>{inner}</x>", layer + 1)
    yield from ((max(0, first - 3) + start, min(last - 3, len(inner)) + start) for first, last in found)


def _of_value(document: str, start: int, end: int, layer: int, *, secret: bool, is_raw: bool = False) -> Iterator[Span]:
    """The secrets in an attribute's value, or in a text."""
    text, places = (document[start:end], None) if is_raw else _plain(document[start:end])
    if expression.starts(text.lstrip()):
        markup = _of_markup(text[text.find("<") :], layer + 1) if "<" in text else ()
        shift = text.find("<")
        found = [*_of_expression(text, secret=secret), *secret_text.found(text)]
        found += [(one + shift, other + shift) for one, other in markup]
    elif secret and not _URL.match(text):
        found = list(_of_literal(text))
    else:
        found = [*secret_text.found(text), *(_of_markup(text, layer + 1) if "<" in text else ())]
    for one, other in found:
        yield (start + one, start + other) if places is None else (start + places[one], start + places[other])


def _of_literal(text: str) -> Iterator[Span]:
    """What stands between the named values of a secret; the word that says how it is sent is none."""
    scheme = _SCHEME.match(text)
    position = scheme.end() if scheme else 0
    for stop, following in [*(each.span() for each in NAMED_VALUE.finditer(text)), (len(text), len(text))]:
        piece = text[position:stop] if stop > position else ""
        if not is_word(piece):
            start = position + len(piece) - len(piece.lstrip())
            yield start, start + len(piece.strip())
        position = max(position, following)


def _of_expression(text: str, *, secret: bool) -> Iterator[Span]:
    """The texts in C#: all but the names that are looked up, where a secret is made; those compared to a secret."""
    strings = list(_STRING.finditer(text))
    about_secret = any(names_secret(each[1] or each[2] or "", parameter=True) for each in strings)
    for each in strings:
        group = 1 if each[1] is not None else 2
        value, before = each[group], text[max(0, each.start() - 60) : each.start()]
        if is_word(_SCHEME.sub("", NAMED_VALUE.sub("", value) + " ")) or _LOOKED_UP.search(before):
            continue
        if secret or (about_secret and _is_compared(text, each)):
            yield each.span(group)
        else:
            yield from ((each.start(group) + a, each.start(group) + b) for a, b in secret_text.found(value))


def _is_compared(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 30) : found.start()]
    compared = _COMPARED.search(before)
    if compared and not compared[0].startswith(","):
        return True
    return bool(re.match(r"\s*[=!]=", text[found.end() : found.end() + 20]))


def _plain(raw: str) -> tuple[str, list[int] | None]:
    """The text with its references decoded, and where each character stood; None: where it stands."""
    if "&" not in raw:
        return raw, None
    parts: list[str] = []
    places: list[int] = []
    position = 0
    for each in _REFERENCE.finditer(raw):
        character = decoded(each[0])
        if character is None:
            continue
        parts += raw[position : each.start()], character
        places += [*range(position, each.start()), each.start()]
        position = each.end()
    return "".join([*parts, raw[position:]]), [*places, *range(position, len(raw) + 1)]
