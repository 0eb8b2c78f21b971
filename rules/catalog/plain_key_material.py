"""A private key, or the password of one, is in the state in plain text."""

from collections.abc import Iterator

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        if certificate.plain_key_material:
            named = " and ".join(f"`{key}`" for key in certificate.plain_key_material)
            verb = "is no secret" if len(certificate.plain_key_material) == 1 else "are no secrets"
            detail = f"Certificate {certificate.label}: {named} {verb}, and in previews and the state in plain text"
            yield Violation(resource=certificate.resource, detail=detail)


RULE = Rule(
    id="plain-key-material",
    severity=Severity.CRITICAL,
    what="The PFX of a certificate, or its password, is no secret in the program",
    why="Whoever can read the state, a preview or a log has the private key, and can pose as the gateway",
    fix="Make it a secret (`pulumi.Output.secret`, or `pulumi config set --secret`), and have the certificate issued "
    "anew with another key: this one has been shown",
    reference="https://www.pulumi.com/docs/iac/concepts/secrets/",
    check=_check,
)
