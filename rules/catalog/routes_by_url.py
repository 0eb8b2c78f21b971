"""A certificate is presented to a URL that stands in a policy, not to a backend."""

from collections.abc import Iterator

from rules.evaluation import of_policy
from rules.outcome import Choice
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.urls import shown


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        for each in of_policy(setup, policy).outcomes:
            # what is only inherited is said of the outer policy
            own = each.presented.scope == 0 or each.routed.scope == 0
            if each.ended or not _presents(each.presented) or each.routed.attribute != "base-url" or not own:
                continue
            value = literal(each.routed.value)
            detail = f"Policy of {policy.label}: presents a certificate, and the calls go to " + (
                f"the URL {shown(value)}" if value else "a URL that is made when they are made"
            )
            at = setup.policy_of.get(each.routed.policy, policy)
            where = f" where {each.condition}" if each.condition else ""
            yield Violation(resource=policy.resource, detail=detail + where + _where(policy, at))
            break


def _presents(choice: Choice) -> bool:
    """Whether some certificate is presented, whichever an expression names."""
    return not choice.is_none and choice.attribute != "unknown"


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
