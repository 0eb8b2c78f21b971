"""A service, or a backend, is given authorities that the tier does not use."""

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
    for backend in setup.backends:
        on = setup.service_of(backend.owner)
        if backend.trust and on and not on.takes_trust_from_backends:
            detail = f"Backend {backend.label}: it says whom it trusts, and {on.sku} is not known to ask it"
            yield Violation(resource=backend.resource, detail=detail)


def _count(number: int) -> str:
    return "CA certificate" if number == 1 else f"{number} CA certificates"


RULE = Rule(
    id="authorities-ignored",
    severity=Severity.HIGH,
    what="A service lists CA certificates, or a backend says whom it trusts, and the tier does not use it",
    why="Consumption refuses a service's list, the v2 tiers ignore it and ask the backend entity, and the others are "
    "only known to use the list: calls to a backend with a private authority fail",
    fix="On BasicV2, StandardV2 and PremiumV2 name the authority in the backend's trust (tls.serverX509Names), on "
    "Developer, Basic, Standard and Premium in the service's CA certificates; on Consumption use a public certificate "
    "on the backend",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates",
    check=_check,
)
