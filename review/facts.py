"""A route as a reader compares it: names and words, before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from review import text
from review.calls import Calls
from review.routes import UNKNOWN_TEXT, Route
from rules.backend import PARTS
from rules.graph import Mark


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One property of a route."""

    name: str
    """What it is."""
    before: str
    """As it was; empty for a route that is new."""
    after: str
    """As it will be; empty for a route that is removed."""

    @property
    def changed(self) -> bool:
        """Whether it differs."""
        return self.before != self.after


_WHERE = ", where "
"""Between the name of a property and the calls that it is about."""


def compared(before: Route | None, after: Route | None) -> list[Fact]:
    """Every property that one of the two has."""
    old, new = (dict(_facts(each)) if each else {} for each in (before, after))
    names = [each for each in dict.fromkeys([*new, *old]) if old.get(each) or new.get(each)]
    split = {each.partition(_WHERE)[0] for each in names if _WHERE in each}
    return [
        _fact(each, _value(each, old), _value(each, new))
        for each in names
        if each not in split or (old.get(each) and new.get(each))
    ]


def _value(name: str, facts: Mapping[str, str]) -> str:
    """A property; of calls that come some ways only, that of all calls, where these are not told apart."""
    return facts.get(name) or (facts.get(name.partition(_WHERE)[0], "") if _WHERE in name else "")


def _fact(name: str, before: str, after: str) -> Fact:
    """What differs is shown as different, even where the difference is hidden, or behind a cut."""
    old, new = text.compared(before, after)
    return Fact(name=name, before=old, after=new)


def day(moment: datetime | None) -> str:
    """A moment as a reader compares it."""
    return moment.strftime("%Y-%m-%d") if moment else UNKNOWN_TEXT


def _facts(route: Route) -> Iterator[tuple[str, str]]:
    """In the order in which they are shown; of calls that come only some ways, with the condition in the name."""
    if route.owner:
        yield "Service", route.owner.rpartition("::")[2]
    if route.api:
        path = route.api.resource.get("path")
        yield "Path", path.value if isinstance(path, Mark) else f"/{path or ''}"
    for each in route.calls:
        some = f"{_WHERE}{each.condition}" if each.condition else ""
        yield from ((f"{name}{some}", value) for name, value in _of_calls(route, each))
    demands = ", ".join(f"{each.name}{f' (where {each.condition})' if each.way else ''}" for each in route.guards)
    yield "Demands of callers", demands
    yield "Scope", route.scope if route.policy or route.scope != "api" else "API, without a policy of its own"
    if route.api and route.api.subscription_required is not None:
        yield "Subscription key", "required" if route.api.subscription_required else "NOT required"


def _of_calls(route: Route, calls: Calls) -> Iterator[tuple[str, str]]:
    if calls.ended:
        yield "Answered by the gateway", calls.ended
        return
    yield from _certificate(route, calls)
    yield from _backend(route, calls)


def _certificate(route: Route, calls: Calls) -> Iterator[tuple[str, str]]:
    certificate, by = calls.certificate, calls.presented_by
    if certificate is None:
        outside = not (calls.presented.is_none or calls.presented.is_unknown)
        yield "Certificate", "not of this stack" if outside else calls.presented.words
    else:
        yield "Certificate", certificate.secret_url or ("PFX" if certificate.is_pfx else UNKNOWN_TEXT)
        yield "Subject", certificate.subject or UNKNOWN_TEXT
        yield "Thumbprint", certificate.thumbprint or UNKNOWN_TEXT
        yield "Valid until", day(certificate.not_after)
    inherited = by is not None and by is not route.policy
    yield "Bound by", calls.presented.words + (f", in the policy of the {by.label}" if inherited and by else "")


def _backend(route: Route, calls: Calls) -> Iterator[tuple[str, str]]:
    if calls.url:
        yield "Backend URL", f"{calls.url} (base-url: the backend entity does not apply)"
        yield "Chain validation", "on (no backend entity)"
        yield "Name validation", "on (no backend entity)"
        return
    if calls.routed.is_unknown:
        yield "Backend URL", calls.routed.words
    if not calls.members:
        return
    yield "Backend URL", ", ".join(each.url or UNKNOWN_TEXT for each in calls.members)
    for part in PARTS:
        yield f"{part.title()} validation", ", ".join(sorted({each.validations[part].words for each in calls.members}))
    yield "Trusted authorities", f"only {calls.trusted} (said by the backend)" if calls.trusted else route.authorities
