"""What stands in a policy document: who is called with which certificate, and what is demanded of the caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy import mentions
from backend_mtls.policy.outline import CONTAINERS, OWNED, OwnedPolicy, outline, tokens_of
from backend_mtls.policy.scanner import ScanError, Token, scan

from rules.elements import Element, tree


@dataclass(frozen=True, kw_only=True)
class Content:
    """One document."""

    is_fragment: bool = False
    """Whether it is a policy fragment, which has no sections."""
    tokens: tuple[Token, ...] = ()
    """The parts of the text; empty when it cannot be read."""
    elements: tuple[OwnedPolicy, ...] = ()
    """Its `authentication-certificate` and `set-backend-service` policies, in document order."""
    sections: frozenset[str] = frozenset()
    """The sections that it has."""
    inherits: frozenset[str] = frozenset()
    """The sections that hold `<base />`. A section that is missing inherits, too, but is not in here."""
    unreadable: str | None = None
    """Why the document cannot be read; None when it can."""

    @cached_property
    def root(self) -> Element | None:
        """The document as a tree; None when it cannot be read."""
        return tree(self.tokens)

    @cached_property
    def mentions(self) -> dict[tuple[str, str], None]:
        """(`certificate-id` or `thumbprint`, value) of every certificate that it names, in document order.

        Besides what is presented to the backend: what `send-request` presents, what `validate-jwt` takes keys from,
        the issuers of `validate-client-certificate`, and what an expression reads from
        `context.Deployment.Certificates`, whose keys are ids.
        """
        return dict.fromkeys(mentions.certificates(self.tokens))

    @cached_property
    def reads_any_certificate(self) -> bool:
        """Whether an expression goes through the service's certificates without naming one."""
        return any(
            len(mentions.DEPLOYED.findall(text)) > len(mentions.READ.findall(text))
            for each in self.tokens
            for text in mentions.texts(each)
        )


NOTHING = Content()
"""Of a document that is not known."""


@lru_cache(maxsize=1 << 13)  # what does not change is in the graph before a change and in the one after it
def content(document: str, *, is_fragment: bool) -> Content:
    """What stands in a document."""
    try:
        tokens, elements = _fragment(document) if is_fragment else (tokens_of(document), outline(document).owned)
    except PolicyDocumentError as error:
        return Content(is_fragment=is_fragment, unreadable=error.problem.what)
    except ScanError as error:
        return Content(is_fragment=is_fragment, unreadable=str(error))
    named = list(_policies(tokens, 1 if is_fragment else 2))
    return Content(
        is_fragment=is_fragment,
        tokens=tokens,
        elements=tuple(elements),
        sections=frozenset(each.name for each in tokens if each.is_tag and each.depth == 1 and not is_fragment),
        inherits=frozenset(section for section, tag, is_branch in named if tag.name == "base" and not is_branch),
    )


def _fragment(document: str) -> tuple[tuple[Token, ...], list[OwnedPolicy]]:
    tokens = tuple(scan(document))
    root = next((each for each in tokens if each.is_tag), None)
    if root is None or root.name != "fragment":
        raise ScanError("The document of the policy fragment has no <fragment> root", root.start if root else 0)
    return tokens, [_owned(tag, is_branch) for _, tag, is_branch in _policies(tokens, 1) if tag.name in OWNED]


def _owned(tag: Token, is_branch: bool) -> OwnedPolicy:
    return OwnedPolicy(
        name=tag.name, attributes=tag.attributes, section="", is_branch=is_branch, start=tag.start, end=tag.end
    )


def _policies(tokens: tuple[Token, ...], first: int) -> Iterator[tuple[str, Token, bool]]:
    """(section, tag, whether it is in a branch) of every policy; `first` is the depth of those in no branch."""
    path: list[str] = []
    for each in tokens:
        if each.is_tag:
            path[each.depth :] = [each.name]
            if each.depth >= first and CONTAINERS.issuperset(path[first:-1]):
                yield path[1] if first > 1 else "", each, each.depth > first
