"""Whom a backend says that it trusts: `tls.serverX509Names` and `tls.serverCertificateThumbprints`.

source: azure-mgmt-apimanagement 6.0.0b1, BackendTlsProperties; which tiers use it: v2-service-tiers-overview.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.graph import Graph, Mark, Resource

_NAMES, _THUMBPRINTS = "serverX509Names", "serverCertificateThumbprints"


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What is accepted in place of a chain that ends in a trusted root; empty where the backend says nothing."""

    accepted: tuple[str, ...]
    """Each certificate, or issuer with the common names that it signs, in words."""
    is_known: bool
    """Whether that is all of it."""

    def __bool__(self) -> bool:
        return bool(self.accepted) or not self.is_known

    @property
    def words(self) -> str:
        """As a reader compares it."""
        known = " or ".join(self.accepted)
        return known if self.is_known else " or ".join([*self.accepted, Mark.UNKNOWN.value])


def read(graph: Graph, resource: Resource) -> Trust:
    """The trust of a backend."""
    tls = resource.inputs.get("tls")
    if not isinstance(tls, Mapping):
        return Trust(accepted=(), is_known=not isinstance(tls, Mark))
    names, thumbprints = tls.get(_NAMES) or [], tls.get(_THUMBPRINTS) or []
    known = isinstance(names, list) and isinstance(thumbprints, list)
    subjects = dict(_subjects(graph, resource))
    accepted = []
    for each in names if isinstance(names, list) else ():
        if not isinstance(each, Mapping) or not all(isinstance(each.get(key), str) for key in _PARTS):
            known = False
            continue
        issuer = str(each["issuerCertificateThumbprint"]).upper()
        accepted.append(f"{each['name']} issued by {subjects.get(issuer, issuer)}")
    for each in thumbprints if isinstance(thumbprints, list) else ():
        if not isinstance(each, str):
            known = False
            continue
        accepted.append(f"the certificate {subjects.get(each.upper(), each.upper())}")
    return Trust(accepted=tuple(sorted(accepted)), is_known=known)


_PARTS = ("name", "issuerCertificateThumbprint")


def _subjects(graph: Graph, resource: Resource) -> Iterator[tuple[str, str]]:
    """Thumbprint -> subject and thumbprint, of what the component was given: a thumbprint alone says little."""
    component = graph.find(resource.parent)
    listed = component.inputs.get("trust") if component else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping) and isinstance(each.get("thumbprint"), str):
            thumbprint = str(each["thumbprint"]).upper()
            yield thumbprint, f"{each.get('subject', '')} ({thumbprint})"
