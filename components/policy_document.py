"""Binds a client certificate and a backend into a policy document that belongs to the user.

Two elements are ours, in `<inbound>`, between two comments that mark them:

    <!-- backend-mtls: begin -->
    <set-backend-service backend-id="orders" />
    <authentication-certificate certificate-id="orders" />
    <!-- backend-mtls: end -->

They stand behind the first `<base />` of the section (so that what an outer scope sets is overridden), or first in it.
Every other byte of the document stays as it is, `bind` twice is `bind` once, and `unbind(bind(d))` is `d`.

Rule for elements that are already there: an unconditional `authentication-certificate`, or, when a backend is bound,
`set-backend-service` directly in `<inbound>` is refused, since two of them would contradict each other; inside `choose`
or `retry` they stay, and override what is bound here for the calls that reach them.
Source: learn.microsoft.com/azure/api-management/authentication-certificate-policy and set-backend-service-policy.
"""

import re
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from components.errors import PolicyDocumentError, Problem
from components.policy_scanner import ScanError, Token, scan

DEFAULT = """<policies>
    <inbound>
        <base />
    </inbound>
    <backend>
        <base />
    </backend>
    <outbound>
        <base />
    </outbound>
    <on-error>
        <base />
    </on-error>
</policies>
"""
"""What an API's policy is when nobody wrote one: every section inherits."""

_BEGIN = " backend-mtls: begin"
_END = " backend-mtls: end "
_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")


@dataclass(frozen=True, kw_only=True)
class CertificateReference:
    """How a policy names a certificate: by exactly one of the two."""

    thumbprint: str | None = None
    """SHA-1 of the DER, 40 hex digits. APIM refuses it for Key Vault certificates (azure-docs#71385)."""
    certificate_id: str | None = None
    """Id of the certificate on the API Management service, 1-80 characters."""

    def __post_init__(self) -> None:
        if (self.thumbprint is None) == (self.certificate_id is None):
            raise ValueError("CertificateReference takes exactly one of thumbprint and certificate_id")
        if self.thumbprint is not None and not _THUMBPRINT.fullmatch(self.thumbprint):
            raise ValueError(f"CertificateReference.thumbprint: got {self.thumbprint!r}, allowed: 40 hex digits")

    @property
    def element(self) -> str:
        """The policy element that presents it."""
        if self.certificate_id is not None:
            return f"<authentication-certificate certificate-id={quoteattr(self.certificate_id)} />"
        return f'<authentication-certificate thumbprint="{self.thumbprint}" />'


def bind(
    document: str, *, certificate: CertificateReference, backend_id: str | None = None, existing: str = "refuse"
) -> str:
    """The document with the certificate (and the backend) bound; replaces what an earlier `bind` inserted.

    Without `backend_id` the calls go where the document sends them. Raises `PolicyDocumentError` when the document has
    no `<policies>` root, is unbalanced, or holds an element that contradicts the binding.
    """
    document = unbind(document)
    tokens = _tokens(document)
    root = tokens[0]
    elements = [f"<set-backend-service backend-id={quoteattr(backend_id)} />"] if backend_id is not None else []
    elements.append(certificate.element)
    inbound = next((each for each in tokens if each.depth == 1 and each.name == "inbound" and each.kind != "end"), None)
    _refuse_contradictions(document, tokens, inbound, routed=backend_id is not None)
    if root.kind == "empty":
        body = ["<inbound>", *_indented(elements), "</inbound>"]
        return _expand(document, root, body)
    if inbound is None:
        indent = _indent(document, root) + "    "
        lines = [f"<!--{_BEGIN} -->", "<inbound>", *_indented(elements), "</inbound>", f"<!--{_END}-->"]
        return _insert(document, root.end, indent, lines)
    if inbound.kind == "empty":
        return _expand(document, inbound, elements)
    children = _children(tokens, inbound)
    # an end tag, too: <base></base> is the same element
    base = next((each for each in children if each.name == "base" and each.kind in {"empty", "end"}), None)
    indent = _indent(document, base) if base else _indent(document, inbound) + "    "
    lines = [f"<!--{_BEGIN} -->", *elements, f"<!--{_END}-->"]
    return _insert(document, (base or inbound).end, indent, lines)


def unbind(document: str) -> str:
    """The document without what `bind` inserted, byte for byte as it was before; unchanged when nothing is bound."""
    tokens = _tokens(document)
    begin = next((i for i, each in enumerate(tokens) if each.kind == "comment" and each.name.startswith(_BEGIN)), None)
    if begin is None:
        return document
    end = next((i for i, each in enumerate(tokens) if i > begin and each.kind == "comment" and each.name == _END), None)
    if end is None or begin == 0 or tokens[end].depth != tokens[begin].depth:
        raise _error(document, tokens[begin].start, "The comment that marks the binding has lost its counterpart")
    _, found, replaced = tokens[begin].name.partition(" replacing ")
    if found:
        return document[: tokens[begin - 1].start] + replaced[:-1] + document[tokens[end + 1].end :]
    return document[: tokens[begin - 1].end] + document[tokens[end].end :]


def _tokens(document: str) -> list[Token]:
    """All tokens from the root element on."""
    try:
        tokens = list(scan(document))
    except ScanError as error:
        raise _error(document, error.position, f"The policy document cannot be read: {error}") from error
    root = next((i for i, each in enumerate(tokens) if each.kind != "comment"), None)
    if root is None or tokens[root].name != "policies":
        raise _error(document, 0, "The policy document has no <policies> root")
    return tokens[root:]


def _children(tokens: list[Token], parent: Token) -> list[Token]:
    """The tokens directly inside `parent`, comments and end tags included."""
    inside = [each for each in tokens if each.start >= parent.end]
    closing = next(i for i, each in enumerate(inside) if each.kind == "end" and each.depth == parent.depth)
    return [each for each in inside[:closing] if each.depth == parent.depth + 1]


def _refuse_contradictions(document: str, tokens: list[Token], inbound: Token | None, *, routed: bool) -> None:
    if inbound is None or inbound.kind == "empty":
        return
    contradicting = {"authentication-certificate"} | ({"set-backend-service"} if routed else set())
    for each in _children(tokens, inbound):
        if each.kind in {"start", "empty"} and each.name in contradicting:
            raise _error(document, each.start, f"The policy document already has <{each.name}> in <inbound>")


def _expand(document: str, element: Token, body: list[str]) -> str:
    """Opens an empty element, keeping its text in the marker so that `unbind` can close it again."""
    original = document[element.start : element.end]
    if "--" in original:
        raise _error(document, element.start, f"<{element.name}> holds '--', which no comment can keep")
    newline, indent = _newline(document), _indent(document, element)
    opened = original[:-2].rstrip() + ">"
    lines = [f"<!--{_BEGIN} replacing {original} -->", *body, f"<!--{_END}-->"]
    inner = "".join(f"{newline}{indent}    {line}" for line in lines)
    closed = f"{opened}{inner}{newline}{indent}</{element.name}>"
    return document[: element.start] + closed + document[element.end :]


def _insert(document: str, position: int, indent: str, lines: list[str]) -> str:
    newline = _newline(document)
    inserted = "".join(f"{newline}{indent}{line}" for line in lines)
    return document[:position] + inserted + document[position:]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _newline(document: str) -> str:
    return "\r\n" if "\r\n" in document else "\n"


def _indent(document: str, token: Token) -> str:
    """The white space in front of a token, when nothing else stands before it on its line."""
    line = document[document.rfind("\n", 0, token.start) + 1 : token.start]
    return line if not line.strip() else ""


def _error(document: str, position: int, what: str) -> PolicyDocumentError:
    line = document.count("\n", 0, position) + 1
    column = position - document.rfind("\n", 0, position)
    got = document[position : position + 60].split("\n", maxsplit=1)[0].strip() or "the end of the document"
    return PolicyDocumentError(
        Problem(
            what=what,
            where=f"policy document, line {line}, column {column}",
            got=got,
            allowed="<policies> with balanced tags; inbound without an unconditional authentication-certificate "
            "or set-backend-service of its own",
            fix="correct the document, or move the element into a <choose> branch if only some calls need it",
        )
    )
