"""A certificate is presented to a URL that stands in a policy, not to a backend."""

from collections.abc import Iterator

from backend_mtls.policy.outline import OwnedPolicy

from rules.inheritance import flow, own
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.urls import shown


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        if policy.scope == "fragment":
            continue
        met, here = flow(setup, policy), own(setup, policy)
        for at, url in _urls(met.elements):
            is_branch = url.is_branch and all(each.is_branch for each in met.presents)
            # what is only inherited is said of the outer policy; branches may exclude each other
            if not met.presents or is_branch or not (here.presents or url in here.routes):
                continue
            value = literal(url.attributes["base-url"])
            detail = f"Policy of {policy.label}: presents a certificate, and the calls go to " + (
                f"the URL {shown(value)}" if value else "a URL that is made when they are made"
            )
            yield Violation(resource=policy.resource, detail=detail + (_where(policy, at)))
            break


def _urls(elements: tuple[tuple[Policy, OwnedPolicy], ...]) -> Iterator[tuple[Policy, OwnedPolicy]]:
    """The `base-url` ones that no `backend-id` stands above."""
    routes = [(at, each) for at, each in elements if each.name == "set-backend-service"]
    for index, (at, each) in enumerate(routes):
        later = any("backend-id" in one.attributes and not one.is_branch for _, one in routes[index + 1 :])
        # an inherited backend-id can be overridden only by another one (azure-docs#88246)
        inherited = any(
            "backend-id" in one.attributes and not one.is_branch and above is not at for above, one in routes[:index]
        )
        if "base-url" in each.attributes and not later and not inherited:
            yield at, each


def _where(policy: Policy, at: Policy) -> str:
    return "" if at is policy else f", as the policy of {at.label} says"


RULE = Rule(
    id="routes-by-url",
    severity=Severity.HIGH,
    what="A policy presents a certificate, and routes by `base-url`",
    why="What the backend says about TLS (validation, authorities, circuit breaker, proxy) does not apply to a bare "
    "URL",
    fix="Route by `<set-backend-service backend-id=… />`, in this policy or in the one that has the URL",
    reference="MicrosoftDocs/azure-docs#88246, "
    "https://learn.microsoft.com/azure/api-management/set-backend-service-policy",
    check=_check,
)
