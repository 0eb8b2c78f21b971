"""What a change of the backend, and of how its server is validated, means for calls."""

from collections.abc import Iterator

from review.calls import Calls
from review.change import Change
from review.said import Found, said
from rules.backend import PARTS, Backend, Part, Validation

_NAMED = "a certificate with the name in the URL"
_QUIET = {"url", "tls", "description", "title"}
"""Properties of a backend whose change is told otherwise, or that no call notices."""
_NAMES = {"backendId", "serviceName", "resourceGroupName", "workspaceId"}
"""Properties that say which entity it is."""


def found(change: Change, before: Calls, after: Calls, authorities: str) -> Found:
    """What happens to calls because they go elsewhere, or the server is validated differently."""
    if after.routed.is_unknown:
        if not before.routed.is_unknown:
            yield said("backend-unknown", reason=after.routed.reason, before=before.targets or before.routed.words)
        return
    old, new = before.targets, after.targets
    if old != new or bool(before.url) != bool(after.url):
        yield from _moved(before, after)
    for part in PARTS:
        yield from _validation(part, before.weakest(part), after.weakest(part), authorities)
    yield from _trust(before, after, authorities)
    properties = sorted({each for roots in _others(change, before, after) for each in roots})
    if properties:
        yield said("backend-other", properties=", ".join(properties))


def _moved(before: Calls, after: Calls) -> Found:
    old, new = before.targets, after.targets
    if not new:
        yield said("backend-lost") if after.routed.is_none else said("backend-elsewhere", reference=after.routed.words)
        return
    yield said("backend-moved", after=new, before=old) if old else said("backend-first", after=new)
    if any((each.url or "").lower().startswith("http://") for each in after.members) or new.lower().startswith("http:"):
        yield said("backend-http")
    if after.url:
        yield said("backend-by-url")


def _validation(part: Part, old: Validation | None, new: Validation | None, authorities: str) -> Found:
    if new is None:
        return
    was = old.on if old else None
    if new.on is False and was is not False:
        yield said("validation-off", part=part, words=new.words)
    elif new.on is True and was is False:
        needs = f"a certificate of one of: {authorities}" if part == "chain" else _NAMED
        yield said("validation-on", part=part, needs=needs)


def _trust(before: Calls, after: Calls, authorities: str) -> Found:
    """Whom the backends trust; of one that is not validated nobody asks, and a new one has no before."""
    old, new = before.trusted, after.trusted
    chain = after.weakest("chain")
    if old == new or not before.members or chain is None or chain.on is False:
        return
    if old and new:
        yield said("trust-other", after=new, before=old)
    elif new:
        yield said("trust-new", after=new)
    else:
        yield said("trust-gone", before=old, authorities=authorities)


def _others(change: Change, before: Calls, after: Calls) -> Iterator[set[str]]:
    """The other properties that differ, of each backend."""
    for backend in (*after.members, *((after.pool,) if after.pool else ())):
        step = change.step_of.get(backend.resource.urn)
        if step and step.op in ("update", "replace", "import"):
            yield step.roots - _QUIET - _NAMES
    if len(before.members) == len(after.members) == 1:
        yield _between(before.members[0], after.members[0])


def _between(old: Backend, new: Backend) -> set[str]:
    """The same for two entities, one in place of the other."""
    if old.resource.urn == new.resource.urn:
        return set()
    was, will = old.resource.inputs, new.resource.inputs
    return {each for each in {*was, *will} - _QUIET - _NAMES if was.get(each) != will.get(each)}
