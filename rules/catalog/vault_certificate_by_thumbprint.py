"""A certificate from Key Vault is presented by its thumbprint."""

from collections.abc import Iterator

from rules.certificate import Certificate
from rules.policy import Policy, literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        for attribute, value in policy.content.mentions:
            if attribute != "thumbprint" or not literal(value):
                continue
            for certificate in setup.certificates:
                if certificate.resource.inputs.get("keyVault") and _is_meant(certificate, policy, value):
                    detail = (
                        f"Policy of {policy.label}: presents certificate {certificate.label}, which comes from Key "
                        f"Vault, by thumbprint {value}"
                    )
                    yield Violation(resource=policy.resource, detail=detail, key=value.upper())


def _is_meant(certificate: Certificate, policy: Policy, thumbprint: str) -> bool:
    """By the thumbprint that it has, or that it had before it was renewed in the vault."""
    known = (certificate.thumbprint, certificate.resource.outputs.get("thumbprint"))
    owned = certificate.owner == policy.owner and policy.owner is not None
    return owned and any(isinstance(each, str) and each.upper() == thumbprint.upper() for each in known)


RULE = Rule(
    id="vault-certificate-by-thumbprint",
    severity=Severity.CRITICAL,
    what="A policy presents a certificate from Key Vault by its thumbprint",
    why="API Management refuses the policy; and a renewal in the vault changes the thumbprint, so that the calls fail",
    fix="Present it by id: `<authentication-certificate certificate-id=… />`. It stays the same when the certificate "
    "is renewed",
    reference="MicrosoftDocs/azure-docs#71385, "
    "https://learn.microsoft.com/azure/api-management/authentication-certificate-policy",
    check=_check,
)
