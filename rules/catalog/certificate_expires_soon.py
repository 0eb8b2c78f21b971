"""A certificate whose end is near: the nearer, the worse."""

from collections.abc import Iterator
from datetime import datetime

from rules import known
from rules.rule import Rule, Violation
from rules.settings import ExpiryDays, Settings
from rules.setup import Setup
from rules.severity import Severity

_DAY = 24 * 60 * 60


def _check(setup: Setup, settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        if certificate.not_after is None or certificate.not_after <= settings.now:
            continue
        severity = _step(certificate.not_after, settings.now, settings.expiry_days)
        if severity:
            days = (certificate.not_after - settings.now).days
            left = "less than a day" if days == 0 else f"{days} day{'s' if days > 1 else ''}"
            until = f"{certificate.not_after:%Y-%m-%d %H:%M} UTC"
            detail = f"Certificate {certificate.label} is valid until {until}, {left} from now"
            yield Violation(resource=certificate.resource, detail=detail, severity=severity)


def _step(not_after: datetime, now: datetime, days: ExpiryDays) -> Severity | None:
    seconds = (not_after - now).total_seconds()
    steps = ((Severity.HIGH, days.high), (Severity.MEDIUM, days.medium), (Severity.LOW, days.low))
    return next((severity for severity, limit in steps if seconds <= limit * _DAY), None)


RULE = Rule(
    id="certificate-expires-soon",
    severity=Severity.HIGH,
    what="A certificate expires soon: high in the last 7 days, medium in the last 30, low in the last 60, or as the "
    "stack's `expiryDays` say",
    why="When it has expired, a backend that looks at the validity refuses every call",
    fix="Renew it in Key Vault, or let the vault do so by the certificate's policy; of an uploaded one deploy the new "
    "PFX",
    reference="https://learn.microsoft.com/azure/key-vault/certificates/overview-renew-certificate",
    check=_check,
    decided=known.facts("not_after"),
)
