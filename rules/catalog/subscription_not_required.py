"""An API can be called without a subscription key."""

from collections.abc import Iterator

from rules import guards
from rules.evaluation import at
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Api, Setup
from rules.severity import Severity, by_environment

_AUTHENTICATES = {"validate-jwt", "validate-azure-ad-token", "validate-client-certificate"}


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for api in setup.apis:
        if api.subscription_required is not False:
            continue
        found, is_known, outside = _demanded(setup, api)
        detail = f"API {api.label}: callers need no subscription key"
        if found:
            detail = f"{detail}; {', '.join(found)} authenticates them"
        elif not is_known:
            detail = f"{detail}; whether a policy authenticates them is not known"
        elif outside:
            detail = f"{detail}; no policy of the stack authenticates them, and {outside[0]}"
        severity = Severity.LOW if found or not is_known else None
        yield Violation(resource=api.resource, detail=detail, severity=severity)


def _demanded(setup: Setup, api: Api) -> tuple[list[str], bool, tuple[str, ...]]:
    """What authenticates each call of the API before its backend is called, and whether all of its policies are known.

    One that lets through what it is there to refuse (`ignore-error`) authenticates nobody.
    """
    unplaced = any(each.owner is None or (each.scope == "api" and each.api_id is None) for each in setup.policies)
    if api.owner is None or unplaced:
        return [], not unplaced, ()
    evaluated = at(setup, (api.owner, "api", api.api_id or api.resource.urn), api.api_id)
    sure = {each.name for each in guards.of(evaluated) if not each.way and not each.laxities}
    return sorted(_AUTHENTICATES & sure), not evaluated.unknown, evaluated.outside


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
