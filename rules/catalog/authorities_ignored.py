"""A service is given CA certificates that its tier does not use."""

from collections.abc import Iterator

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for service in setup.services:
        if service.authorities and not service.trusts_own_authorities:
            effect = "refuses" if service.sku == "Consumption" else "ignores"
            detail = f"Service {service.resource.name}: {service.sku} {effect} its {_count(len(service.authorities))}"
            yield Violation(resource=service.resource, detail=detail)


def _count(number: int) -> str:
    return "CA certificate" if number == 1 else f"{number} CA certificates"


RULE = Rule(
    id="authorities-ignored",
    severity=Severity.HIGH,
    what="A service lists CA certificates, and its tier does not use them for backends",
    why="Consumption refuses them, and the v2 tiers trust public authorities all the same: calls to a backend with a "
    "private authority fail",
    fix="Use Developer, Basic, Standard or Premium, or a public certificate on the backend, and remove the list",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates",
    check=_check,
)
