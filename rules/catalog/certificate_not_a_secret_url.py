"""A certificate whose reference into Key Vault is no secret's URL."""

from collections.abc import Iterator

from backend_mtls.errors import SecretIdentifierError
from backend_mtls.vault import secret_identifier

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.vault import names_secret


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        problem = _problem(certificate.secret_url) if certificate.secret_url else None
        if problem:
            detail = f"Certificate {certificate.label}: {problem}"
            yield Violation(resource=certificate.resource, detail=detail)


def _problem(url: str) -> str | None:
    try:
        secret = secret_identifier.parse(url, pinned=True)
    except SecretIdentifierError as error:
        return f"{error.problem.what}; {error.problem.fix}"
    if names_secret(url):
        return None
    return f"the URL is a certificate's, not a secret's; use {secret.vault_url}/secrets/{secret.name}"


RULE = Rule(
    id="certificate-not-a-secret-url",
    severity=Severity.HIGH,
    what="A certificate names something else than a Key Vault secret",
    why="API Management reads certificates as secrets only, and refuses any other URL",
    fix="Name the secret, `https://<vault>.vault.azure.net/secrets/<name>`: every certificate in a vault has one of "
    "its own name",
    reference="hashicorp/terraform-provider-azurerm#3635",
    check=_check,
)
