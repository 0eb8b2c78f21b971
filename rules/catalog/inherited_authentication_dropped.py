"""A policy without `<base />` drops what the outer scopes demand of a caller."""

from collections.abc import Collection, Iterator

from rules.elements import ACCESS, CREDENTIALS, LIMITS
from rules.evaluation import at, of_policy
from rules.outcome import Evaluated
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_DEMANDS = ACCESS | LIMITS | CREDENTIALS
"""What is demanded of a caller, or shown to the backend."""


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        if policy.scope in ("service", "fragment") or not policy.drops_base("inbound"):
            continue
        around = next(setup.places_around(policy.owner, policy.scope, policy.api_id))
        outer, own = at(setup, around, policy.api_id), of_policy(setup, policy)
        repeated = {each.element.name for each in own.met if not each.way} | _presented(own)
        lost = {each.element.name: each.policy for each in outer.met if each.policy}
        dropped = sorted(((lost.keys() & _DEMANDS) | _presented(outer)) - repeated)
        subject = f"Policy of {policy.label}: <inbound> has no <base />"
        if dropped:
            detail = f"{subject}, and drops {', '.join(dropped)} of {_scopes(setup, outer, dropped)}"
            yield Violation(resource=policy.resource, detail=detail)
        elif outer.unknown or outer.outside:
            detail = f"{subject}; what the outer scopes demand does not apply"
            yield Violation(resource=policy.resource, detail=detail, severity=Severity.LOW)


def _presented(evaluated: Evaluated) -> set[str]:
    """Whether a certificate is presented to whoever is called."""
    found = any(not (each.ended or each.presented.is_none or each.presented.is_unknown) for each in evaluated.outcomes)
    return {"authentication-certificate"} if found else set()


def _scopes(setup: Setup, outer: Evaluated, dropped: Collection[str]) -> str:
    """Whose policies have what is dropped, the nearest first."""
    urns = [each.policy.resource.urn for each in outer.met if each.policy and each.element.name in dropped]
    urns += [each.presented.policy for each in outer.outcomes if "authentication-certificate" in dropped]
    labels = {each.resource.urn: each.label for each in setup.policies}
    return ", ".join(dict.fromkeys(labels[each] for each in reversed(urns) if each in labels))


RULE = Rule(
    id="inherited-authentication-dropped",
    severity=Severity.HIGH,
    what="A policy has no `<base />` in `<inbound>`, and so drops what the outer scopes demand or present",
    why="Without it nothing is inherited: tokens, addresses and limits are not checked, and a certificate that an "
    "outer scope presents is not presented",
    fix="Put `<base />` first into `<inbound>`, or repeat what has to hold here. Where the outer policies are not in "
    "the stack, the severity is low",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-policies",
    check=_check,
)
