"""A production stack calls, or reads from, a host of another environment."""

from collections.abc import Iterator

from rules.graph import Resource
from rules.hosts import is_development
from rules.policy import literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.urls import host_of


def _check(setup: Setup, settings: Settings) -> Iterator[Violation]:
    if not settings.is_production:
        return
    for resource, subject, url in _endpoints(setup):
        host = host_of(url)
        if host and is_development(host):
            yield Violation(resource=resource, detail=f"{subject} {host}, which is no host of production", key=host)


def _endpoints(setup: Setup) -> Iterator[tuple[Resource, str, str | None]]:
    for backend in setup.backends:
        yield backend.resource, f"Backend {backend.label}: calls", backend.url
    for certificate in setup.certificates:
        yield certificate.resource, f"Certificate {certificate.label}: is read from", certificate.secret_url
    for policy in setup.policies:
        for url in dict.fromkeys(each.attributes.get("base-url") for each in policy.routed):
            yield policy.resource, f"Policy of {policy.label}: calls", literal(url)


RULE = Rule(
    id="development-endpoint",
    severity=Severity.HIGH,
    what="A production stack calls a host of a development or test environment, or reads a certificate there",
    why="Customers' calls end in test data or on somebody's machine, and production's certificate is shown there",
    fix="Set the URL in each stack's configuration. Judged in production only",
    reference="https://learn.microsoft.com/azure/well-architected/security/segmentation",
    check=_check,
)
