"""A certificate that may be created before it can be read."""

from collections.abc import Iterator

from rules.access import is_to_gateway, is_to_service, may_read
from rules.certificate import Certificate
from rules.rule import Rule, Violation
from rules.service import Service
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.vault import Grant, vault_of


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        vault = vault_of(certificate.secret_url)
        service = setup.service_of(certificate.owner)
        grants = [each for each in setup.grants if may_read(each, certificate, service)]
        before = setup.graph.reached_from(certificate.resource.urn)
        sure = [each for each in grants if each.vault == vault and _is_sure(setup, certificate, service, each)]
        if sure and not any(each.resource.urn in before for each in grants):
            named = ", ".join(dict.fromkeys(each.resource.name for each in sure))
            detail = f"Certificate {certificate.label} does not depend on {named}, which lets the gateway read it"
            yield Violation(resource=certificate.resource, detail=detail)


def _is_sure(setup: Setup, certificate: Certificate, service: Service | None, grant: Grant) -> bool:
    """Whether it is a grant that the certificate is read with, and not one to somebody else."""
    if certificate.by_user_identity or service is None:
        return is_to_gateway(setup, grant)
    return is_to_service(grant, service) is True


RULE = Rule(
    id="grant-not-awaited",
    severity=Severity.MEDIUM,
    what="A certificate in Key Vault does not wait for the grant that lets the gateway read it",
    why="It may be created before the grant, and deleted after it: the first deployment fails, and every one of a new "
    "environment",
    fix="Name the `VaultAccess` as the source's `access`; in a raw program add the grant to the certificate's "
    "`depends_on`",
    reference="hashicorp/terraform-provider-azurerm#25478",
    check=_check,
    whole=True,
)
