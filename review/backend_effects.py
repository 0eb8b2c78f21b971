"""What a change of the backend, and of how its server is validated, means for calls."""

from collections.abc import Iterator

from review.change import Change
from review.effect import Level
from review.routes import Route
from rules.backend import PARTS, Backend, Part, Validation

Found = Iterator[tuple[Level, str]]
_NAMED = "a certificate with the name in the URL"
_QUIET = {"url", "tls", "description", "title"}
"""Properties of a backend whose change is told otherwise, or that no call notices."""


def found(change: Change, before: Route, after: Route) -> Found:
    """What happens to calls because they go elsewhere, or the server is validated differently."""
    old, new = _urls(before), _urls(after)
    if old != new:
        yield from _moved(old, new, after)
    for part in PARTS:
        yield from _validation(part, before.weakest(part), after.weakest(part), after)
    for backend in after.members:
        step = change.step_of.get(backend.resource.urn)
        roots = step.roots - _QUIET if step else set()
        if step and step.op == "update" and roots:
            yield Level.RISK, f"the backend's {', '.join(sorted(roots))} change: calls depend on it"


def _moved(old: str, new: str, after: Route) -> Found:
    level = Level.RISK if old and new else Level.CHANGE
    if not new:
        yield Level.RISK, "no longer routes to a backend of this stack"
        return
    came_from = f" instead of {old}" if old else ""
    yield level, f"calls go to {new}{came_from}"
    if any((each.url or "").lower().startswith("http://") for each in after.members) or new.startswith("http://"):
        yield Level.DANGER, "calls go over http: nothing is encrypted, and no certificate is presented"
    if after.url:
        yield Level.DANGER, "routes by base-url: the TLS settings of the backend entity do not apply"


def _validation(part: Part, old: Validation | None, new: Validation | None, after: Route) -> Found:
    if new is None:
        return
    was = old.on if old else None
    if new.on is False and was is not False:
        yield Level.DANGER, f"{part} validation is switched {new.words}"
    elif new.on is True and was is False:
        needs = f"a certificate of one of: {after.authorities}" if part == "chain" else _NAMED
        yield Level.RISK, f"{part} validation is switched on: calls fail unless the backend has {needs}"


def _urls(route: Route) -> str:
    return route.url or ", ".join(_url(each) for each in route.members)


def _url(backend: Backend) -> str:
    return backend.url or "a URL known after deployment"
