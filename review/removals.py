"""What is replaced or deleted, why, and what refers to it."""

from dataclasses import dataclass

from review.change import Change, Step, is_azure, named
from review.text import clean
from rules.graph import Resource

_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Removal:
    """One resource that does not stay as it is."""

    op: str
    """`replace` or `delete`."""
    what: str
    """Kind and name of the resource."""
    why: str
    """The reason, in words."""
    referrers: tuple[str, ...]
    """What depended on it, and what happens to that."""
    protected: bool
    """Whether it is protected, so that the deployment is refused."""


def removals(change: Change) -> list[Removal]:
    """Every replacement and deletion of something in Azure."""
    dependents: dict[str, list[Resource]] = {}
    for each in change.before.resources:
        for urn in each.dependencies:
            dependents.setdefault(urn, []).append(each)
    found = [
        Removal(
            op=step.op,
            what=named(step.resource),
            why=_why(step),
            referrers=_referrers(change, dependents.get(step.resource.urn, [])),
            protected=bool(step.before and step.before.protect),
        )
        for step in change.steps
        if step.op in ("replace", "delete") and is_azure(step.resource)
    ]
    return sorted(found, key=lambda each: (each.op, each.what))


def _why(step: Step) -> str:
    if step.op == "delete":
        return "The program no longer declares it."
    if not (step.forced or step.changed):
        return "Something that it depends on is replaced."
    forced = ", ".join(clean(each) for each in step.forced or step.changed)
    first = (
        "deleted before the new one is created" if step.deletes_first else "created anew before the old one is deleted"
    )
    return f"Azure cannot change {forced} in place; {first}."


def _referrers(change: Change, resources: list[Resource]) -> tuple[str, ...]:
    shown = sorted(f"{named(each)} ({_fate(change, each)})" for each in resources if is_azure(each))
    more = len(shown) - _SHOWN
    return tuple(shown[:_SHOWN] + ([f"and {more} more"] if more > 0 else []))


def _fate(change: Change, resource: Resource) -> str:
    step = change.step_of.get(resource.urn)
    if step is None:
        return "stays as it is"
    return {"delete": "is deleted first", "replace": "is replaced", "update": "is updated before"}.get(step.op, step.op)
