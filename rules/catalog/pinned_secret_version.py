"""A certificate that stays at one version of its secret."""

from collections.abc import Iterator

from backend_mtls.errors import SecretIdentifierError
from backend_mtls.vault import secret_identifier

from rules.certificate import COMPONENT, Certificate
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity, by_environment
from rules.vault import names_secret


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        version = _version(certificate)
        if version:
            component = setup.graph.find(certificate.resource.parent)
            is_meant = component is not None and component.type == COMPONENT  # which asks for `pinned=True`
            detail = f"Certificate {certificate.label} is read at version {version}, and follows no renewal"
            yield Violation(
                resource=certificate.resource, detail=detail, severity=Severity.MEDIUM if is_meant else None
            )


def _version(certificate: Certificate) -> str | None:
    url = certificate.secret_url
    try:
        return secret_identifier.parse(url, pinned=True).version if url and names_secret(url) else None
    except SecretIdentifierError:
        return None  # certificate-not-a-secret-url says so


RULE = Rule(
    id="pinned-secret-version",
    severity=by_environment(development=Severity.MEDIUM, staging=Severity.MEDIUM, production=Severity.HIGH),
    what="A certificate is pinned to one version of its Key Vault secret",
    why="API Management follows a renewal only of a secret that is named without a version; this one expires, although "
    "the vault has a new one",
    fix="Leave the version out. A pin that is said to be meant (`pinned=True`) is medium everywhere",
    reference="hashicorp/terraform-provider-azurerm#20903",
    check=_check,
)
