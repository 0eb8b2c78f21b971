"""A user-assigned identity that should read from a vault behind a firewall."""

from collections.abc import Iterator

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.vault import vault_of


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    closed = {each.name for each in setup.vaults if each.has_firewall and each.name}
    for certificate in setup.certificates:
        vault = vault_of(certificate.secret_url)
        if certificate.by_user_identity and vault in closed:
            detail = (
                f"Certificate {certificate.label} is read by a user-assigned identity, which the firewall of vault "
                f"{vault} does not let through"
            )
            yield Violation(resource=certificate.resource, detail=detail)


RULE = Rule(
    id="firewall-blocks-identity",
    severity=Severity.HIGH,
    what="A user-assigned identity should read a certificate from a vault whose firewall is on",
    why="The firewall lets through only the system-assigned identity of a service with line of sight to the vault",
    fix="Leave the identity out, so that the system-assigned one reads it, or switch the vault's firewall off",
    reference="MicrosoftDocs/azure-docs#90067, MicrosoftDocs/azure-docs#114880",
    check=_check,
)
