"""A change between two sets of resources, as a preview would tell it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rule_resources import NOW, settings

from review.change import Change, Op, Step
from review.report import Report, build
from rules.graph import Graph, Resource


def change(
    before: Sequence[Resource], after: Sequence[Resource], *, forced: Sequence[str] = (), **given: Any
) -> Change:
    """What makes `after` of `before`; `forced` are the names of resources that have to be replaced."""
    old, new = ({each.urn: each for each in side} for side in (before, after))
    differing = [urn for urn in dict.fromkeys([*new, *old]) if old.get(urn) != new.get(urn)]
    steps = [_step(old.get(urn), new.get(urn), forced) for urn in differing]
    removed = tuple(each.before for each in steps if each.before and each.op in ("delete", "replace"))
    renewals = given.pop("renewals", {})
    earlier = Graph(stack="test", project="project", resources=tuple(before))
    later = replace(earlier, resources=tuple(after), previous=earlier, removed=removed, renewals=renewals)
    return Change(
        project="project",
        stack="test",
        before=earlier,
        after=later,
        steps=tuple(steps),
        **given,
    )


def _step(old: Resource | None, new: Resource | None, forced: Sequence[str]) -> Step:
    op: Op = "create" if old is None else "delete"
    changed: list[str] = []
    if old and new:
        op = "replace" if new.name in forced else "update"
        changed = sorted(key for key in {*old.inputs, *new.inputs} if old.inputs.get(key) != new.inputs.get(key))
    return Step(op=op, before=old, after=new, changed=tuple(changed), forced=())


def report(before: Sequence[Resource], after: Sequence[Resource], **given: Any) -> Report:
    """The report of that change."""
    return build(change(before, after, **given), settings().model_copy(update={"now": NOW}))


def effects(before: Sequence[Resource], after: Sequence[Resource], **given: Any) -> list[tuple[str, str]]:
    """(level, text) of everything that happens to calls."""
    return [(each.level.word, each.text) for each in report(before, after, **given).effects]
