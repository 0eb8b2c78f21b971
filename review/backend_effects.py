"""What a change of the backend, and of how its server is validated, means for calls."""

from collections.abc import Iterator

from review.change import Change
from review.effect import Level
from review.routes import Route
from rules.backend import Backend

Found = Iterator[tuple[Level, str]]
_QUIET = {"url", "tls", "description", "title"}
"""Properties of a backend whose change is told otherwise, or that no call notices."""


def found(change: Change, before: Route, after: Route) -> Found:
    """What happens to calls because they go elsewhere, or the server is validated differently."""
    old, new = _urls(before), _urls(after)
    if old != new:
        yield from _moved(old, new, after)
    for word, flag, reason in (
        ("chain", "validates_chain", "chain_reason"),
        ("name", "validates_name", "name_reason"),
    ):
        yield from _validation(word, _weakest(before, flag), _weakest(after, flag), _reason(after, flag, reason), after)
    for backend in after.members:
        step = change.step_of.get(backend.resource.urn)
        roots = {each.partition(".")[0].partition("[")[0] for each in step.changed} - _QUIET if step else set()
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


def _validation(word: str, old: bool | None, new: bool | None, reason: str | None, after: Route) -> Found:
    if new is False and old is not False:
        yield Level.DANGER, f"{word} validation is switched OFF ({reason or 'no reason given'})"
    elif new is True and old is False:
        trusted = f"one of: {after.authorities}" if word == "chain" else "a certificate with the name in the URL"
        needs = "a certificate of " if word == "chain" else ""
        yield Level.RISK, f"{word} validation is switched on: calls fail unless the backend has {needs}{trusted}"


def _weakest(route: Route, flag: str) -> bool | None:
    values = [getattr(each, flag) for each in route.members]
    if not values or route.url:
        return None
    return False if False in values else None if None in values else True


def _reason(route: Route, flag: str, reason: str) -> str | None:
    return next((getattr(each, reason) for each in route.members if getattr(each, flag) is False), None)


def _urls(route: Route) -> str:
    return route.url or ", ".join(_url(each) for each in route.members)


def _url(backend: Backend) -> str:
    return backend.url or "a URL known after deployment"
