"""A backend is called without TLS."""

from collections.abc import Iterator

from rules.policy import literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.urls import scheme_of, shown


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for backend in setup.backends:
        if not backend.is_pool and scheme_of(backend.url) == "http":
            detail = f"Backend {backend.label}: {shown(backend.url)} is called without TLS"
            yield Violation(resource=backend.resource, detail=detail)
    for policy in setup.policies:
        urls = (literal(each.attributes.get("base-url")) for each in policy.routed)
        for url in dict.fromkeys(shown(each) for each in urls if scheme_of(each) == "http"):
            detail = f"Policy of {policy.label}: {url} is called without TLS"
            yield Violation(resource=policy.resource, detail=detail, key=url)


RULE = Rule(
    id="http-backend",
    severity=Severity.CRITICAL,
    what="A backend's URL is `http://`",
    why="There is no TLS: no client certificate is presented, nobody knows whether the server is the right one, and "
    "everybody on the way reads every call",
    fix="Call it by `https://`",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates",
    check=_check,
)
