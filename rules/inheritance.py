"""What a call meets when it gets to a policy: the policy, the fragments in it, and the outer policies that it inherits.

A product's policy is in none of this: whether it applies depends on the caller's key.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from backend_mtls.policy.outline import SECTIONS, OwnedPolicy

from rules.places import service_part
from rules.policy import Policy, literal
from rules.setup import Place, Setup


@dataclass(frozen=True, kw_only=True)
class Flow:
    """The policies of one place, those that it inherits first."""

    elements: tuple[tuple[Policy, OwnedPolicy], ...]
    """(document it stands in, element) in the order in which a call meets them; in fragments, too."""
    names: frozenset[tuple[str, str]]
    """(section, element) of every policy that each call meets."""
    branch_names: frozenset[tuple[str, str]]
    """The same of those that only some calls meet."""
    is_readable: bool
    """Whether every document of it that the graph has, and every fragment, can be read."""

    @property
    def presents(self) -> list[OwnedPolicy]:
        """What makes the gateway present a certificate."""
        return [each for _, each in self.elements if each.name == "authentication-certificate"]

    @property
    def routes(self) -> list[OwnedPolicy]:
        """What says which backend is called."""
        return [each for _, each in self.elements if each.name == "set-backend-service"]


def flow(setup: Setup, policy: Policy) -> Flow:
    """What a call meets at this policy."""
    return _flow(setup, policy.resource.urn)


@lru_cache(maxsize=1 << 13)  # several rules ask for each
def _flow(setup: Setup, urn: str) -> Flow:
    policy = setup.policy_of[urn]
    elements: list[tuple[Policy, OwnedPolicy]] = []
    names: set[tuple[str, str]] = set()
    branch_names: set[tuple[str, str]] = set()
    dropped: set[str] = set()
    is_readable = True
    for each in (policy, *setup.outer_policies[policy.resource.urn]):
        if dropped.issuperset(SECTIONS):
            break
        document = own(setup, each)
        elements[:0] = [(at, one) for at, one in document.elements if one.section not in dropped]
        names |= {one for one in document.names if one[0] not in dropped}
        branch_names |= {one for one in document.branch_names if one[0] not in dropped}
        is_readable = is_readable and document.is_readable
        dropped |= {section for section in SECTIONS if each.drops_base(section)}
    return Flow(
        elements=tuple(elements),
        names=frozenset(names),
        branch_names=frozenset(branch_names),
        is_readable=is_readable,
    )


def own(setup: Setup, policy: Policy) -> Flow:
    """The same without what it inherits."""
    return _own(setup, policy.resource.urn)


@lru_cache(maxsize=1 << 13)
def _own(setup: Setup, urn: str) -> Flow:
    return _document(setup, setup.policy_of[urn], frozenset())


def missing_around(setup: Setup, policy: Policy) -> list[Place]:
    """The scopes around a policy of which nobody can say what they do: their policy is somebody else's."""
    places = setup.places_around(policy.owner, policy.scope, policy.api_id)
    return [each for each in places if setup.policy_at(*each) is None and not is_default(setup, each)]


def is_default(setup: Setup, place: Place) -> bool:
    """Whether this stack owns what the policy would be of, and so would have declared a policy if there was one."""
    owner, scope, scope_id = place
    if not setup.graph.whole or owner is None:
        return False
    if scope == "service":
        return setup.service_of(owner) is not None
    if scope == "workspace":
        wanted = owner.removeprefix(f"{service_part(owner)}/")
        workspaces = setup.graph.of_type("apimanagement:Workspace")
        return any((each.text("workspaceId") or "").lower() == wanted for each in workspaces)
    if scope == "product":
        products = setup.graph.of_type("apimanagement:Product", "apimanagement:WorkspaceProduct")
        return any(each.text("productId") == scope_id for each in products)
    return any(each.owner == owner and scope_id in (each.api_id, each.resource.urn) for each in setup.apis)


def _document(setup: Setup, policy: Policy, seen: frozenset[str]) -> Flow:
    elements = [(each.start, policy, each) for each in policy.content.elements]
    names, branch_names, is_readable = (
        set(policy.content.policy_names),
        set(policy.content.branch_names),
        policy.is_readable,
    )
    for section, tag in policy.content.includes:
        name = literal(tag.attributes.get("fragment-id"))
        fragment = setup.policy_at(policy.owner, "fragment", name) if name else None
        if fragment is None or fragment.resource.urn in seen:
            is_readable = False
            continue
        held = _document(setup, fragment, seen | {fragment.resource.urn})
        is_branch = tag.depth > (1 if policy.scope == "fragment" else 2)
        elements += [(tag.start, at, _placed(one, section, is_branch)) for at, one in held.elements]
        (branch_names if is_branch else names).update((section, name) for _, name in held.names)
        branch_names |= {(section, name) for _, name in held.branch_names}
        is_readable = is_readable and held.is_readable
    return Flow(
        elements=tuple((at, one) for _, at, one in sorted(elements, key=lambda each: each[0])),
        names=frozenset(names),
        branch_names=frozenset(branch_names),
        is_readable=is_readable,
    )


def _placed(element: OwnedPolicy, section: str, is_branch: bool) -> OwnedPolicy:
    return replace(element, section=section, is_branch=element.is_branch or is_branch)
