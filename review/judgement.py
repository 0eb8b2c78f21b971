"""What the rules find in a change: what is new, what it puts right, what is still there, and what somebody accepted."""

from dataclasses import dataclass
from typing import Literal

from review.change import Change
from review.text import clean
from rules.judge import judge, unjudged
from rules.rule import Finding
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

State = Literal["new", "fixed", "still"]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One finding, as a report shows it."""

    state: State
    """Whether the change brings it, takes it away, or leaves it."""
    rule: str
    """Id of the rule."""
    severity: str
    """`low`, `medium`, `high` or `critical`."""
    resource: str
    """Name of the resource in the program."""
    detail: str
    """What was found."""
    why: str
    """What comes of it."""
    fix: str
    """What to do."""
    reference: str
    """What the rule stands on."""
    waiver: str
    """Who accepted it, why, until when; or that a waiver has ended. Empty: nobody did."""
    waived: bool
    """Whether it is accepted today."""


def judged(change: Change, before: Setup, after: Setup, settings: Settings) -> list[Judged]:
    """The findings before and after the change, compared: new ones, fixed ones, those that are still there."""
    old = {each.identity: each for each in judge(before, settings)}
    new = {each.identity: each for each in judge(after, settings)}
    found = [_shown("still" if key in old else "new", each) for key, each in new.items()]
    if not change.errors:  # of a preview that failed, nobody knows what it would have put right
        comparable = change.after.whole or not change.before.whole
        found += [_shown("fixed", each) for key, each in old.items() if key not in new and comparable]
    order = ("new", "still", "fixed")
    return sorted(found, key=lambda each: (each.waived, order.index(each.state)))


def left_out(change: Change) -> list[str]:
    """The rules that could not be held against a part of a stack."""
    return [rule.id for rule in unjudged(change.after)]


def worst(found: list[Judged]) -> Severity | None:
    """The worst of what is there after the change and nobody accepted."""
    return max(
        (Severity.of(each.severity) for each in found if each.state != "fixed" and not each.waived), default=None
    )


def _shown(state: State, finding: Finding) -> Judged:
    return Judged(
        state=state,
        rule=finding.rule.id,
        severity=finding.severity.word,
        resource=clean(finding.resource.name),
        detail=clean(finding.detail),
        why=finding.rule.why,
        fix=finding.rule.fix,
        reference=finding.rule.reference,
        waiver=_waiver(finding),
        waived=finding.waiver is not None,
    )


def _waiver(finding: Finding) -> str:
    if finding.waiver:
        waiver = finding.waiver
        return clean(f"Accepted by {waiver.owner} until {waiver.until}: {waiver.reason}")
    if finding.lapsed:
        return clean(f"The waiver of {finding.lapsed.owner} ended on {finding.lapsed.until}: {finding.lapsed.reason}")
    return ""
