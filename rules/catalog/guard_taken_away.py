"""A change takes away what an API demanded of its callers, or weakens it."""

from collections.abc import Iterator

from rules import guards
from rules.evaluation import at, place_of
from rules.graph import Resource
from rules.guards import Difference
from rules.outcome import Evaluated
from rules.policy import Policy
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Place, Setup
from rules.severity import Severity

_WORDS = {"gone": "no longer guards", "conditional": "guards only some calls of", "weaker": "lets more through to"}


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    if setup.previous is None:
        return
    found: dict[tuple[str, str, str, str], tuple[Resource, Difference, list[str]]] = {}
    for place, api_id, label in _places(setup):
        before, after = at(setup.previous, place, api_id), at(setup, place, api_id)
        if after.unknown and not before.unknown:
            continue  # what cannot be read may guard
        for each in guards.differences(guards.of(before), guards.of(after)):
            if each.kind in _WORDS and not _is_told_otherwise(setup, place, each, after):
                resource = _resource(setup, each.guard.policy)
                key = (resource.urn, each.guard.name, each.kind, each.words)
                found.setdefault(key, (resource, each, []))[2].append(label)
    for (_, name, kind, words), (resource, each, labels) in found.items():
        more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""
        detail = f"{name} {_WORDS[kind]} {', '.join(labels[:3])}{more}{f': {words}' if words else ''}"
        severity = None if each.guard.is_access else Severity.MEDIUM
        yield Violation(resource=resource, detail=detail, key=f"{name} {kind} {words}", severity=severity)


def _places(setup: Setup) -> Iterator[tuple[Place, str | None, str]]:
    """Where calls are told apart, before and after: every API, and whatever has a policy of its own in both."""
    for api in setup.apis:
        if api.owner:
            yield (api.owner, "api", api.api_id or api.resource.urn), api.api_id, f"API {api.label}"
    for policy in setup.policies:
        if policy.scope in ("operation", "product") and policy.owner:
            yield place_of(policy), policy.api_id, policy.label


def _is_told_otherwise(setup: Setup, place: Place, difference: Difference, after: Evaluated) -> bool:
    """Whether it is there as it was, and only not inherited any more: that is the rule of what is dropped."""
    known = setup.policy_at(*place)
    if difference.kind != "gone" or known is None or not known.drops_base("inbound"):
        return False
    stays = setup.policy_of.get(difference.guard.policy.resource.urn)
    own = difference.guard.policy.resource.urn == known.resource.urn
    return not own and stays is not None and stays.document == difference.guard.policy.document and not after.unknown


def _resource(setup: Setup, policy: Policy) -> Resource:
    """The policy as it will be, if it stays."""
    return setup.graph.find(policy.resource.urn) or policy.resource


RULE = Rule(
    id="guard-taken-away",
    severity=Severity.HIGH,
    what="A change removes, moves into a branch or weakens what a policy demands of callers: `validate-jwt`, "
    "`validate-azure-ad-token`, `validate-client-certificate`, `ip-filter`, `check-header`, `cors` or a limit",
    why="Callers whom the gateway refused reach the backend, with the gateway's certificate",
    fix="Keep it for every call, or accept it with a waiver that says who decided. It is a finding of the change "
    "itself: once it is deployed, nothing is left to find. Limits and `cors` are medium",
    reference="https://learn.microsoft.com/azure/api-management/api-management-policies#authentication-and-authorization",
    check=_check,
)
