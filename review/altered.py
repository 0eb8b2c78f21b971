"""Which properties of which resources differ: whatever changes has a line, whatever kind of resource it is of.

Values are not shown here: they may be secrets. Of components nothing is told, since nothing happens to them anywhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.change import Change, Step, is_azure, named
from review.text import clean

_MOST = 60
"""Properties of one resource."""
_DEEPEST = 3
"""How deep a path goes; what differs below is told by it."""
_PROVIDER = "pulumi:providers:"


@dataclass(frozen=True, kw_only=True)
class Altered:
    """One resource that changes."""

    op: str
    """`create`, `update`, `replace`, `delete` or `import`."""
    what: str
    """Kind and name of the resource."""
    properties: tuple[str, ...]
    """Paths of the inputs that differ; empty for one that is created or deleted."""


def altered(change: Change) -> list[Altered]:
    """Whatever is changed in place or replaced, and what is created or deleted elsewhere than in Azure."""
    found = [
        Altered(op=each.op, what=named(each.resource), properties=tuple(_properties(each)))
        for each in change.steps
        if each.custom and _counts(each)
    ]
    return sorted(found, key=lambda each: (each.op, each.what))


def _counts(step: Step) -> bool:
    if step.op in ("update", "replace", "import"):
        return True
    is_default = step.resource.type.startswith(_PROVIDER) and step.resource.name.startswith("default")
    return not is_azure(step.resource) and not is_default


def _properties(step: Step) -> Iterator[str]:
    old, new = (dict(each.inputs) if each else {} for each in (step.before, step.after))
    differing = _paths(old, new, "", _DEEPEST) if step.before and step.after else iter(())
    every = sorted({*differing, *step.changed})
    told = [each for each in every if not any(other.startswith((f"{each}.", f"{each}[")) for other in every)]
    yield from (clean(each) for each in told[:_MOST])
    if len(told) > _MOST:
        yield f"and {len(told) - _MOST} more"


def _paths(old: Mapping[str, Any], new: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key), new.get(key)
        if one == other and (key in old) == (key in new):
            continue
        place = f"{path}.{key}" if path else key
        if depth > 1 and isinstance(one, dict) and isinstance(other, dict):
            yield from _paths(one, other, place, depth - 1)
        else:
            yield place
