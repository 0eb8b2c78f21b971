"""A certificate in Key Vault that nobody lets the gateway read."""

from collections.abc import Iterator

from rules.access import may_read
from rules.certificate import Certificate
from rules.rule import Rule, Violation
from rules.service import Service
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.vault import vault_of


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        service = setup.service_of(certificate.owner)
        vault = vault_of(certificate.secret_url)
        if service is None or vault is None:
            continue
        problem = _problem(setup, certificate, service, vault)
        if problem:
            severity = Severity.LOW if certificate.by_user_identity else Severity.HIGH
            detail = f"Certificate {certificate.label}: {problem}"
            yield Violation(resource=certificate.resource, detail=detail, severity=severity)


def _problem(setup: Setup, certificate: Certificate, service: Service, vault: str) -> str | None:
    if not certificate.by_user_identity and service.has_system_identity is False:
        return "it is read with the service's system-assigned identity, and the service has none"
    if any(may_read(grant, certificate, service) for grant in setup.grants):
        return None
    if certificate.by_user_identity:
        return f"nothing in this stack lets its user-assigned identity read vault {vault}; it may be granted elsewhere"
    return f"nothing in this stack lets the service's system-assigned identity read vault {vault}"


RULE = Rule(
    id="identity-without-access",
    severity=Severity.HIGH,
    what="No grant lets the gateway's identity read a certificate in Key Vault",
    why="API Management refuses the certificate, or cannot follow its next renewal",
    fix="Grant the identity the role Key Vault Certificate User on the vault (`VaultAccess`), or with access policies "
    "secret get and list. For a user-assigned identity it is low: it may have been granted where the identity lives",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates, "
    "MicrosoftDocs/azure-docs#122202",
    check=_check,
    whole=True,
)
