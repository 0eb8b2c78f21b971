"""What a change means for calls: every API before and after, then what happens to everything around."""

from collections.abc import Iterator
from datetime import datetime

from review import around, backend_effects, certificate_effects
from review.around import is_service
from review.change import Change
from review.effect import Effect, Level, grouped
from review.facts import day
from review.likeness import alike_without_binding
from review.routes import Route, touches
from review.text import clean
from rules.backend import PARTS
from rules.places import service_key, service_part


def effects(change: Change, before: dict[str, Route], after: dict[str, Route], now: datetime) -> list[Effect]:
    """All consequences, the worst first."""
    found: list[Effect] = []
    told: set[str] = set()
    gone = {
        service_key(each.before)
        for each in change.steps
        if is_service(each) and each.op in ("replace", "delete") and each.before
    }
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if old and new and service_part(old.owner) in gone:
            told |= {each.urn for route in (old, new) for each in touches(route)}
            continue  # whatever else happens to it, its gateway is gone meanwhile
        for level, text in _of_route(change, old, new, now):
            found.append(Effect(level=level, who=(_label(new or old),), text=clean(text)))
            told |= {each.urn for route in (old, new) if route for each in touches(route)}
    found += around.found(change, told)
    return grouped(found)


def _of_route(change: Change, old: Route | None, new: Route | None, now: datetime) -> Iterator[tuple[Level, str]]:
    if new and old:
        yield from _of_caller(old, new)
        if old.is_known and new.is_known:
            yield from certificate_effects.found(change, old, new, now)
            yield from backend_effects.found(change, old, new)
        yield from _of_text(old, new)
    elif new:
        yield from _of_new(new)
    elif old:
        path = f": calls to /{old.api.path} get 404" if old.api and old.api.path else ""
        yield Level.OUTAGE, f"is removed{path}" if old.scope == "api" else "its policy is removed"


def _of_new(new: Route) -> Iterator[tuple[Level, str]]:
    where = new.url or ", ".join(each.url or "a URL known after deployment" for each in new.members)
    yield Level.CHANGE, f"is new: {_presents(new)}{f' to {where}' if where else ''}"
    for part in PARTS:
        off = new.weakest(part)
        if off and off.on is False:
            yield Level.DANGER, f"{part} validation is {off.words}"
    if new.api and new.api.subscription_required is False:
        yield Level.DANGER, "callers need no subscription key"


def _presents(route: Route) -> str:
    certificate = route.certificate
    if certificate:
        until = f" (valid until {day(certificate.not_after)})" if certificate.not_after else ""
        return f"presents {certificate.subject or certificate.secret_url or certificate.label}{until}"
    if route.presented:
        return "presents a certificate that is not of this stack"
    return "presents no certificate" if route.is_known else "what it presents, and to whom, is known after deployment"


def _of_caller(old: Route, new: Route) -> Iterator[tuple[Level, str]]:
    if not (old.api and new.api):
        return
    if old.api.path != new.api.path and old.api.path and new.api.path:
        yield Level.OUTAGE, f"moves to /{new.api.path}: calls to /{old.api.path} get 404"
    was, will = old.api.subscription_required is not False, new.api.subscription_required is not False
    if was and not will:
        yield Level.DANGER, "callers no longer need a subscription key"
    elif will and not was:
        yield Level.RISK, "callers need a subscription key from now on: those without one get 401"


def _of_text(old: Route, new: Route) -> Iterator[tuple[Level, str]]:
    """The user's own text: what a binding writes is told in its own words."""
    if not (old.policy and new.policy) or old.policy.document == new.policy.document:
        return
    if old.policy.document is None or new.policy.document is None:
        yield Level.RISK, "its policy changes; the text is not known before the deployment"
        return
    if not alike_without_binding(old.policy.document, new.policy.document):
        yield Level.CHANGE, "its policy text changes (see below)"
    if new.policy.drops_base("inbound") and not old.policy.drops_base("inbound"):
        yield Level.DANGER, "its policy no longer inherits what outer policies demand in <inbound>"


def _label(route: Route | None) -> str:
    return clean(route.label) if route else ""
