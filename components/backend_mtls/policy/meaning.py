"""Whether two policy documents are the same policy, although Azure returned one of them written anew.

Azure gives a document back as `xml` (expressions escaped) or `rawxml`, with CRLF and an indentation of its own. So what
only a writer of XML chooses does not count: byte order mark and declaration, white space between elements, line ends,
quotes and order of attributes, references (`&gt;`, `&#10;`) or CDATA, `<base />` or `<base></base>`, and whether an
expression is raw or escaped. Nor does the `id` that any policy may have and that says nothing (the portal writes
`apim-generated-policy`); the `id` of a setting, such as a key of `validate-jwt`, says something.

Everything else does: white space in attributes, in expressions and in text, that is, everywhere in an element that
holds text; the markup in a `set-body`, with all its white space; and comments, which Azure keeps, so that an edited one
is a change that its author wants deployed.
Source: REST 2024-05-01, PolicyContentFormat; Azure/apiops#14 for `&#xA;` in attributes.
"""

import re
from collections.abc import Iterator, Sequence

from backend_mtls.policy.outline import CONTAINERS, tokens_of
from backend_mtls.policy.scanner import Token

_LINE_END = re.compile(r"\r\n?")

_Part = tuple[str, str, tuple[tuple[str, str], ...]]
"""Kind, name or text, attributes."""


def same_meaning(a: str, b: str) -> bool:
    """Whether the two are the same policy. Raises `PolicyDocumentError` when one of them cannot be read."""
    return list(_parts(tokens_of(a))) == list(_parts(tokens_of(b)))


def _parts(tokens: Sequence[Token]) -> Iterator[_Part]:
    """The document without what does not count; texts that stand side by side are one."""
    texts: list[str] = []
    policies = _policies(tokens)
    for token in that_count(tokens):
        if token.kind in {"text", "cdata"}:
            texts.append(token.name)
            continue
        if text := _plain("".join(texts)):
            yield "text", text, ()
        texts.clear()
        if token.is_tag:
            said = {
                name: each for name, each in token.attributes.items() if name != "id" or token.start not in policies
            }
            yield "start", token.name, tuple(sorted((name, _plain(text)) for name, text in said.items()))
        if token.kind in {"end", "empty"}:
            yield "end", token.name, ()
        if token.kind == "comment":
            yield "comment", _plain(token.name), ()


def _policies(tokens: Sequence[Token]) -> set[int]:
    """The offsets of the elements that are policies, and not settings in one."""
    found: set[int] = set()
    setting: Token | None = None
    """The open policy in which no policy is."""
    for each in tokens:
        if setting is None and each.is_tag:
            found.add(each.start)
            if each.kind == "start" and each.depth > 1 and each.name not in CONTAINERS:
                setting = each
        elif setting is not None and each.kind == "end" and each.depth == setting.depth:
            setting = None
    return found


def that_count(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens in which two policies may differ: without declarations and the white space between elements."""
    texts = _elements_with_text(tokens)
    inside: int | None = None
    """Depth of the outermost open element in which white space counts."""
    for index, token in enumerate(tokens):
        if token.kind == "declaration" or (token.is_blank and inside is None):
            continue
        yield token
        if inside is None and token.kind == "start" and index in texts:
            inside = token.depth
        elif token.kind == "end" and token.depth == inside:
            inside = None


def _elements_with_text(tokens: Sequence[Token]) -> set[int]:
    """The start tags, by index, of the elements that hold text, and of every `set-body` with markup in it."""
    found: set[int] = set()
    open_ones: list[int] = []
    for index, token in enumerate(tokens):
        if token.is_tag and open_ones and tokens[open_ones[-1]].name == "set-body":
            found.add(open_ones[-1])
        if token.kind == "start":
            open_ones.append(index)
        elif token.kind == "end":
            open_ones.pop()
        elif open_ones and ((token.kind == "text" and not token.is_blank) or (token.kind == "cdata" and token.name)):
            found.add(open_ones[-1])
    return found


def _plain(text: str) -> str:
    return _LINE_END.sub("\n", text) if "\r" in text else text
