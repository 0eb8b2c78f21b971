"""A certificate that API Management could not read from Key Vault the last time."""

from collections.abc import Iterator

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_LENGTH = 200


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        if certificate.refresh_failure:
            detail = f"Certificate {certificate.label} could not be read: {_line(certificate.refresh_failure)}"
            yield Violation(resource=certificate.resource, detail=detail)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LENGTH else f"{line[: _LENGTH - 1]}…"


RULE = Rule(
    id="vault-read-failed",
    severity=Severity.HIGH,
    what="API Management could not read a certificate from Key Vault the last time",
    why="It goes on presenting what it read before, until that expires; a renewal does not arrive",
    fix="Put right what the message names: access, the vault's firewall, a disabled or deleted certificate; then "
    "refresh the secret (`refreshSecret`) and the stack (`pulumi refresh`)",
    reference="https://learn.microsoft.com/rest/api/apimanagement/certificate/refresh-secret",
    check=_check,
)
