"""Binds a client certificate and a backend into a policy document that belongs to the user.

Two elements are ours, in `<inbound>`, between two comments that mark them:

    <!-- backend-mtls: begin -->
    <set-backend-service backend-id="orders" />
    <authentication-certificate certificate-id="orders" />
    <!-- backend-mtls: end -->

They stand behind the last `<base />` of the section (so that what an outer scope sets is overridden), or first in it.
An empty `<inbound />` is opened and inherits as little as before; a section that is missing is added with `<base />`,
since without the section everything is inherited. Every other byte of the document stays as it is, `bind` twice is
`bind` once, binding something else is as if the first had never been bound, and `unbind(bind(d))` is `d`.

Rule for an `authentication-certificate`, or, when a backend is bound, a `set-backend-service` that is already there:

- directly in `<inbound>`, saying exactly what is to be bound (letter case aside, as in APIM): it is kept where it
  stands, and not inserted again. If all of it is there, the document comes back unchanged. What is missing is inserted
  at the usual place: the two kinds do not depend on each other's order, so that is safe.
- directly in `<inbound>`, saying anything else (another one, an expression, further attributes): refused, or with
  `existing="replace"` kept in a comment in its place, from which `unbind` restores it. Of several, each is judged
  alone: those that say the same stay, the others go, so what is left says one thing.
- in a branch (`choose`, `retry`, `limit-concurrency`, `wait`): it stays, and overrides what is bound here for the calls
  that reach it. So one that stands in front of the place where the binding goes is refused.
- in `<include-fragment>`: not looked into.
- anywhere that APIM refuses it: refused (`outline.py`).

Source: learn.microsoft.com/azure/api-management/authentication-certificate-policy and set-backend-service-policy.
"""

import re
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

from backend_mtls.policy import markers as policy_markers
from backend_mtls.policy.markers import BEGIN, END, Edit
from backend_mtls.policy.outline import Outline, OwnedPolicy, outline
from backend_mtls.policy.problems import problem
from backend_mtls.policy.scanner import Token

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

_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")
_LINE_END = re.compile(r"\r\n|\r|\n")


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
        return _bound_certificate(self).element


@dataclass(frozen=True, kw_only=True)
class _Bound:
    """One element that has to be in the document."""

    name: str
    attribute: str
    value: str

    @property
    def element(self) -> str:
        value = quoteattr(self.value)
        # a leading '@' would make it an expression
        value = value[0] + value[1:].replace("@", "&#64;", 1) if self.value.startswith("@") else value
        return f"<{self.name} {self.attribute}={value} />"

    def is_said_by(self, policy: OwnedPolicy) -> bool:
        """Whether the policy says exactly this. Ids and thumbprints are compared as APIM does: without letter case."""
        return {name: value.lower() for name, value in policy.attributes.items()} == {
            self.attribute: self.value.lower()
        }


def bind(
    document: str,
    *,
    certificate: CertificateReference,
    backend_id: str | None = None,
    existing: Literal["refuse", "replace"] = "refuse",
) -> str:
    """The document with the certificate (and the backend) bound; replaces what an earlier `bind` inserted.

    Without `backend_id` the calls go where the document sends them. `existing` is what happens to an element of the
    document that binds something else. Raises `PolicyDocumentError` when the document has no `<policies>` root, cannot
    be read, holds what APIM would refuse, or an element that contradicts the binding.
    """
    document = unbind(document)
    found = outline(document)
    wanted = (
        [] if backend_id is None else [_Bound(name="set-backend-service", attribute="backend-id", value=backend_id)]
    )
    wanted.append(_bound_certificate(certificate))
    edits: list[Edit] = []
    missing: list[str] = []
    for each in wanted:
        there = [one for one in found.owned if _is_unconditional(one) and one.name == each.name]
        edits += [_replacement(document, one, each, existing) for one in there if not each.is_said_by(one)]
        if not any(each.is_said_by(one) for one in there):
            missing.append(each.element)
            _refuse_overridden_branch(document, found, each.name)
    if missing:
        edits.append(_insertion(document, found, missing))
    return policy_markers.apply(document, edits)


def unbind(document: str) -> str:
    """The document without what `bind` inserted, byte for byte as it was before; unchanged when nothing is bound.

    Raises `PolicyDocumentError` when the document cannot be read, or when its markers were edited.
    """
    return policy_markers.without_markers(document)


def _bound_certificate(certificate: CertificateReference) -> _Bound:
    name = "authentication-certificate"
    if certificate.certificate_id is not None:
        return _Bound(name=name, attribute="certificate-id", value=certificate.certificate_id)
    return _Bound(name=name, attribute="thumbprint", value=certificate.thumbprint or "")


def _is_unconditional(policy: OwnedPolicy) -> bool:
    return policy.section == "inbound" and not policy.is_branch


def _replacement(document: str, policy: OwnedPolicy, wanted: _Bound, existing: str) -> Edit:
    original = document[policy.start : policy.end]
    if existing != "replace":
        raise problem(
            document,
            policy.start,
            f"<{policy.name}> in <inbound> says something else than what is to be bound",
            got=policy.shown,
            allowed=f"{wanted.element}, or none",
            fix="remove it; or move it into a <choose> branch, if only some calls need it; or have it replaced "
            '(existing="replace"), which keeps it in a comment',
        )
    return Edit(start=policy.start, end=policy.end, text=policy_markers.replaced(original))


def _refuse_overridden_branch(document: str, found: Outline, name: str) -> None:
    """A branch in front of the binding would no longer override it."""
    for each in found.owned:
        if each.section == "inbound" and each.name == name and found.base and each.start < found.base.start:
            if not each.is_branch:
                continue
            raise problem(
                document,
                each.start,
                f"<{name}> in a branch stands in front of <base />, where the binding would override it",
                got=each.shown,
                allowed=f"a branch with <{name}> behind the last <base /> of <inbound>",
                fix="move <base /> to the start of <inbound>, or the branch behind it",
            )


def _insertion(document: str, found: Outline, elements: list[str]) -> Edit:
    section = ["<inbound>", *(f"    {each}" for each in ["<base />", *elements]), "</inbound>"]
    if found.root.kind == "empty":
        return _opened(document, found.root, section)
    if found.inbound is None:
        return _inserted(document, found.root, _indent(document, found.root) + "    ", section)
    if found.inbound.kind == "empty":
        return _opened(document, found.inbound, elements)
    if found.base is None:
        return _inserted(document, found.inbound, _indent(document, found.inbound) + "    ", elements)
    return _inserted(document, found.base, _indent(document, found.base), elements)


def _inserted(document: str, behind: Token, indent: str, lines: list[str]) -> Edit:
    newline = _newline(document)
    text = "".join(f"{newline}{indent}{line}" for line in [BEGIN, *lines, END])
    return Edit(start=behind.end, end=behind.end, text=text)


def _opened(document: str, element: Token, lines: list[str]) -> Edit:
    """Opens an empty element; the marker keeps its text so that `unbind` can close it again."""
    original = document[element.start : element.end]
    newline, indent = _newline(document), _indent(document, element)
    marked = [policy_markers.begin_replacing(original), *lines, END]
    inner = "".join(f"{newline}{indent}    {line}" for line in marked)
    text = f"{original[:-2].rstrip()}>{inner}{newline}{indent}</{element.name}>"
    return Edit(start=element.start, end=element.end, text=text)


def _newline(document: str) -> str:
    found = _LINE_END.search(document)
    return found[0] if found else "\n"


def _indent(document: str, token: Token) -> str:
    """The white space in front of a token, when nothing else stands before it on its line."""
    start = max(document.rfind("\n", 0, token.start), document.rfind("\r", 0, token.start)) + 1
    line = document[start : token.start].removeprefix("\ufeff")
    return "" if line.strip(" \t") else line
