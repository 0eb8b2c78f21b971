"""What a preview looked at. Nothing can be said of the rest, and no document of Pulumi says that there is one.

With `--target` or `--exclude` the CLI counts what it leaves out as `same`. Only with `--show-sames` the two can be
told apart: what the program declared has no outputs in `newState`, what was left out is copied from the state, outputs
and all (seen with CLI 3.260; pkg/resource/deploy/step_generator.go).
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from review.documents import Deployment, Preview, State, Step

Kind = Literal["whole", "unproved", "stateless", "partial", "failed"]
_STACK = "pulumi:pulumi:Stack"
_ROOT = f"::{_STACK}::"
_PROVIDERS = "pulumi:providers:"
_LISTED = ("create", "update", "replace", "delete", "import")
"""What a preview lists one by one."""
_OF_THE_STATE = ("same", "update", "replace", "delete")
"""What it counts of resources that are there already."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What a preview looked at; numbers are of resources, components among them."""

    kind: Kind = "whole"
    """`whole`; `unproved`: it counts all, and does not show it; `stateless`: it shows a part of what it looked at, and
    there is no state beside it; `partial`: it left something out, or contradicts itself; `failed`: it ended early."""
    looked_at: int = 0
    """How many it looked at or, without a state, shows."""
    all: int = 0
    """How many there are; 0 when nobody can tell."""
    unseen: frozenset[str] = frozenset()
    """URNs of what it did not look at."""
    skipped: frozenset[str] = frozenset()
    """Those of them that are not there, and that the program declares."""
    reason: str = ""
    """Why it is partial."""


WHOLE = Coverage()
"""Everything was looked at."""


def coverage(preview: Preview, base: Deployment | None, *, failed: bool) -> Coverage:
    """What was looked at; `base` is the state before, if it is known."""
    there = {each.urn for each in (base.resources if base else ()) if not each.delete and _is_declared(each)}
    steps = {each.urn: each for each in preview.steps if _is_declared(each.new_state or each.old_state)}
    former = {each.old_state.urn for each in steps.values() if each.old_state}
    skipped = {urn for urn, each in steps.items() if _is_skipped(each, there if base else None)}
    left_out = skipped | {urn for urn, each in steps.items() if _is_copied(each)}
    untold = there - former - steps.keys()
    shown = shows_sames(preview)
    counted = sum(preview.change_summary.values()) - len({each.urn for each in preview.steps if _ROOT in each.urn})
    number = len(steps) + len(untold) if base else counted
    if failed:
        unseen = left_out | untold
        return Coverage(
            kind="failed",
            looked_at=len(steps) - len(left_out),
            all=number if base else 0,
            unseen=frozenset(unseen),
            skipped=frozenset(skipped),
        )
    unseen = left_out | (untold if shown else set())
    reason, short = _reason(preview, base, left_out=len(left_out), untold=len(unseen) - len(left_out))
    kind: Kind = "partial" if reason else "whole" if shown else "unproved" if base else "stateless"
    number = max(number, counted)  # what the program adds, and was left out, is counted
    looked_at = len(steps) if kind == "stateless" else number - (len(unseen) or short)
    return Coverage(
        kind=kind,
        looked_at=max(looked_at, 0),
        all=number,
        unseen=frozenset(unseen),
        skipped=frozenset(skipped),
        reason=reason,
    )


def shows_sames(preview: Preview) -> bool:
    """Whether it lists what does not change, too (`--show-sames`), or there is nothing of it."""
    return preview.change_summary.get("same", 0) <= sum(each.op == "same" for each in preview.steps)


def _is_declared(state: State | None) -> bool:
    """Whether it is a resource of the program: no stack, no provider, nothing that is only read."""
    return state is not None and not state.type.startswith((_STACK, _PROVIDERS)) and not state.external


def _is_copied(step: Step) -> bool:
    return step.op == "same" and step.new_state is not None and bool(step.new_state.outputs)


def _is_skipped(step: Step, there: set[str] | None) -> bool:
    """Whether it is a creation that was left out: it is told as `same`, of something that is not there."""
    old = step.old_state
    if step.op != "same" or old is None:
        return False
    return old.urn not in there if there is not None else old.custom and not old.id


def _reason(preview: Preview, base: Deployment | None, *, left_out: int, untold: int) -> tuple[str, int]:
    """Why it is partial (empty: it is not), and how many it lacks, where they cannot be named."""
    if left_out:
        return "--target or --exclude left out the rest", 0
    if untold:
        return "it does not say what becomes of the rest", 0
    if not preview.change_summary or any(each.op == "refresh" for each in preview.steps):
        return "", 0
    listed = Counter[str](each.op for each in preview.steps)
    for op in _LISTED:
        count = preview.change_summary.get(op, 0)
        if count != listed[op]:
            return f"it counts {count} to {op}, and lists {listed[op]}", abs(count - listed[op])
    return _miscounted(preview, base) if base else ("", 0)


def _miscounted(preview: Preview, base: Deployment) -> tuple[str, int]:
    """A preview without `--show-sames` counts at least: what is there, and nothing else."""
    counted = sum(preview.change_summary.get(op, 0) for op in _OF_THE_STATE)
    least = sum(_ROOT in each.urn or _is_declared(each) for each in base.resources if not each.delete)
    if counted < least:
        return f"it counts {counted} of the {least} resources in the state", least - counted
    if counted > len(base.resources):
        return "--target or --exclude left out what the program adds", counted - least
    return "", 0
