"""What the rules find in a change: what is new, what it puts right, what is still there, and what somebody accepted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from review.change import Change
from review.text import clean
from review.wordings import FINDINGS
from rules.graph import UNKNOWN
from rules.judge import judge, unjudged
from rules.rule import Finding
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.standing import stood

State = Literal["new", "unknown", "still", "fixed"]
_ORDER: tuple[State, ...] = ("new", "unknown", "still", "fixed")
STANDING = ("unknown", "still")
"""The states of what a change leaves as it is, as far as anybody knows."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One finding, as a report shows it."""

    state: State
    """Whether the change brings it or makes it worse, takes it away, or leaves it; or that nobody knows."""
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


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The findings of one rule that the change neither brings nor takes away."""

    state: State
    """`still`, or `unknown`."""
    rule: str
    """Id of the rule."""
    severity: str
    """The worst of them."""
    waived: bool
    """Whether they are accepted."""
    resources: tuple[str, ...]
    """Names of the resources; one as often as it has findings."""


def shown(state: str) -> str:
    """The state, as a reader is told it."""
    return FINDINGS.get(state, (state, ""))[0]


def judged(change: Change, before: Setup, after: Setup, settings: Settings) -> list[Judged]:
    """The findings before and after the change, compared."""
    old = {each.identity: each for each in judge(before, settings)}
    new = {each.identity: each for each in judge(after, settings)}
    found = [_compared(change, old.get(key), each) for key, each in new.items()]
    gone = [each for key, each in old.items() if key not in new]
    found += [_shown("fixed" if _is_seen(change, each, after) else "unknown", each) for each in gone]
    return sorted(found, key=lambda each: (each.waived, _ORDER.index(each.state)))


def standing(found: Iterable[Judged]) -> list[Standing]:
    """What stays, by rule: those that nobody accepted first, then the worst."""
    groups: dict[tuple[bool, State, str], list[Judged]] = {}
    for each in found:
        if each.state in STANDING:
            groups.setdefault((each.waived, each.state, each.rule), []).append(each)
    worst_of = {key: max(Severity.of(each.severity) for each in group) for key, group in groups.items()}
    return [
        Standing(
            state=key[1],
            rule=key[2],
            severity=worst_of[key].word,
            waived=key[0],
            resources=tuple(sorted(each.resource for each in groups[key])),
        )
        for key in sorted(groups, key=lambda key: (key[0], -worst_of[key], key))
    ]


def _compared(change: Change, old: Finding | None, new: Finding) -> Judged:
    if new.resource.urn in change.coverage.unseen:
        return _shown("unknown", new)
    if old is None:
        return _shown("new", new)
    if stood(old).covers(new):
        return _shown("still", new)
    return _shown("new", new, f". Before: {old.severity.word}, {old.detail}")


def _is_seen(change: Change, finding: Finding, after: Setup) -> bool:
    """Whether the preview tells that it is gone."""
    urn = finding.resource.urn
    if change.errors or urn in change.coverage.unseen or (finding.rule.whole and not change.after.whole):
        return False
    resource = change.after.find(urn)
    if resource is None:
        return True
    if finding.rule.decided:
        return finding.rule.decided(after, resource)
    return not _has_unknown(dict(resource.inputs))


def _has_unknown(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_unknown(each) for each in value.values())
    if isinstance(value, list):
        return any(_has_unknown(each) for each in value)
    return value is UNKNOWN


def left_out(change: Change) -> list[str]:
    """The rules that could not be held against a part of a stack."""
    return [rule.id for rule in unjudged(change.after)]


def worst(found: Iterable[Judged], *, only_new: bool = False) -> Severity | None:
    """The worst of what nobody accepted and is there after the change, or of that only what the change brings."""
    states = ("new",) if only_new else ("new", "unknown", "still")
    return max((Severity.of(each.severity) for each in found if each.state in states and not each.waived), default=None)


def _shown(state: State, finding: Finding, more: str = "") -> Judged:
    return Judged(
        state=state,
        rule=finding.rule.id,
        severity=finding.severity.word,
        resource=clean(finding.resource.name),
        detail=clean(finding.detail + more),
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
    if finding.overlong:
        waiver = finding.overlong
        return clean(
            f"The waiver of {waiver.owner} until {waiver.until} does not count: it ends later than maxWaiverDays allows"
        )
    if finding.lapsed:
        return clean(f"The waiver of {finding.lapsed.owner} ended on {finding.lapsed.until}: {finding.lapsed.reason}")
    return ""
