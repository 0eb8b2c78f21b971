"""A certificate that no backend accepts yet."""

from collections.abc import Iterator

from rules import known
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        if certificate.not_before is not None and certificate.not_before > settings.now:
            detail = f"Certificate {certificate.label} is valid from {certificate.not_before:%Y-%m-%d %H:%M} UTC only"
            yield Violation(resource=certificate.resource, detail=detail)


RULE = Rule(
    id="certificate-not-yet-valid",
    severity=Severity.CRITICAL,
    what="A certificate is not valid yet",
    why="A backend that looks at the validity refuses every call until it is",
    fix="Deploy it once it is valid, or have it issued anew with an earlier start",
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    check=_check,
    decided=known.facts("not_before"),
)
