"""What comes of a call: what is presented to whom, or that it ends before a backend is called, and for which calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rules.elements import Element
from rules.policy import Policy, literal

_LONGEST = 90
"""Characters of a condition that are shown."""
_MOST_WAYS = 3
"""Ways to one outcome that are shown."""


class Literal(NamedTuple):
    """One condition, as a policy has it, and how it has to turn out."""

    text: str
    """The expression without `@(` and `)`; or words, such as `the key is of product gold`."""
    holds: bool
    """Whether it has to hold."""

    @property
    def words(self) -> str:
        """As a reader reads it."""
        text = " ".join(self.text.split())
        text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        return text if self.holds else f"not ({text})"


Way = tuple[Literal, ...]
"""Conditions that have to hold together; none: every call."""


class Choice(NamedTuple):
    """What an `authentication-certificate` or a `set-backend-service` decides."""

    attribute: str
    """`certificate-id`, `thumbprint`, `body`, `backend-id`, `base-url`; empty: nothing was decided; `unknown`."""
    value: str = ""
    """Its value; of `unknown` the reason, in words."""
    policy: str = ""
    """URN of the policy that it stands in."""
    scope: int = 0
    """Which of the documents that apply to the call it runs in: 0 is the innermost."""

    @property
    def is_none(self) -> bool:
        """Whether no policy decides: nothing is presented, or the API's own `serviceUrl` is called."""
        return not self.attribute

    @property
    def is_unknown(self) -> bool:
        """Whether it cannot be known before the call: an unreadable document, an expression, a named value."""
        return self.attribute == "unknown" or (not self.is_none and literal(self.value) is None)

    @property
    def reason(self) -> str:
        """Why it cannot be known before the call; empty when it can."""
        if self.attribute == "unknown":
            return self.value
        what = "a named value" if "{{" in self.value else "an expression"
        return f"{what} decides: {self.attribute}" if self.is_unknown else ""

    @property
    def words(self) -> str:
        """As a reader compares it."""
        if self.is_none:
            return "none"
        if self.is_unknown:
            return f"not known: {self.reason}"
        return self.attribute if self.attribute == "body" else f"{self.attribute} {self.value}"

    def says_the_same(self, other: "Choice") -> bool:
        """Whether both name the same thing in the same way; letter case aside, as in API Management."""
        return (self.attribute, self.value.lower()) == (other.attribute, other.value.lower())


NOTHING = Choice("")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What comes of some calls."""

    ways: tuple[Way, ...]
    """Which calls: those that come one of these ways."""
    presented: Choice
    """What is presented."""
    routed: Choice
    """Where they go."""
    ended: str = ""
    """What ends them before a backend is called, for instance `return-response 403`; empty: the backend is called."""

    @property
    def is_every_call(self) -> bool:
        """Whether it comes of every call."""
        return any(not each for each in self.ways)

    @property
    def condition(self) -> str:
        """Which calls, in words; empty: every call."""
        return "" if self.is_every_call else words(self.ways)


@dataclass(frozen=True, kw_only=True)
class Met:
    """A policy that guards, or calls somebody beside the backend, and that a call gets to."""

    element: Element
    """Its element."""
    policy: Policy | None
    """The policy, or fragment, in which it stands; None in the default one."""
    way: Way
    """The conditions of the branches around it; none: every call that is not answered before gets to it."""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """What comes of the calls at one place."""

    outcomes: tuple[Outcome, ...] = ()
    """Every outcome."""
    met: tuple[Met, ...] = ()
    """The guards and the requests of the policy's own, in the order in which a call gets to them."""
    unknown: tuple[str, ...] = ()
    """What of the stack's policies cannot be known, in words."""
    outside: tuple[str, ...] = ()
    """Which policies that apply in `<inbound>` are not in the stack, in words."""


def words(ways: Iterable[Way]) -> str:
    """Which calls, in words."""
    shown = [" and ".join(dict.fromkeys(each.words for each in way)) for way in ways]
    more = len(shown) - _MOST_WAYS
    return "; or ".join(shown[:_MOST_WAYS]) + (f"; or {more} other ways" if more > 0 else "")


def together(one: Way, other: Way) -> bool:
    """Whether a call can come both ways: no condition has to hold and not to hold."""
    there = set(one)
    return not any(Literal(each.text, not each.holds) in there for each in other)


def overlap(one: Iterable[Way], other: Iterable[Way]) -> bool:
    """Whether a call can come one of the first ways and one of the others."""
    rest = tuple(other)
    return any(together(way, each) for way in one for each in rest)
