"""Binds a client certificate and a backend into a policy document that belongs to the user.

Two elements are ours, in `<inbound>`, between two comments that mark them:

    <!-- backend-mtls: begin -->
    <set-backend-service backend-id="orders" />
    <authentication-certificate certificate-id="orders" />
    <!-- backend-mtls: end -->

They stand behind the last `<base />` of the section (so that what an outer scope sets is overridden), or first in it,
on lines of their own that are indented and ended as the document's are.
An empty `<inbound />` is opened and inherits as little as before; a section that is missing is added with `<base />`,
since without the section everything is inherited. Every other byte of the document stays as it is, `bind` twice is
`bind` once, binding something else is as if the first had never been bound, and `unbind(bind(d))` is `d`.

Rule for an `authentication-certificate`, or, when a backend is bound, a `set-backend-service` that is already there:

- directly in `<inbound>`, saying exactly what is to be bound (letter case aside, as in APIM, and whatever `id` it has):
  it is kept where it stands, and not inserted again, unless it stands in front of the last `<base />`, where an outer
  scope may override it. If all of it is there, the document comes back unchanged. What is missing is inserted at the
  usual place: the two kinds do not depend on each other's order, so that is safe.
- directly in `<inbound>`, saying anything else (another one, an expression, further attributes): refused, or with
  `existing="replace"` kept in a comment in its place, from which `unbind` restores it. Of several, each is judged
  alone: those that say the same stay, the others go, so what is left says one thing.
- in a container (`choose`, `retry`, `limit-concurrency`, `wait`), or in `<backend>`: it stays, and overrides what is
  bound here for the calls that reach it; rules and reports say which. So one that stands in front of the place where
  the binding goes is refused, and so is one that every call reaches (`precedence.py`): no call would get to what is
  bound. That no call is forwarded at all is left to the document: then none goes anywhere without the certificate.
- in `<include-fragment>`: not looked into.
- anywhere that APIM refuses it: refused (`outline.py`).

Source: learn.microsoft.com/azure/api-management/authentication-certificate-policy and set-backend-service-policy.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

from backend_mtls.policy import expression, layout, precedence
from backend_mtls.policy import markers as policy_markers
from backend_mtls.policy.markers import BEGIN, END, Edit
from backend_mtls.policy.outline import Outline, OwnedPolicy, outline, tokens_of
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
        value = value.replace("@", "&#64;", 1) if expression.starts(self.value) else value
        return f"<{self.name} {self.attribute}={value} />"

    def is_said_by(self, policy: OwnedPolicy) -> bool:
        """Whether the policy says exactly this. Ids and thumbprints are compared as APIM does: without letter case.

        The `id` that any element may have (`apim-generated-policy`) says nothing.
        """
        said = {name: value.lower() for name, value in policy.attributes.items() if name != "id"}
        return said == {self.attribute: self.value.lower()}


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
        if not any(each.is_said_by(one) for one in there if _is_last_word(one, found)):
            missing.append(each.element)
            _refuse_overridden_branch(document, found, each.name)
        _refuse_overriding(document, found, each)
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


def _is_last_word(policy: OwnedPolicy, found: Outline) -> bool:
    """Whether no outer scope comes after it."""
    return found.base is None or policy.start > found.base.start


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


def _refuse_overriding(document: str, found: Outline, wanted: _Bound) -> None:
    """What says otherwise to every call, behind the binding, would make it worth nothing."""
    of_its_kind = {each.start: each for each in found.owned if each.name == wanted.name}
    said = ((start, each, wanted.is_said_by(each)) for start, each in of_its_kind.items())
    says_it = {
        start: same for start, each, same in said if same or not _is_unconditional(each)
    }  # the others are replaced
    start = precedence.overriding(tokens_of(document), says_it)
    if start is None:
        return
    wrong = of_its_kind[start]
    raise problem(
        document,
        start,
        f"<{wanted.name}> in <{wrong.section}> has the last word on every call, and says something else than what is "
        "to be bound",
        got=wrong.shown,
        allowed=f"{wanted.element}, or none; one that only some calls reach, in a <choose> branch",
        fix=f"remove it; or leave the other calls a <choose> branch without <{wanted.name}>; or bind what it says",
    )


def _insertion(document: str, found: Outline, elements: list[str]) -> Edit:
    step = layout.unit(document, tokens_of(document))
    section = ["<inbound>", *(f"{step}{each}" for each in ["<base />", *elements]), "</inbound>"]
    if found.root.kind == "empty":
        return _opened(document, found.root, step, section)
    if found.inbound is None:
        return _inserted(document, found.root, layout.indent(document, found.root) + step, section)
    if found.inbound.kind == "empty":
        return _opened(document, found.inbound, step, elements)
    if found.base is None:
        return _inserted(document, found.inbound, layout.indent(document, found.inbound) + step, elements)
    return _inserted(document, found.base, layout.indent(document, found.base), elements)


def _inserted(document: str, behind: Token, indent: str, lines: Iterable[str]) -> Edit:
    newline = layout.newline(document, behind.end)
    text = "".join(f"{newline}{indent}{line}" for line in [BEGIN, *lines, END])
    return Edit(start=behind.end, end=behind.end, text=text)


def _opened(document: str, element: Token, step: str, lines: Iterable[str]) -> Edit:
    """Opens an empty element; the marker keeps its text so that `unbind` can close it again."""
    original = document[element.start : element.end]
    newline, indent = layout.newline(document, element.start), layout.indent(document, element)
    marked = [policy_markers.begin_replacing(original), *lines, END]
    inner = "".join(f"{newline}{indent}{step}{line}" for line in marked)
    text = f"{original[:-2].rstrip()}>{inner}{newline}{indent}</{element.name}>"
    return Edit(start=element.start, end=element.end, text=text)
