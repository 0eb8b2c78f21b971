"""Gives a policy document back as Azure does: CRLF, two-space indent, one style of quotes.

source: REST 2024-05-01 `?format=xml|rawxml` and what users see as whole-policy diffs
(terraform-provider-azurerm#29521). That text inside an element switches indentation off for that element is how .NET's
XmlWriter works: inferred. Line feeds in attributes of `xml` are references: Azure/apiops#14; that tabs and carriage
returns are, too: .NET's XmlWriter, NewLineHandling.
"""

from typing import Literal

from local.azure.policy import expressions
from local.azure.policy.parser import Node, nodes
from local.azure.policy.tokens import PolicySyntaxError, Scanner, Token

Format = Literal["xml", "rawxml"]


def serialise(document: str, format: Format) -> str:  # noqa: A002  the REST parameter's name
    """The document re-written; raises PolicySyntaxError when it cannot be read."""
    lines = [_render(item, format, "") for item in nodes(document)]
    return "\n".join(lines).replace("\n", "\r\n")


def _render(item: Node | Token, form: Format, indent: str) -> str:
    if isinstance(item, Token):
        return indent + _verbatim(item, form)
    tag = _opening(item.tag, form)
    if item.is_literal:
        return f"{indent}<{tag}>{item.source}</{item.tag.value}>"
    if item.text:
        return f"{indent}{_inline(item, form)}"
    inside = [_render(child, form, indent + "  ") for child in item.content if not _is_space(child)]
    if not inside:
        return f"{indent}<{tag} />"
    return "\n".join([f"{indent}<{tag}>", *inside, f"{indent}</{item.tag.value}>"])


def _inline(item: Node | Token, form: Format) -> str:
    if isinstance(item, Token):
        return _verbatim(item, form)
    content = item.source if item.is_literal else "".join(_inline(child, form) for child in item.content)
    tag = _opening(item.tag, form)
    return f"<{tag}>{content}</{item.tag.value}>" if content else f"<{tag} />"


def _verbatim(token: Token, form: Format) -> str:
    if token.kind == "comment":
        return f"<!--{token.value}-->"
    if token.kind == "cdata":
        return f"<![CDATA[{token.value}]]>"
    return _written(token.value, form, quote="")


def _opening(tag: Token, form: Format) -> str:
    attributes = (f'{name}="{_written(value, form, quote=chr(34))}"' for name, value in tag.attributes.items())
    return " ".join([tag.value, *attributes])


def _written(value: str, form: Format, quote: str) -> str:
    """The value so that it reads back as itself: raw C# only in `rawxml`, and only where that is unambiguous."""
    if form == "rawxml" and expressions.is_whole(value.lstrip(expressions.SPACE)) and _reads_back(value, value, quote):
        return value
    escaped = value.replace("&", "&amp;").replace("<", "&lt;")
    if form == "xml":
        escaped = escaped.replace(">", "&gt;")
    escaped = escaped.replace("\r", "&#xD;")
    if quote:
        escaped = escaped.replace(quote, "&quot;")
    if quote and form == "xml":
        escaped = escaped.replace("\n", "&#xA;").replace("\t", "&#x9;")
    return escaped if _reads_back(escaped, value, quote) else escaped.replace("@", "&#64;", 1)


def _reads_back(written: str, value: str, quote: str) -> bool:
    document = f"<a b={quote}{written}{quote}/>" if quote else f"<a>{written}</a>"
    try:
        tokens = list(Scanner(document).tokens())
    except PolicySyntaxError:
        return False
    if quote:
        return len(tokens) == 1 and tokens[0].attributes == {"b": value}
    return [token.value for token in tokens] == ["a", value, "a"]


def _is_space(item: Node | Token) -> bool:
    return isinstance(item, Token) and item.kind in {"text", "cdata"}
