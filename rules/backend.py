"""A backend entity, and how its server certificate is validated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.graph import Graph, Mark, Resource
from rules.places import entity_id, owner_of
from rules.urls import host_of

TYPES = ("apimanagement:Backend", "apimanagement:WorkspaceBackend")
_REASON = re.compile(r"^(Chain|Name) validation is off: *(\S.*)$", re.MULTILINE)


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
    validates_chain: bool | None
    """Whether the chain of the server certificate is validated; True when nothing is said, as in Azure."""
    validates_name: bool | None
    """Whether the name in it is validated; True when nothing is said."""
    chain_reason: str | None
    """Why the chain is not: what follows `Chain validation is off:` in the description."""
    name_reason: str | None
    """Why the name is not: what follows `Name validation is off:`."""
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

    @property
    def validation(self) -> str:
        """How the server certificate is validated, in words."""
        if self.validates_chain is None or self.validates_name is None:
            return Mark.UNKNOWN.value
        parts = [word for word, on in (("chain", self.validates_chain), ("name", self.validates_name)) if on]
        return {0: "nothing", 1: f"{parts[0]} only" if parts else "", 2: "chain and name"}[len(parts)]


def read(graph: Graph, resource: Resource) -> Backend:
    """The backend that a resource declares."""
    reasons = {kind: text.strip() for kind, text in _REASON.findall(resource.text("description") or "")}
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
        validates_chain=_flag(resource, "validateCertificateChain"),
        validates_name=_flag(resource, "validateCertificateName"),
        chain_reason=reasons.get("Chain"),
        name_reason=reasons.get("Name"),
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
