"""In which order a change happens, and what each moment means for calls that are under way.

Creations and updates come first, each after what it depends on; what is on one stage happens at the same time.
Deletions come last, each before what it depends on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review.around import QUIET_TYPES
from review.change import Change, Step, is_azure, named
from rules.catalog.certificate_still_referenced import naming
from rules.graph import Resource
from rules.places import entity_id, owner_of
from rules.setup import Setup

_UNSEEN = "No call notices"
_UNKNOWN = "What it means for calls is not known"
_REPLACED = "The new one is there beside the old one, which goes at the end"
_MEANING: Mapping[tuple[str, str], str] = {
    ("Certificate", "create"): "It is there, and nothing presents it yet",
    ("Certificate", "import"): "It is there already, and is owned by the stack from now on",
    (
        "Certificate",
        "update",
    ): "Whatever presents it presents the new content from this moment; open connections keep the old one",
    ("Certificate", "replace"): "The new one is there beside the old one, which goes at the end",
    ("Certificate", "delete"): "No policy of the stack names it any more",
    ("Backend", "create"): "It is there, and nothing routes to it yet",
    ("Backend", "update"): "The next connection to the server is made this way; calls under way end as they began",
    ("Backend", "replace"): "The new one is there beside the old one, which is still called",
    ("Backend", "delete"): "Nothing routes to it any more",
    ("Api", "create"): "Callers reach it; until its policy is there, it presents no certificate",
    ("Api", "update"): "The next call finds it this way",
    ("Api", "delete"): "Calls get 404",
    ("Policy", "create"): "From this moment calls follow it",
    ("Policy", "update"): "From this moment new calls follow the new text; calls under way end as they began",
    ("Policy", "replace"): "From this moment new calls follow the new text; calls under way end as they began",
    ("Policy", "delete"): "From this moment only what outer policies say applies",
    ("ApiManagementService", "create"): "It takes half an hour or more until the gateway answers (some tiers: minutes)",
    ("ApiManagementService", "update"): "It takes minutes; new authorities 15 or more, with downtime on Developer",
    ("ApiManagementService", "delete"): "The gateway stops answering",
    (
        "RoleAssignment",
        "create",
    ): "It may take minutes until Azure honours it: if reading the secret is refused, deploy again",
    (
        "RoleAssignment",
        "replace",
    ): "While the service changes its identity counts as unknown; `up` leaves the assignment if it stays the same",
    ("RoleAssignment", "delete"): "Renewals in the vault are no longer followed",
    ("AccessPolicy", "delete"): "Renewals in the vault are no longer followed",
    ("ApiOperation", "create"): "Callers reach the operation",
    ("ApiOperation", "delete"): "Calls of the operation get 404",
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing that happens."""

    stage: int
    """1 and up; what has the same stage does not wait for each other."""
    op: str
    """`create`, `update`, `replace`, `delete`, `import`."""
    what: str
    """Kind and name of the resource."""
    meaning: str
    """What it means for calls."""


def moments(change: Change, will: Setup) -> list[Moment]:
    """Everything that happens, in order; what happens at the same time by name, since engines differ there.

    Components are left out: nothing happens to them in Azure.
    """
    steps = [each for each in change.steps if is_azure(each.resource)]
    early = {each.before.urn: each.before for each in steps if each.deletes_first and each.before}
    late = {each.urn: each for each in _gone(change, steps)}
    made = {each.resource.urn: each for each in steps if each.op != "delete"}
    found: list[Moment] = []
    stage = 0
    for urn, place in _stages(early, reverse=True).items():
        meaning = f"The old one goes before the new one is there. {_meaning('delete', early[urn])}"
        found.append(Moment(stage=stage + place, op="delete", what=named(early[urn]), meaning=meaning))
    stage = max((each.stage for each in found), default=stage)
    for urn, place in _stages({urn: step.resource for urn, step in made.items()}).items():
        op = "create" if urn in early else made[urn].op
        resource = made[urn].resource
        found.append(Moment(stage=stage + place, op=op, what=named(resource), meaning=_meaning(op, resource)))
    stage = max((each.stage for each in found), default=stage)
    for urn, place in _stages(late, reverse=True).items():
        first = "The old one goes. " if urn in made else ""
        meaning = first + (_still_named(will, late[urn]) or _meaning("delete", late[urn]))
        found.append(Moment(stage=stage + place, op="delete", what=named(late[urn]), meaning=meaning))
    return sorted(found, key=lambda each: (each.stage, each.op, each.what))


def _gone(change: Change, steps: Iterable[Step]) -> Iterable[Resource]:
    yield from (each for each in change.leftovers if is_azure(each))
    for step in steps:
        if step.before and (step.op == "delete" or (step.op == "replace" and not step.deletes_first)):
            yield step.before


def _stages(resources: Mapping[str, Resource], *, reverse: bool = False) -> dict[str, int]:
    """URN -> 1 and up: behind everything that it depends on or, in reverse, that depends on it."""
    waits: dict[str, set[str]] = {urn: set() for urn in resources}
    for urn, resource in resources.items():
        for other in (each for each in resource.dependencies if each in resources):
            waits[other if reverse else urn].add(urn if reverse else other)
    found: dict[str, int] = {}
    left, stage = dict(waits), 1
    while left:
        ready = [urn for urn, others in left.items() if not others & left.keys()] or list(left)  # a circle ends, too
        for urn in ready:
            found[urn] = stage
            del left[urn]
        stage += 1
    return found


def _meaning(op: str, resource: Resource) -> str:
    kind = resource.type.removeprefix("azure-native:")
    default = _UNSEEN if op in ("create", "import") or kind in QUIET_TYPES else _UNKNOWN
    return _MEANING.get((_kind(resource), op), _REPLACED if op == "replace" else default)


def _still_named(will: Setup, gone: Resource) -> str:
    """What is said of a certificate or a backend that a policy still names; empty when none does."""
    kind, named = _kind(gone), False
    if kind == "Certificate":
        named = any(naming(will, gone))
    elif kind == "Backend":
        owner, backend_id = owner_of(will.graph, gone) or "", entity_id(gone, "backendId") or ""
        named = (owner, "backend-id", backend_id.lower()) in will.naming and not will.backend_named(owner, backend_id)
    return "A policy still names it: Azure refuses to delete it" if named else ""


def _kind(resource: Resource) -> str:
    kind = resource.type.rpartition(":")[2].removeprefix("Workspace")
    return "Policy" if kind.endswith("Policy") and kind != "AccessPolicy" else kind
