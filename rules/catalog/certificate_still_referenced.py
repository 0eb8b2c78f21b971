"""A certificate goes away, and a policy still names it."""

from collections.abc import Iterator

from rules import certificate
from rules.certificate import Certificate
from rules.graph import Resource
from rules.policy import Policy
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_TYPES = {f"azure-native:{each}" for each in certificate.TYPES}


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for removed in setup.graph.removed:
        if removed.type not in _TYPES:
            continue
        gone = certificate.read(setup.graph, removed)
        for policy, attribute, value in naming(setup, removed):
            detail = (
                f'Policy of {policy.label}: names {attribute}="{value}", and certificate {gone.label} is '
                "removed or replaced"
            )
            yield Violation(resource=policy.resource, detail=detail, key=f"{attribute} {value.lower()}")


def naming(setup: Setup, removed: Resource) -> Iterator[tuple[Policy, str, str]]:
    """(policy, attribute, value) wherever a policy names a certificate that goes, and that none takes the place of."""
    gone = certificate.read(setup.graph, removed)
    if gone.owner is None:
        return
    for attribute, name in sorted(_names(gone, removed)):
        if setup.certificate_named(gone.owner, attribute, name) is None:
            found = setup.naming.get((gone.owner, attribute, name), ())
            yield from ((policy, attribute, value) for policy, value in found)


def _names(gone: Certificate, removed: Resource) -> set[tuple[str, str]]:
    """What it goes by: its component may speak of the one that replaces it already, so Azure's word counts, too."""
    azure = removed.outputs.get("thumbprint")
    thumbprints = {each.lower() for each in (gone.thumbprint, azure) if isinstance(each, str)}
    found = {("thumbprint", each) for each in thumbprints}
    return found | ({("certificate-id", gone.certificate_id.lower())} if gone.certificate_id else set())


RULE = Rule(
    id="certificate-still-referenced",
    severity=Severity.CRITICAL,
    what="A certificate is deleted or replaced, and a policy that stays still names it",
    why="API Management refuses to delete a certificate that a policy uses; where it does not, every call of the "
    "policy fails",
    fix="Change the policy in the same deployment, and make it depend on the new certificate, so that it is switched "
    "before the old one goes",
    reference="Azure/apiops-cli#261, "
    "https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates",
    check=_check,
)
