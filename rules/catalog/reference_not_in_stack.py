"""A policy names a certificate or a backend that the stack does not have."""

from collections.abc import Collection, Iterable, Iterator

from rules.places import service_part
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


class _Named:
    """What the certificates, or the backends, of a stack are called."""

    def __init__(self, entities: Iterable[tuple[str | None, str | None]]) -> None:
        self._services: set[str | None] = set()
        self._names: dict[str | None, set[str | None]] = {}
        for owner, name in entities:
            self._services.add(service_part(owner))
            self._names.setdefault(owner, set()).add(name.lower() if name else None)

    def lacks(self, owner: str | None, value: str) -> bool:
        """Whether the stack has others of the service, and none that is called, or could be called, like this."""
        service = service_part(owner)
        if service is None or service not in self._services:
            return False
        meant = [self._names.get(each, set()) for each in (owner, None)]
        return not any(value.lower() in each or None in each for each in meant)


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    named = {
        "backend-id": _Named((each.owner, each.backend_id) for each in setup.backends),
        "certificate-id": _Named((each.owner, each.certificate_id) for each in setup.certificates),
        "thumbprint": _Named((each.owner, each.thumbprint) for each in setup.certificates),
    }
    for policy in setup.policies:
        for attribute, value in [*policy.content.mentions, *_backends(policy)]:
            if literal(value) and named[attribute].lacks(policy.owner, value):
                kind = "backend" if attribute == "backend-id" else "certificate"
                detail = f'Policy of {policy.label}: names {attribute}="{value}"; the stack has no such {kind}'
                yield Violation(resource=policy.resource, detail=detail, key=f"{attribute} {value.lower()}")


def _backends(policy: Policy) -> Collection[tuple[str, str]]:
    named = (each.attributes.get("backend-id") for each in policy.routed)
    return dict.fromkeys(("backend-id", each) for each in named if each)


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
