"""A backend is called without TLS."""

from collections.abc import Iterator

from rules import requests
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
        for each in dict.fromkeys(each for each in requests.of(policy) if each.is_http):
            presented = f", to present {each.presents}" if each.presents else ""
            detail = f"Policy of {policy.label}: sends a request of its own to {each.target} without TLS{presented}"
            severity = None if each.presents else Severity.HIGH
            yield Violation(resource=policy.resource, detail=detail, key=f"request {each.target}", severity=severity)


RULE = Rule(
    id="http-backend",
    severity=Severity.CRITICAL,
    what="A backend's URL is `http://`, or that of a request which a policy sends by itself (high)",
    why="There is no TLS: no client certificate is presented, nobody knows whether the server is the right one, and "
    "everybody on the way reads every call",
    fix="Call it by `https://`",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates",
    check=_check,
)
