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


class _Uses:
    """Everything that could name a certificate of one service or workspace."""

    def __init__(self, setup: Setup, owner: str) -> None:
        self.names: set[_Reference] = set()
        self.strangers: set[str] = set()
        """The attributes that hold a name which no certificate of the graph is known to have."""
        self.may_be_any = False
        for attribute, value in _references(setup, owner):
            if not isinstance(value, str) or literal(value) is None:
                self.may_be_any = True
                continue
            self.names.add((attribute, value.lower()))
            if setup.certificate_named(owner, attribute, value) is None:
                self.strangers.add(attribute)

    def include(self, certificate: Certificate) -> bool:
        """Whether one of them names the certificate, or may."""
        before = certificate.resource.outputs.get("thumbprint")
        named = [("certificate-id", certificate.certificate_id), ("thumbprint", certificate.thumbprint)]
        if self.may_be_any or any(own is None and attribute in self.strangers for attribute, own in named):
            return True
        named.append(("thumbprint", before if isinstance(before, str) else None))
        return any(own is not None and (attribute, own.lower()) in self.names for attribute, own in named)


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    owners = {each.owner for each in setup.certificates if each.owner is not None}
    uses = {owner: _Uses(setup, owner) for owner in owners}
    for certificate in setup.certificates:
        if certificate.owner is not None and not uses[certificate.owner].include(certificate):
            detail = f"Certificate {certificate.label}: no policy, backend or gateway of the stack uses it"
            yield Violation(resource=certificate.resource, detail=detail)


def _references(setup: Setup, owner: str) -> Iterator[_Reference]:
    for policy in setup.policies:
        if policy.owner not in (owner, None):
            continue
        yield from policy.content.mentions
        if not policy.is_readable or policy.content.reads_any_certificate:
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
