"""A certificate is presented, and nothing says to which backend."""

from collections.abc import Iterator

from rules.evaluation import of_policy
from rules.inheritance import missing_around
from rules.outcome import Outcome
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Api, Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        presents = [each for each in of_policy(setup, policy).outcomes if _own(each) and each.routed.is_none]
        if not presents or not _is_unrouted(setup, policy):
            continue
        apis = [each.label for each in _apis(setup, policy) if each.resource.get("serviceUrl") is not None]
        idle = _idle_backends(setup, policy)
        if apis or idle:
            target = f"API {apis[0]}'s own serviceUrl is called" if apis else f"nothing routes to backend {idle[0]}"
            some = f" where {presents[0].condition}" if presents[0].condition else ""
            detail = f"Policy of {policy.label}: presents a certificate and names no backend{some}; {target}"
            yield Violation(resource=policy.resource, detail=detail)


def _own(outcome: Outcome) -> bool:
    """Whether the policy itself presents a certificate to somebody."""
    return outcome.presented.scope == 0 and not outcome.presented.is_none and not outcome.ended


def _is_unrouted(setup: Setup, policy: Policy) -> bool:
    """Whether no policy in or around this one surely routes these calls; False when that cannot be known."""
    products = (each for each in setup.policies if each.scope == "product" and each.owner == policy.owner)
    inner = (*setup.inner_policies.get(policy.resource.urn, ()), *products)
    found = [evaluated for each in inner if (evaluated := of_policy(setup, each)).outcomes]
    routed = [one for each in found for one in each.outcomes if not one.ended and not one.routed.is_none]
    return not missing_around(setup, policy) and not routed


def _apis(setup: Setup, policy: Policy) -> list[Api]:
    if policy.scope in ("api", "operation"):
        found = setup.api_of(policy)
        return [found] if found else []
    return [each for each in setup.apis if each.owner == policy.owner and policy.owner is not None]


def _idle_backends(setup: Setup, policy: Policy) -> list[str]:
    owned = [each for each in setup.policies if each.owner in (policy.owner, None)]
    routes = [(at, each.attributes.get("backend-id")) for at in owned for each in at.routed]
    if not all(each.is_readable for each in owned) or any(name and not literal(name) for _, name in routes):
        return []
    named = [found for at, name in routes if name and (found := setup.backend_named(at.owner, name))]
    used = {each.resource.urn for found in named for each in (found, *setup.members_of(found))}
    return [each.label for each in setup.backends if each.owner == policy.owner and each.resource.urn not in used]


RULE = Rule(
    id="presents-without-backend",
    severity=Severity.MEDIUM,
    what="A policy presents a certificate, and neither it nor a policy around it names a backend",
    why="The certificate goes to the API's own `serviceUrl`, for which no backend says how the server is validated",
    fix="Add `<set-backend-service backend-id=… />` beside `<authentication-certificate>`",
    reference="https://learn.microsoft.com/azure/api-management/set-backend-service-policy",
    check=_check,
    whole=True,
)
