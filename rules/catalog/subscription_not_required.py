"""An API can be called without a subscription key."""

from collections.abc import Iterator

from rules.inheritance import flow
from rules.policy import Policy
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Api, Setup
from rules.severity import Severity, by_environment

_AUTHENTICATES = {"validate-jwt", "validate-azure-ad-token", "validate-client-certificate"}


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for api in setup.apis:
        if api.subscription_required is not False:
            continue
        names, is_readable = _demanded(setup, api)
        found = sorted(_AUTHENTICATES & names)
        detail = f"API {api.label}: callers need no subscription key"
        if found:
            detail = f"{detail}; {', '.join(found)} authenticates them"
        elif not is_readable:
            detail = f"{detail}; whether a policy authenticates them is not known"
        severity = Severity.LOW if found or not is_readable else None
        yield Violation(resource=api.resource, detail=detail, severity=severity)


def _demanded(setup: Setup, api: Api) -> tuple[set[str], bool]:
    """The policies that each call of the API meets in `inbound`, and whether all documents can be read."""
    policy = _nearest(setup, api)
    if policy is None:
        unplaced = any(each.owner is None or (each.scope == "api" and each.api_id is None) for each in setup.policies)
        return set(), not unplaced
    met = flow(setup, policy)
    return {name for section, name in met.names if section == "inbound"}, met.is_readable


def _nearest(setup: Setup, api: Api) -> Policy | None:
    if api.owner is None:
        return None
    places = [(api.owner, "api", api.api_id or api.resource.urn), *setup.places_around(api.owner, "api", None)]
    return next((found for place in places if (found := setup.policy_at(*place))), None)


RULE = Rule(
    id="subscription-not-required",
    severity=by_environment(development=Severity.MEDIUM, staging=Severity.MEDIUM, production=Severity.HIGH),
    what="An API can be called without a subscription key",
    why="Whoever reaches the gateway calls the backend with the gateway's certificate; the backend takes every such "
    "call for a good one",
    fix="Require a subscription (`subscription_required=True`), or authenticate the caller in the API's policy "
    "(`validate-jwt`, `validate-azure-ad-token`, `validate-client-certificate`); with one of these the severity is low",
    reference="https://learn.microsoft.com/azure/api-management/api-management-subscriptions",
    check=_check,
)
