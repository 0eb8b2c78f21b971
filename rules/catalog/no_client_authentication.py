"""A certificate that was not issued for clients."""

from collections.abc import Iterator

from rules import known
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        if certificate.for_clients is False:
            detail = f"Certificate {certificate.label}: its extended key usage does not allow client authentication"
            yield Violation(resource=certificate.resource, detail=detail)


RULE = Rule(
    id="no-client-authentication",
    severity=Severity.HIGH,
    what="A certificate was not issued for client authentication",
    why="A backend that looks at the extended key usage, as most servers do, refuses it",
    fix="Have it issued anew with the extended key usage clientAuth (1.3.6.1.5.5.7.3.2), or without any",
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12",
    check=_check,
    decided=known.facts("for_clients"),
)
