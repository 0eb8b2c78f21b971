"""What a change means for calls: every API before and after, then what happens to everything around."""

from collections.abc import Iterator
from datetime import datetime

from components.errors import PolicyDocumentError
from components.policy_document import unbind
from components.policy_meaning import same_meaning
from review import backend_effects, certificate_effects
from review.change import Change, Step
from review.effect import Effect, Level, grouped
from review.facts import day
from review.routes import Route, touches
from review.text import clean

_AROUND = {
    ("apimanagement:ApiManagementService", "replace"): (
        Level.OUTAGE,
        "the service is replaced: every call fails until the new one is there, and everything in it is made anew",
    ),
    ("apimanagement:ApiManagementService", "delete"): (Level.OUTAGE, "the service is deleted: every call fails"),
    ("resources:ResourceGroup", "delete"): (Level.OUTAGE, "the resource group is deleted, with everything in it"),
    ("resources:ResourceGroup", "replace"): (Level.OUTAGE, "the resource group is replaced, with everything in it"),
    ("keyvault:Vault", "delete"): (Level.OUTAGE, "a vault is deleted: its certificates can no longer be read"),
    ("authorization:RoleAssignment", "delete"): (
        Level.RISK,
        "a right to read a vault is taken away: renewals in it are no longer followed",
    ),
    ("keyvault:AccessPolicy", "delete"): (
        Level.RISK,
        "a right to read a vault is taken away: renewals in it are no longer followed",
    ),
}


def effects(change: Change, before: dict[str, Route], after: dict[str, Route], now: datetime) -> list[Effect]:
    """All consequences, the worst first."""
    found: list[Effect] = []
    told: set[str] = set()
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        for level, text in _of_route(change, old, new, now):
            found.append(Effect(level=level, who=(_label(new or old),), text=clean(text)))
            told |= {each.urn for route in (old, new) if route for each in touches(route)}
    found += _around(change, told)
    return grouped(found)


def _of_route(change: Change, old: Route | None, new: Route | None, now: datetime) -> Iterator[tuple[Level, str]]:
    if new and old:
        yield from _of_caller(old, new)
        yield from certificate_effects.found(change, old, new, now)
        yield from backend_effects.found(change, old, new)
        yield from _of_text(old, new)
    elif new:
        yield from _of_new(new)
    elif old:
        path = f": calls to /{old.api.path} get 404" if old.api and old.api.path else ""
        yield Level.OUTAGE, f"is removed{path}" if old.scope == "api" else "its policy is removed"


def _of_new(new: Route) -> Iterator[tuple[Level, str]]:
    presented = new.certificate
    who = (presented.subject or presented.secret_url or presented.label) if presented else None
    until = f", valid until {day(presented.not_after)}" if presented and presented.not_after else ""
    what = (
        f"presents {who}{until}"
        if who
        else "presents no certificate"
        if not new.presented
        else "presents a certificate"
    )
    where = new.url or ", ".join(each.url or "a URL known after deployment" for each in new.members)
    yield Level.CHANGE, f"is new: {what}{f' to {where}' if where else ''}"
    for word, flag, reason in (("chain", "validates_chain", "chain_reason"), ("name", "validates_name", "name_reason")):
        off = [each for each in new.members if getattr(each, flag) is False]
        if off:
            yield Level.DANGER, f"{word} validation is OFF ({getattr(off[0], reason) or 'no reason given'})"
    if new.api and new.api.subscription_required is False:
        yield Level.DANGER, "callers need no subscription key"


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
    if not _same(old.policy.document, new.policy.document):
        yield Level.CHANGE, "its policy text changes (see below)"
    if new.policy.drops_base("inbound") and not old.policy.drops_base("inbound"):
        yield Level.DANGER, "its policy no longer inherits what outer policies demand in <inbound>"


def _same(old: str, new: str) -> bool:
    try:
        return same_meaning(unbind(old), unbind(new))
    except PolicyDocumentError:
        return False


def _around(change: Change, told: set[str]) -> Iterator[Effect]:
    others: dict[str, list[Step]] = {}
    for step in change.steps:
        kind = step.resource.type.removeprefix("azure-native:")
        if (kind, step.op) in _AROUND:
            level, text = _AROUND[kind, step.op]
            yield Effect(level=level, who=(), text=text)
        elif kind == "apimanagement:ApiManagementService" and step.op == "update":
            yield _service_update(step)
        elif step.resource.type.startswith("azure-native:") and step.resource.urn not in told:
            others.setdefault(step.op, []).append(step)
    for op, steps in others.items():
        named = ", ".join(clean(each.resource.name) for each in steps[:3]) + (", …" if len(steps) > 3 else "")
        yield Effect(
            level=Level.SAFE, who=(), text=f"{len(steps)} other {_PLURAL[len(steps) > 1]} {_DONE[op]}: {named}"
        )


_PLURAL = ("resource is", "resources are")
_DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "import": "taken over"}


def _service_update(step: Step) -> Effect:
    roots = sorted({each.partition(".")[0].partition("[")[0] for each in step.changed})
    if "certificates" in roots:
        text = "the authorities that the service trusts change: it takes 15 minutes or more, with downtime on Developer"
        return Effect(level=Level.RISK, who=(), text=text)
    return Effect(level=Level.RISK, who=(), text=f"the service's {', '.join(roots) or 'settings'} change")


def _label(route: Route | None) -> str:
    return clean(route.label) if route else ""
