"""A role in a vault that is of no use to the gateway."""

from collections.abc import Iterator

from rules.access import is_to_gateway
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for grant in setup.grants:
        if grant.role and not grant.reads and grant.vault is not None and is_to_gateway(setup, grant):
            detail = f"The role {grant.role} on vault {grant.vault} has no effect for the gateway"
            yield Violation(resource=grant.resource, detail=detail)


RULE = Rule(
    id="wrong-role",
    severity=Severity.MEDIUM,
    what="The gateway's identity has a role in a vault that does not let it read a certificate",
    why="A certificate is read as a secret, with its key; roles that see only properties, certificates or keys, or "
    "manage the vault itself, do not allow that",
    fix="Grant Key Vault Certificate User instead",
    reference="https://learn.microsoft.com/azure/key-vault/general/rbac-guide, MicrosoftDocs/azure-docs#122202",
    check=_check,
)
