"""Reads a policy document as far as a binding has to: its sections, and the policies that say who calls whom.

What APIM refuses about those policies is refused here, with the place, so that it is found at preview time.
Source: learn.microsoft.com/azure/api-management/authentication-certificate-policy, set-backend-service-policy ("Policy
sections" and the attributes of each), api-management-policy-fragments; set-edit-policies for the one policy in
`<backend>`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from backend_mtls.policy.problems import problem
from backend_mtls.policy.scanner import ScanError, Token, scan

SECTIONS = ("inbound", "backend", "outbound", "on-error")

OWNED = {
    "set-backend-service": (("inbound", "backend"), ("base-url", "backend-id")),
    "authentication-certificate": (("inbound",), ("thumbprint", "certificate-id", "body")),
}
"""Policy that a binding writes -> the sections in which it may stand, the attributes of which it has exactly one."""

CONTAINERS = {"choose", "when", "otherwise", "retry", "limit-concurrency", "wait"}
"""What holds policies. In everything else (`send-request`, `set-body`) such an element is a setting or a text."""


@dataclass(frozen=True, kw_only=True)
class OwnedPolicy:
    """A policy of the kinds that a binding writes, where it acts as a policy."""

    name: str
    """Its element name."""
    attributes: dict[str, str]
    """Decoded."""
    section: str
    """The section in which it stands."""
    is_branch: bool
    """Whether it stands in a container, and so reaches only some calls, or some attempts."""
    start: int
    """Offset of its start tag."""
    end: int
    """Offset behind its end tag."""

    @property
    def shown(self) -> str:
        """As an error shows it: with what it names, and without a password or a certificate."""
        names = OWNED[self.name][1]
        public = {"id", *names} - {"body"}
        shown = ((name, value if name in public else "…") for name, value in self.attributes.items())
        return " ".join([f"<{self.name}", *(f'{name}="{value}"' for name, value in shown), "/>"])


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What a binding has to know of a document."""

    root: Token
    """Start tag of `<policies>`, or all of it when it is empty."""
    inbound: Token | None
    """Start tag of `<inbound>`, or all of it when it is empty; None when the document has none."""
    base: Token | None
    """The last `<base />` directly in `<inbound>`, with its end tag if it has one; None when there is none."""
    owned: list[OwnedPolicy]
    """In document order."""


@lru_cache(maxsize=8)  # unbinding and binding read the same text
def tokens_of(document: str) -> tuple[Token, ...]:
    """All tokens. Raises `PolicyDocumentError` when the document cannot be read, or has no `<policies>` root."""
    try:
        tokens = tuple(scan(document))
    except ScanError as error:
        raise problem(
            document,
            error.position,
            f"The policy document cannot be read: {error}",
            allowed="balanced tags; attributes and texts that are literal or, as a whole, one complete C# expression",
            fix="correct the document at this place; a literal '@(' is written '&#64;('",
        ) from error
    root = next((each for each in tokens if each.is_tag), None)
    if root is not None and root.name == "fragment":
        raise problem(
            document,
            root.start,
            "The policy document is a policy fragment",
            allowed="a document with a <policies> root",
            fix="bind into the policy that includes the fragment with <include-fragment>; the fragment stays as it is",
        )
    if root is None or root.name != "policies":
        raise problem(
            document,
            root.start if root else 0,
            "The policy document has no <policies> root",
            allowed="<policies> with the sections inbound, backend, outbound, on-error",
            fix="put the policies into <policies><inbound>…</inbound></policies>",
        )
    return tokens


def outline(document: str) -> Outline:
    """The outline. Raises `PolicyDocumentError` for what `tokens_of` refuses and for what APIM would refuse."""
    tokens = tokens_of(document)
    sections = {each.name: each for each in _sections(document, tokens)}
    owned = list(_owned(document, tokens))
    for each in owned:
        _check(document, each)
    _check_backend(document, tokens)
    return Outline(
        root=next(each for each in tokens if each.is_tag),
        inbound=sections.get("inbound"),
        base=_last_base(tokens),
        owned=owned,
    )


def _sections(document: str, tokens: Sequence[Token]) -> Iterator[Token]:
    seen: set[str] = set()
    for each in tokens:
        if not (each.is_tag and each.depth == 1):
            continue
        if each.name not in SECTIONS or each.name in seen:
            wrong = "stands twice" if each.name in seen else "is no section of a policy"
            raise problem(
                document,
                each.start,
                f"<{each.name}> {wrong}",
                allowed=f"{', '.join(SECTIONS)}, each at most once",
                fix="put its policies into the one section" if each.name in seen else "correct the name, or remove it",
            )
        seen.add(each.name)
        yield each


def _check_backend(document: str, tokens: Sequence[Token]) -> None:
    """APIM takes one policy in `<backend>`: "backend section allows only one policy to be specified"."""
    section, held = "", 0
    for each in tokens:
        if not each.is_tag or each.depth > 2:
            continue
        if each.depth == 1:
            section, held = each.name, 0
        held += each.depth == 2 and section == "backend"
        if held > 1:
            raise problem(
                document,
                each.start,
                "<backend> holds more than one policy",
                got=f"<{each.name}>",
                allowed="one policy, which may hold others: choose, retry, limit-concurrency",
                fix="move the others to <inbound>, which runs before the call is forwarded, or into the one policy",
            )


def _last_base(tokens: Sequence[Token]) -> Token | None:
    found, section = None, ""
    for each in tokens:
        if each.depth == 1 and each.is_tag:
            section = each.name
        elif each.depth == 2 and section == "inbound" and each.name == "base":
            if each.is_tag:
                found = each
            elif found and each.kind == "end":  # <base></base> is the same element
                found = replace(found, end=each.end)
    return found


def _owned(document: str, tokens: Sequence[Token]) -> Iterator[OwnedPolicy]:
    section = ""
    skipped: Token | None = None
    """The open element in which nothing is a policy."""
    for each in tokens:
        if skipped is not None:
            if each.kind == "end" and each.depth == skipped.depth:
                if skipped.name in OWNED:
                    yield _policy(skipped, section, each.end)
                skipped = None
            elif skipped.name in OWNED and each.kind != "comment" and not each.is_blank:
                raise problem(
                    document,
                    each.start,
                    f"<{skipped.name}> holds something",
                    allowed=f"<{skipped.name} /> without content",
                    fix="remove what stands in it",
                )
        elif each.depth == 1 and each.is_tag:
            section = each.name
        elif each.depth >= 2 and each.kind == "empty" and each.name in OWNED:
            yield _policy(each, section, each.end)
        elif each.depth >= 2 and each.kind == "start" and each.name not in CONTAINERS:
            skipped = each


def _policy(tag: Token, section: str, end: int) -> OwnedPolicy:
    return OwnedPolicy(
        name=tag.name,
        attributes=tag.attributes,
        section=section,
        is_branch=tag.depth > 2,
        start=tag.start,
        end=end,
    )


def _check(document: str, policy: OwnedPolicy) -> None:
    sections, attributes = OWNED[policy.name]
    if policy.section not in sections:
        allowed = " or ".join(f"<{each}>" for each in sections)
        raise problem(
            document,
            policy.start,
            f"<{policy.name}> stands in <{policy.section}>",
            got=policy.shown,
            allowed=f"<{policy.name}> in {allowed}",
            fix="move it to <inbound>, or remove it",
        )
    given = [each for each in attributes if policy.attributes.get(each)]
    if len(given) != 1:
        raise problem(
            document,
            policy.start,
            f"<{policy.name}> has {' and '.join(given) if given else 'none'} of {', '.join(attributes)}",
            got=policy.shown,
            allowed="exactly one of them",
            fix="keep the one that is meant" if given else "say which one is meant, or remove the element",
        )
