"""The report: everything that a reviewer is told, as plain values that every format shows.

The texts are safe to show (`text.py`); what a format needs on top it does itself.
"""

import re
from collections import Counter
from dataclasses import dataclass

from review import altered, effects, judgement, picture, policy_diff, refusals, removals, states, timeline
from review.altered import Altered
from review.change import Change, is_azure
from review.coverage import Coverage
from review.effect import Effect, Level
from review.facts import Fact, compared
from review.judgement import Judged, Standing
from review.judging import Judging
from review.picture import Picture
from review.policy_diff import PolicyChange
from review.removals import Removal
from review.routes import Route, routes, touches
from review.text import clean, message
from review.timeline import Moment
from rules.settings import Settings
from rules.setup import Setup

_COUNT = re.compile(r"\d+ problems? found; nothing was deployed$")
"""How the components begin a list of problems (components/errors.py, `listed`)."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One API, product or operation, before and after."""

    label: str
    """As a reader knows it."""
    what: str
    """`new`, `changed`, `removed`, `same`, or `unseen`: the preview does not show that it looked at all of it."""
    facts: tuple[Fact, ...]
    """Its properties; of one that stays the same, too."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole of it."""

    project: str
    """Name of the project."""
    stack: str
    """Name of the stack."""
    environment: str
    """What the stack is for: `development`, `staging` or `production`."""
    status: str
    """`changes`, `no changes`, `partial` (something was left out), `failed`, or `forbidden` by a mandatory policy."""
    headline: str
    """What happens to which calls, in one sentence."""
    level: str
    """The worst of the effects: `none`, `safe`, `change`, `risk`, `danger` or `outage`."""
    effects: tuple[Effect, ...]
    """What happens to calls, the worst first."""
    errors: tuple[str, ...]
    """Why the preview failed, line by line."""
    warnings: tuple[str, ...]
    """What the preview warned of."""
    counts: dict[str, int]
    """Operation -> how many resources in Azure it is done to."""
    rows: tuple[Row, ...]
    """Every API, product and operation; those that change first."""
    policies: tuple[PolicyChange, ...]
    """The policy documents that change."""
    altered: tuple[Altered, ...]
    """The resources that change, and which of their properties do."""
    timeline: tuple[Moment, ...]
    """What happens, in order."""
    findings: tuple[Judged, ...]
    """What the rules find."""
    standing: tuple[Standing, ...]
    """Those of them that the change leaves as they are, counted by rule."""
    judging: tuple[str, ...]
    """What the change alters of how it is judged, line by line."""
    removals: tuple[Removal, ...]
    """What is replaced or deleted."""
    picture: Picture
    """Who refers to whom."""
    notes: tuple[str, ...]
    """What the report could not know."""


def build(change: Change, by: Judging | Settings) -> Report:
    """The report of a change, judged by these settings."""
    judging = Judging(settings=by) if isinstance(by, Settings) else by
    settings = judging.settings
    was = Setup(change.before)
    will = Setup(change.after, previous=was)
    before, after = routes(was, will), routes(will, was)
    found = [*refusals.found(change, will), *effects.effects(change, before, after, settings.now)]
    findings = judgement.judged(change, was, will, settings)
    status = _status(change)
    level = max((each.level for each in found), default=Level.NONE)
    return Report(
        project=clean(change.project),
        stack=clean(change.stack),
        environment=settings.environment,
        status=status,
        headline=_headline(status, change, found, judging),
        level=max(level, _least(change)).word,
        effects=tuple(found),
        errors=_messages(change.errors),
        warnings=_messages(change.warnings),
        counts=dict(sorted(Counter(each.op for each in change.steps if is_azure(each.resource)).items())),
        rows=tuple(_rows(change, before, after)),
        policies=tuple(policy_diff.changes(change)),
        altered=tuple(altered.altered(change)),
        timeline=tuple(timeline.moments(change, will)),
        findings=tuple(findings),
        standing=tuple(judgement.standing(findings)),
        judging=tuple(judging.lines),
        removals=tuple(removals.removals(change)),
        picture=picture.picture(change, before, after),
        notes=(*_notes(change), *judging.notes),
    )


def _status(change: Change) -> str:
    if change.errors:
        return "failed"
    if change.forbidden:
        return "forbidden"
    if change.coverage.kind == "partial":
        return "partial"
    return "changes" if change.steps or change.leftovers else "no changes"


def _least(change: Change) -> Level:
    """What cannot be known is a risk: nothing is safe that nobody looked at."""
    kind = change.coverage.kind
    return Level.RISK if kind in ("failed", "partial") or (kind == "stateless" and change.steps) else Level.NONE


def _headline(status: str, change: Change, found: list[Effect], judging: Judging) -> str:
    """What is not covered, and who judges, stand in front of what happens."""
    numbers = {"looked_at": change.coverage.looked_at, "all": change.coverage.all}
    fronts = judging.fronts
    if status == "failed":
        rest = f"{len(change.coverage.unseen)} of {numbers['all']} resources" if numbers["all"] else "what it would do"
        return "; ".join([states.headline(status, reason=_reason(change), rest=rest), *fronts])
    if change.coverage.kind in ("partial", "stateless"):
        fronts = [states.headline(change.coverage.kind, **numbers), *fronts]
    told_of = _told_of(status, change, found)
    if change.coverage.kind == "unproved" and all(each.level <= Level.SAFE for each in found):
        told_of += states.headline("unproved")
    if not fronts:
        return told_of
    front = "; ".join(fronts)
    return f"{front[:1].upper()}{front[1:]}: {told_of}"


def _told_of(status: str, change: Change, found: list[Effect]) -> str:
    if not found and change.coverage.kind == "partial":
        return states.headline("nothing seen")
    if status == "changes" and not found:
        return states.headline("no effects")
    if status in ("forbidden", "no changes"):
        then = ("; it would do this: " if status == "forbidden" else "; ") + told(found[0]) if found else ""
        return states.headline(status, then=then)
    first, *others = found
    worst = [each for each in others if each.level >= Level.RISK]
    more = f" (and {len(worst)} more that need a look)" if worst else ""
    return f"{told(first)}{more}"


def told(effect: Effect) -> str:
    """An effect as a sentence that says whom it is about."""
    if not effect.who:
        return effect.text[:1].upper() + effect.text[1:]
    named = ", ".join(effect.who[:3]) + (f" and {len(effect.who) - 3} more" if len(effect.who) > 3 else "")
    return f"{named}: {effect.text}"


def _reason(change: Change) -> str:
    """The first thing that is wrong, without the line that only counts."""
    lines = [each.strip() for each in _messages(change.errors) if not _COUNT.match(each)]
    return lines[0].removeprefix("1. ") if lines else "no reason was given"


def _messages(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for each in found for line in message(each))


def _rows(change: Change, before: dict[str, Route], after: dict[str, Route]) -> list[Row]:
    rows = []
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        route = new or old
        if route is None:
            continue
        facts = tuple(compared(old, new))
        moved = any(each.changed for each in facts) or _is_touched(change, old, new)
        still = "unseen" if _is_unseen(change.coverage, old, new) else "same"
        what = "new" if old is None else "removed" if new is None else "changed" if moved else still
        rows.append(Row(label=clean(route.label), what=what, facts=facts))
    return sorted(rows, key=lambda each: (each.what in ("same", "unseen"), each.label))


def _is_unseen(coverage: Coverage, old: Route | None, new: Route | None) -> bool:
    """Whether anything that it is made of was left out, or may have been."""
    if coverage.kind == "unproved":
        return True
    if not coverage.unseen:
        return False
    touched = (each.urn for route in (old, new) if route for each in touches(route))
    return any(urn in coverage.unseen for urn in touched)


def _is_touched(change: Change, old: Route | None, new: Route | None) -> bool:
    return any(each.urn in change.step_of for route in (old, new) if route for each in touches(route))


def _notes(change: Change) -> list[str]:
    notes = []
    kind, skipped = change.coverage.kind, ", ".join(judgement.left_out(change)) or "none"
    if kind == "partial":
        notes.append(
            f"{change.coverage.looked_at} of {change.coverage.all} resources were looked at: {change.coverage.reason}. "
            f"Nothing is known of the others, and some rules were not applied ({skipped}). Preview the whole stack."
        )
    elif kind == "unproved":
        notes.append(
            "The preview does not show that it looked at everything: what --target or --exclude leave out counts as "
            "unchanged. Made with --show-sames, it shows it."
        )
    elif not change.before.whole and not change.errors:
        notes.append(
            "Only what changes is known: unchanged APIs are not listed, and some rules were not applied "
            f"({skipped}). Give the state too: --base STATE.json."
        )
    if change.forbidden:
        notes.append("Which policy it was, the preview said on the terminal only; the rules' findings are below.")
    if change.errors:
        notes.append("The preview stopped before its end: what follows is what it had found until then.")
    return notes
