"""One certificate twice on one service."""

from collections.abc import Iterator

from rules import known
from rules.certificate import Certificate
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    first: dict[tuple[str, str], Certificate] = {}
    for certificate in sorted(setup.certificates, key=_age):
        if certificate.owner is None or certificate.thumbprint is None:
            continue
        other = first.setdefault((certificate.owner, certificate.thumbprint), certificate)
        if other is not certificate:
            detail = f"Certificate {certificate.label} is the same as {other.label}: {certificate.thumbprint}"
            yield Violation(resource=certificate.resource, detail=detail)


def _age(certificate: Certificate) -> tuple[bool, str]:
    """What is there already comes first: the other one is refused."""
    return certificate.resource.id is None, certificate.resource.urn


RULE = Rule(
    id="duplicate-thumbprint",
    severity=Severity.HIGH,
    what="Two certificates of one service have the same thumbprint",
    why="API Management stores each thumbprint once, and refuses the second",
    fix="Declare it once, and name it in every policy that presents it",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates",
    check=_check,
    decided=known.facts("thumbprint"),
)
