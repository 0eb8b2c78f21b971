"""What a policy demands of a caller, and whether one demand is weaker than another.

Source: the policy reference, learn.microsoft.com/azure/api-management: validate-jwt-policy,
validate-azure-ad-token-policy, validate-client-certificate-policy, ip-filter-policy, check-header-policy, cors-policy,
rate-limit-policy, quota-policy (what each attribute means, and which lists are alternatives).
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rules.elements import ACCESS, GUARDS, Element
from rules.outcome import Evaluated, Way, words
from rules.policy import Policy

LAX = {
    "validate-client-certificate": {
        "validate-revocation": "false",
        "validate-trust": "false",
        "validate-not-before": "false",
        "validate-not-after": "false",
        "ignore-error": "true",
    },
    "validate-jwt": {"require-expiration-time": "false", "require-signed-tokens": "false"},
    "cors": {"terminate-unmatched-request": "false"},
}
"""Policy -> attributes with which it lets through what it is there to refuse."""
_MORE_IS_WEAKER = frozenset({"calls", "bandwidth", "clock-skew", "tokens-per-minute", "token-quota"})
_LESS_IS_WEAKER = frozenset({"renewal-period"})
_DEMANDED = frozenset({"claim"})
"""Elements each of which has to be met; of all others one is enough."""
_UNCHECKED_WITHOUT = frozenset({"audience", "issuer", "value", "address", "address-range", "identity"})
"""Alternatives without any of which everything is let through."""

Entry = tuple[str, tuple[tuple[str, str], ...], str]
"""Path of an element in its policy, attributes, text."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One policy that refuses some callers, or limits them."""

    element: Element
    """Its element."""
    policy: Policy
    """The policy, or fragment, in which it stands."""
    way: Way
    """The conditions under which it runs; none: for every call."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.element.name

    @property
    def condition(self) -> str:
        """The same in words; empty: for every call."""
        return words([self.way]) if self.way else ""

    @property
    def is_access(self) -> bool:
        """Whether it decides who may call, and not how much or what."""
        return self.name in ACCESS

    @cached_property
    def settings(self) -> tuple[tuple[tuple[str, str], ...], tuple[Entry, ...]]:
        """Attributes, and every element in it: equal for two that demand the same."""
        return _attributes(self.element), tuple(sorted(_entries(self.element)))

    @property
    def laxities(self) -> list[str]:
        """What it lets through although it is there to refuse it."""
        return laxities(self.element)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How one demand differs from the one before."""

    guard: Guard
    """The demand: as it was where it is gone, otherwise as it will be."""
    kind: str
    """`gone`, `conditional`, `weaker`, `other`, `new`."""
    words: str
    """What differs; empty for one that is gone or new."""


def laxities(element: Element) -> list[str]:
    """What an element lets through although it is there to refuse it; nothing for one that guards nothing."""
    lax = LAX.get(element.name, {})
    found = [f'{name}="{value}"' for name, value in _attributes(element) if lax.get(name) == value.lower()]
    if element.name == "cors" and any(text == "*" for path, _, text in _entries(element) if path.endswith("/origin")):
        found.append("every origin allowed")
    return found


def of(evaluated: Evaluated) -> list[Guard]:
    """The guards that the calls at one place meet, in their order."""
    return [
        Guard(element=each.element, policy=each.policy, way=each.way)
        for each in evaluated.met
        if each.policy and each.element.name in GUARDS
    ]


def differences(before: Iterable[Guard], after: Iterable[Guard]) -> Iterator[Difference]:
    """Every demand that is gone, applies to some calls only, is weaker, is another one, or is new."""
    old, new = _by_name(before), _by_name(after)
    for name in dict.fromkeys([*old, *new]):
        yield from _of_one_kind(old.get(name, []), new.get(name, []))


def _of_one_kind(old: list[Guard], new: list[Guard]) -> Iterator[Difference]:
    """Those that are the same are left out; then those that moved belong together, and of the rest the first ones."""
    _, old, new = _paired(old, new, lambda each: (each.settings, each.way))
    moved, old, new = _paired(old, new, lambda each: each.settings)
    yield from (_compared(was, will) for was, will in [*moved, *zip(old, new, strict=False)])
    yield from (Difference(guard=each, kind="gone", words="") for each in old[len(new) :])
    yield from (Difference(guard=each, kind="new", words="") for each in new[len(old) :])


def _paired(
    old: list[Guard], new: list[Guard], key: Callable[[Guard], Hashable]
) -> tuple[list[tuple[Guard, Guard]], list[Guard], list[Guard]]:
    """Those of which the key is the same, each once, and what is left of both."""
    there: dict[Hashable, deque[Guard]] = defaultdict(deque)
    for each in new:
        there[key(each)].append(each)
    pairs = [(each, there[key(each)].popleft()) if there[key(each)] else (each, None) for each in old]
    found = [(was, will) for was, will in pairs if will]
    taken = {id(will) for _, will in found}
    return found, [was for was, will in pairs if not will], [each for each in new if id(each) not in taken]


def _compared(old: Guard, new: Guard) -> Difference:
    if new.way and new.way != old.way:
        return Difference(guard=new, kind="conditional", words=f"only where {new.condition}")
    weaker = list(_weaker(old, new))
    if weaker:
        return Difference(guard=new, kind="weaker", words=", ".join(weaker))
    return Difference(guard=new, kind="other", words="for every call" if new.settings == old.settings else "")


def _weaker(old: Guard, new: Guard) -> Iterator[str]:
    """In which ways the new one lets through what the old one refused."""
    yield from (each for each in new.laxities if each not in old.laxities)
    was, will = dict(old.settings[0]), dict(new.settings[0])
    for name in sorted(was.keys() | will.keys()):
        before, after = was.get(name), will.get(name)
        if before == after:
            continue
        more, less = _number(after) > _number(before), _number(after) < _number(before)
        if (name in _MORE_IS_WEAKER and more) or (name in _LESS_IS_WEAKER and less):
            yield f"{name} {before or 'not set'} → {after or 'not set'}"
        elif name == "action" and new.name == "ip-filter" and after == "forbid":
            yield "forbids some addresses instead of allowing some"
        elif name == "require-scheme" and not after:
            yield "no longer asks for a scheme"
    yield from _weaker_entries(old, new)


def _weaker_entries(old: Guard, new: Guard) -> Iterator[str]:
    was, will = set(old.settings[1]), set(new.settings[1])
    forbids = new.name == "ip-filter" and new.element.attributes.get("action") == "forbid"
    for kind in sorted({each[0].rpartition("/")[2] for each in was ^ will}):
        gone, added, left = (
            [each for each in found if each[0].rpartition("/")[2] == kind] for found in (was - will, will - was, will)
        )
        if kind in _DEMANDED or forbids:
            if gone:
                yield f"{len(gone)} {kind} fewer"
        elif gone and not left and kind in _UNCHECKED_WITHOUT:
            yield f"no {kind} is checked any more"
        elif added and any(each[0].rpartition("/")[2] == kind for each in was):
            yield f"{len(added)} {kind} more {'are' if len(added) > 1 else 'is'} accepted"


def _number(text: str | None) -> float:
    """A limit; what is no number, or is not set, limits nothing."""
    try:
        return float(text or "inf")
    except ValueError:
        return float("inf")


def _by_name(guards: Iterable[Guard]) -> dict[str, list[Guard]]:
    found: dict[str, list[Guard]] = {}
    for each in guards:
        header = each.element.attributes.get("name", "").lower() if each.name == "check-header" else ""
        found.setdefault(f"{each.name} {header}", []).append(each)  # another header is another demand
    return found


def _attributes(element: Element) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, " ".join(value.split())) for name, value in element.attributes.items() if name != "id"))


def _entries(element: Element, path: str = "") -> Iterator[Entry]:
    for child in element.children:
        inner = f"{path}/{child.name}"
        if child.children:
            yield from _entries(child, inner)
            if child.attributes:
                yield inner, _attributes(child), ""
        else:
            yield inner, _attributes(child), child.text.strip()
