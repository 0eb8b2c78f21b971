"""A certificate that nothing uses."""

from collections.abc import Iterator

from rules.certificate import Certificate
from rules.graph import Mark
from rules.places import owner_of
from rules.policy import literal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_Reference = tuple[str, object]
"""`certificate-id` or `thumbprint`, and the value, which may be a mark."""


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    owners = {each.owner for each in setup.certificates if each.owner is not None}
    references = {owner: dict.fromkeys(_references(setup, owner)) for owner in owners}
    for certificate in setup.certificates:
        if certificate.owner is None:
            continue
        if not any(_may_mean(setup, certificate, each) for each in references[certificate.owner]):
            detail = f"Certificate {certificate.label}: no policy, backend or gateway of the stack uses it"
            yield Violation(resource=certificate.resource, detail=detail)


def _references(setup: Setup, owner: str) -> Iterator[_Reference]:
    for policy in setup.policies:
        if policy.owner not in (owner, None):
            continue
        yield from policy.content.mentions
        if not policy.is_readable or "Deployment.Certificates" in (policy.document or ""):  # an expression reads them
            yield "certificate-id", Mark.UNKNOWN
    for backend in setup.backends:
        if backend.owner in (owner, None):
            yield from _listed("certificate-id", backend.resource.get("credentials", "certificateIds"))
            yield from _listed("thumbprint", backend.resource.get("credentials", "certificate"))
            cluster = ("properties", "serviceFabricCluster")
            yield from _listed("certificate-id", backend.resource.get(*cluster, "clientCertificateId"))
            yield from _listed("thumbprint", backend.resource.get(*cluster, "clientCertificatethumbprint"))
    for authority in setup.graph.of_type("apimanagement:GatewayCertificateAuthority"):
        if owner_of(setup.graph, authority) in (owner, None):
            yield from _listed("certificate-id", authority.get("certificateId"))


def _listed(attribute: str, given: object) -> Iterator[_Reference]:
    for each in given if isinstance(given, list) else [given]:
        if each is not None:
            yield attribute, each.rpartition("/")[2] if isinstance(each, str) else Mark.UNKNOWN  # an ARM id, too


def _may_mean(setup: Setup, certificate: Certificate, reference: _Reference) -> bool:
    attribute, value = reference
    if not isinstance(value, str) or literal(value) is None:
        return True
    is_id = attribute == "certificate-id"
    own = certificate.certificate_id if is_id else certificate.thumbprint
    if own is None:
        return setup.certificate_named(certificate.owner, attribute, value) is None
    before = None if is_id else certificate.resource.outputs.get("thumbprint")
    return any(isinstance(each, str) and each.lower() == value.lower() for each in (own, before))


RULE = Rule(
    id="certificate-unused",
    severity=Severity.LOW,
    what="A certificate is used by no policy, backend or gateway of the stack",
    why="Nobody notices that it expires or leaks, and it counts against the limit of the service",
    fix="Remove it, or present it: `<authentication-certificate certificate-id=… />`. Accept it where another stack's "
    "policies use it",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates",
    check=_check,
    whole=True,
)
