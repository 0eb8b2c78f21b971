"""A backend entity, and how its server certificate is validated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from backend_mtls.admission import reasons

from rules import trust
from rules.graph import Graph, Mark, Resource
from rules.places import entity_id, owner_of
from rules.trust import Trust
from rules.urls import host_of

TYPES = ("apimanagement:Backend", "apimanagement:WorkspaceBackend")

Part = Literal["chain", "name"]
"""What of a server certificate can be validated: its chain, or the name in it."""
PARTS: tuple[Part, ...] = ("chain", "name")
_WHAT: dict[Part, reasons.Validation] = {"chain": "Chain", "name": "Name"}


@dataclass(frozen=True, kw_only=True)
class Validation:
    """Whether one part of the server certificate is validated."""

    on: bool | None
    """Whether it is; True when nothing is said, as in Azure; None when that is not known."""
    reason: str | None
    """Why it is not: what follows `Chain validation is off:`, or `Name …`, in the description."""

    @property
    def words(self) -> str:
        """As a reader compares it."""
        if self.on is None:
            return Mark.UNKNOWN.value
        return "on" if self.on else f"OFF ({self.reason or 'no reason given'})"


@dataclass(frozen=True, kw_only=True)
class Backend:
    """One backend. What is not known is None."""

    resource: Resource
    """The azure-native resource."""
    owner: str | None
    """Its service, and its workspace."""
    backend_id: str | None
    """Its id there."""
    url: str | None
    """Where the calls go."""
    is_pool: bool
    """Whether it only names other backends."""
    validations: Mapping[Part, Validation]
    """How its server certificate is validated."""
    trust: Trust
    """Whom it says that it trusts."""
    has_certificate: bool
    """Whether its credentials name a client certificate, which makes the gateway present none."""
    server: Mapping[str, object]
    """What is known of its server certificate: `subject`, `issuer`, `selfSigned`, `notAfter`; empty when nothing."""

    @property
    def label(self) -> str:
        """As a reader knows it."""
        return self.backend_id or self.resource.name

    @property
    def host(self) -> str | None:
        """The host of the URL, lower case, without brackets; None when there is none."""
        return host_of(self.url)


def read(graph: Graph, resource: Resource) -> Backend:
    """The backend that a resource declares."""
    given = reasons.read(resource.text("description") or "")
    credentials = resource.inputs.get("credentials") or {}
    named = isinstance(credentials, Mapping) and (credentials.get("certificate") or credentials.get("certificateIds"))
    component = graph.find(resource.parent)
    server = component.inputs.get("serverCertificate") if component else None
    return Backend(
        resource=resource,
        owner=owner_of(graph, resource),
        backend_id=entity_id(resource, "backendId"),
        url=resource.text("url"),
        is_pool=resource.inputs.get("type") == "Pool" or resource.inputs.get("pool") is not None,
        validations={
            part: Validation(on=_flag(resource, f"validateCertificate{part.title()}"), reason=given.get(_WHAT[part]))
            for part in PARTS
        },
        trust=trust.read(graph, resource),
        has_certificate=bool(named),
        server=server if isinstance(server, Mapping) else {},
    )


def _flag(resource: Resource, key: str) -> bool | None:
    declared = resource.inputs.get("tls")
    if isinstance(declared, Mark):
        return None
    value = declared.get(key) if isinstance(declared, Mapping) else None
    if value is None:
        return True
    return value if isinstance(value, bool) else None
