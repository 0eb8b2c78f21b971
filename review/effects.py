"""What a change means for calls: every API before and after, then what happens to everything around."""

from collections.abc import Mapping
from datetime import datetime

from review import adoption_effects, around, backend_effects, certificate_effects, policy_effects, states
from review.around import is_service
from review.calls import Calls
from review.change import Change, Step
from review.effect import Effect, grouped
from review.facts import day
from review.routes import Route, touches
from review.said import Found, Said, said
from rules.backend import PARTS
from rules.outcome import overlap
from rules.places import owner_of, service_key, service_part


def effects(change: Change, before: dict[str, Route], after: dict[str, Route], now: datetime) -> list[Effect]:
    """All consequences, the worst first."""
    found: list[Effect] = []
    told: set[str] = set()
    gone = {
        service_key(each.before)
        for each in change.steps
        if is_service(each) and each.op in ("replace", "delete") and each.before
    }
    if gone:
        told |= {each.resource.urn for each in change.steps if _is_in(change, each, gone)}
    at_path = {_address(each): each.label for each in after.values() if each.api}
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if old and new and service_part(old.owner) in gone:
            continue  # whatever else happens to it, its gateway is gone meanwhile
        told |= {each.policy.resource.urn for each in (old, new) if each and each.policy and old and new}
        for each in _of_route(change, old, new, at_path, now):
            found.append(states.effect(each.state, *_names(old, new), **each.holes))
            told |= {each.urn for route in (old, new) if route for each in touches(route)}
    found += adoption_effects.found(change, told)
    is_known = all(each.is_known for each in (*before.values(), *after.values()))
    found += around.found(change, told, is_known=is_known)
    return grouped(found)


def _names(*routes: Route | None) -> list[str]:
    """What a reader knows it by: an API that gets another id has two names."""
    return list(dict.fromkeys(each.label for each in routes if each))


def _is_in(change: Change, step: Step, services: set[str]) -> bool:
    """Whether it was in one of these services."""
    return step.before is not None and service_part(owner_of(change.before, step.before)) in services


def _address(route: Route) -> tuple[str | None, str | None]:
    """Where callers find the API of a route."""
    path = route.api.path if route.api else None
    return service_part(route.owner), path.strip("/").lower() if path else path


def _of_route(
    change: Change,
    old: Route | None,
    new: Route | None,
    at_path: Mapping[tuple[str | None, str | None], str],
    now: datetime,
) -> Found:
    if new and old:
        yield from _of_caller(change, old, new, at_path)
        yield from _of_calls(change, old, new, now)
        yield from policy_effects.of_guards(old, new)
        yield from policy_effects.of_credentials(old, new)
        yield from policy_effects.of_requests(old, new)
        yield from policy_effects.of_text(old.policy, new.policy)
    elif new and _is_revision_taken_over(change, new):
        yield said("revision-taken-over")
    elif new:
        yield from _of_new(new)
    elif old:
        yield _of_removed(old, at_path) if old.scope == "api" else said("policy-removed")


def _is_revision_taken_over(change: Change, new: Route) -> bool:
    """Whether it is an older revision of an API, which was there before the stack had it."""
    revised = new.api is not None and ";rev=" in (new.api.api_id or "")
    return revised and any(each.op == "import" and new.api and each.after is new.api.resource for each in change.steps)


def _of_removed(old: Route, at_path: Mapping[tuple[str | None, str | None], str]) -> Said:
    path, other = old.api.path if old.api else None, at_path.get(_address(old))
    if path is not None and other:
        return said("api-succeeded", before=path, other=other)
    return said("api-removed", path=f": calls to /{path} get 404" if path is not None else "")


def _of_calls(change: Change, old: Route, new: Route, now: datetime) -> Found:
    """What comes of calls, compared for those that come the same way before and after."""
    pairs = [(was, will) for will in new.calls for was in old.calls if overlap(was.ways, will.ways)]
    told = [(was, will, list(_of_pair(change, was, will, new.authorities, now))) for was, will in pairs]
    others = any(not each for _, _, each in told)
    for was, will, each in told:
        condition = _condition(was, will)
        for state, holes in each:
            yield Said(state, holes | {"condition": condition, "others": others and bool(condition)})


def _of_pair(change: Change, was: Calls, will: Calls, authorities: str, now: datetime) -> Found:
    if was.ended or will.ended:
        yield from policy_effects.of_answers(was, will)
        return
    yield from certificate_effects.found(change, was, will, now)
    yield from backend_effects.found(change, was, will, authorities)


def _condition(was: Calls, will: Calls) -> str:
    """Which calls, in words; empty: every call."""
    if not was.condition or was.condition == will.condition:
        return will.condition
    return f"{will.condition} (before: {was.condition})" if will.condition else was.condition


def _of_new(new: Route) -> Found:
    for each in new.calls:
        holes = {"condition": each.condition, "others": False}
        if each.ended:
            yield said("api-answers", what=each.ended, **holes)
            continue
        yield said("api-new", presents=_presents(each), where=f" to {each.targets}" if each.targets else "", **holes)
        for part in PARTS:
            off = each.weakest(part)
            if off and off.on is False:
                yield said("new-validation-off", part=part, words=off.words, **holes)
    if new.api and new.api.subscription_required is False:
        yield said("new-without-key")


def _presents(calls: Calls) -> str:
    certificate = calls.certificate
    if certificate:
        until = f" (valid until {day(certificate.not_after)})" if certificate.not_after else ""
        return f"presents {certificate.subject or certificate.secret_url or certificate.label}{until}"
    if calls.presented.is_unknown:
        return f"what it presents is not known ({calls.presented.reason})"
    return "presents no certificate" if calls.presented.is_none else "presents a certificate that is not of this stack"


def _of_caller(change: Change, old: Route, new: Route, at_path: Mapping[tuple[str | None, str | None], str]) -> Found:
    was, will = _service(change, old), service_part(new.owner)
    if was and will and was != will:
        yield said("service-moved", before=_named(was), after=_named(will))
    if not (old.api and new.api):
        return
    if old.api.path != new.api.path and old.api.path is not None and new.api.path is not None:
        other = at_path.get(_address(old))
        moved = {"after": new.api.path, "before": old.api.path}
        yield said("api-swapped", **moved, other=other) if other else said("api-moved", **moved)
    required, requires = old.api.subscription_required is not False, new.api.subscription_required is not False
    if required != requires:
        yield said("key-dropped" if required else "key-needed")


def _service(change: Change, route: Route) -> str | None:
    """The service of a route before the change, by what stands for it after the change."""
    owner = service_part(route.owner)
    for each in change.before.of_type("apimanagement:ApiManagementService"):
        known = change.after.find(each.urn)
        if known and service_key(each) == owner:
            return service_key(known)
    return owner


def _named(owner: str) -> str:
    return owner.rpartition("::")[2]
