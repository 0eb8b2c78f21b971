"""A certificate that no backend accepts any more."""

from collections.abc import Iterator

from rules import known
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        if certificate.not_after is not None and certificate.not_after <= settings.now:
            detail = f"Certificate {certificate.label} expired on {certificate.not_after:%Y-%m-%d %H:%M} UTC"
            yield Violation(resource=certificate.resource, detail=detail)


RULE = Rule(
    id="certificate-expired",
    severity=Severity.CRITICAL,
    what="A certificate has expired",
    why="A backend that looks at the validity refuses every call",
    fix="Renew it in Key Vault; API Management takes the new version within four hours, or at once on `refreshSecret`. "
    "Of an uploaded one deploy the new PFX",
    reference="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    check=_check,
    decided=known.facts("not_after"),
)
