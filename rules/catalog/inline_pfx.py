"""A certificate is uploaded with its key, where it could stay in Key Vault."""

from collections.abc import Iterator

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity, by_environment


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        if not certificate.is_pfx:
            continue
        detail = f"Certificate {certificate.label} is uploaded as a PFX"
        if certificate.resource.type.endswith(":WorkspaceCertificate"):
            detail += "; a workspace has no Key Vault integration, so that each renewal is a deployment"
            yield Violation(resource=certificate.resource, detail=detail, severity=Severity.LOW)
        else:
            yield Violation(resource=certificate.resource, detail=detail)


RULE = Rule(
    id="inline-pfx",
    severity=by_environment(development=Severity.LOW, staging=Severity.LOW, production=Severity.HIGH),
    what="A certificate is uploaded as a PFX, with its key",
    why="Its private key passes through the program and the state, and nothing renews it but another deployment",
    fix="Import it into Key Vault and name its secret (`key_vault`; in a raw program `keyVault.secretIdentifier`). In "
    "a workspace, which cannot read from Key Vault, it stays a PFX, and the severity is low everywhere",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates",
    check=_check,
)
