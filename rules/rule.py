"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rules.graph import Resource
from rules.settings import Settings, Waiver
from rules.setup import Setup
from rules.severity import Environment, Severity


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One resource that is not as a rule wants it."""

    resource: Resource
    """What to look at."""
    detail: str
    """What was found, as a sentence without a full stop. Never a secret."""
    severity: Severity | None = None
    """Left out: the rule's."""
    key: str = ""
    """Tells two violations of one rule by one resource apart."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that a safe set-up does or does not do.

    `check` yields what is wrong. What it would have to know and does not (a value that is unknown, secret or absent) it
    takes to be right.
    """

    id: str
    """Lower case, hyphens; stable, since settings and waivers name it."""
    severity: Severity | Mapping[Environment, Severity]
    """How much it matters, everywhere or by environment."""
    what: str
    """What is wrong, as a sentence without a full stop."""
    why: str
    """What comes of it."""
    fix: str
    """What to do."""
    reference: str
    """The document or thread that the rule stands on."""
    check: Callable[[Setup, Settings], Iterable[Violation]]
    """Yields the violations."""
    whole: bool = False
    """Whether it can only be judged when all resources of the stack are known."""
    decided: Callable[[Setup, Resource], bool] | None = None
    """Whether what it looks at is known of a resource; where it is not, no finding does not mean that all is well. Left
    out: it is known unless a value of the resource itself is known after the deployment only."""

    def severity_in(self, environment: Environment) -> Severity:
        """How much it matters there."""
        return self.severity if isinstance(self.severity, Severity) else self.severity[environment]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A violation, with all that a reviewer needs."""

    rule: Rule
    """What was broken."""
    resource: Resource
    """By whom."""
    detail: str
    """What was found."""
    severity: Severity
    """How much it matters, with the stack's settings."""
    waiver: Waiver | None = None
    """Why it is accepted, and until when; None when it is not."""
    lapsed: Waiver | None = None
    """A waiver that would have accepted it, and has ended."""
    overlong: Waiver | None = None
    """A waiver that would accept it, and ends later than a waiver may."""
    key: str = ""
    """Tells two findings of one rule on one resource apart."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """The same before and after a change, if it is the same finding."""
        return self.rule.id, self.resource.urn, self.key
