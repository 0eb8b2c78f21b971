"""A policy names a certificate or a backend that the stack does not have."""

from collections.abc import Collection, Iterator

from rules.places import service_part
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        for attribute, value in [*policy.content.mentions, *_backends(policy)]:
            if literal(value) and _is_missing(_known(setup, policy, attribute), value):
                kind = "backend" if attribute == "backend-id" else "certificate"
                detail = f'Policy of {policy.label}: names {attribute}="{value}"; the stack has no such {kind}'
                yield Violation(resource=policy.resource, detail=detail, key=f"{attribute} {value.lower()}")


def _backends(policy: Policy) -> Collection[tuple[str, str]]:
    named = (each.attributes.get("backend-id") for each in policy.routed)
    return dict.fromkeys(("backend-id", each) for each in named if each)


def _known(setup: Setup, policy: Policy, attribute: str) -> list[str | None] | None:
    """What the entities are called that the name could mean; None when the stack has none of the service."""
    entities: list[tuple[str | None, str | None]]
    if attribute == "backend-id":
        entities = [(each.owner, each.backend_id) for each in setup.backends]
    elif attribute == "certificate-id":
        entities = [(each.owner, each.certificate_id) for each in setup.certificates]
    else:
        entities = [(each.owner, each.thumbprint) for each in setup.certificates]
    service = service_part(policy.owner)
    if service is None or service not in {service_part(owner) for owner, _ in entities}:
        return None
    return [name for owner, name in entities if owner in (policy.owner, None)]


def _is_missing(known: list[str | None] | None, value: str) -> bool:
    return known is not None and None not in known and value.lower() not in {each.lower() for each in known if each}


RULE = Rule(
    id="reference-not-in-stack",
    severity=Severity.MEDIUM,
    what="A policy names a certificate or a backend that the stack does not have, although it has others of the "
    "service",
    why="The deployment fails if the service has no such one either; if it has, somebody else may change or delete it",
    fix="Correct the name, or take it from the resource (`certificate.name`, `backend.name`) instead of typing it. "
    "In a workspace only the workspace's own can be named",
    reference="Azure/apiops#127, https://learn.microsoft.com/azure/api-management/authentication-certificate-policy",
    check=_check,
    whole=True,
)
