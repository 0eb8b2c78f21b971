"""A policy document at its scope: what it presents, where it routes, what it inherits."""

from dataclasses import dataclass
from typing import Literal

from backend_mtls.policy.outline import OwnedPolicy

from rules.graph import Graph, Resource, name_of
from rules.places import entity_id, owner_of, source_of
from rules.policy_content import NOTHING, Content, content

Scope = Literal["service", "workspace", "product", "api", "operation", "fragment"]
SCOPES: dict[str, Scope] = {
    "Policy": "service",
    "WorkspacePolicy": "workspace",
    "ProductPolicy": "product",
    "WorkspaceProductPolicy": "product",
    "ApiPolicy": "api",
    "WorkspaceApiPolicy": "api",
    "ApiOperationPolicy": "operation",
    "WorkspaceApiOperationPolicy": "operation",
    "PolicyFragment": "fragment",
    "WorkspacePolicyFragment": "fragment",
}
TYPES = tuple(f"apimanagement:{kind}" for kind in SCOPES)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy. What is not known is None or empty."""

    resource: Resource
    """The azure-native resource."""
    owner: str | None
    """Its service, and its workspace."""
    scope: Scope
    """What it is a policy of."""
    api_id: str | None
    """Of an API or an operation."""
    scope_id: str | None
    """Id of the API, product, operation or fragment; None for a service or a workspace."""
    document: str | None
    """Its text; None when it is unknown or secret, or a link to the text."""
    content: Content
    """What stands in it."""

    @property
    def place_id(self) -> str | None:
        """What tells its place from others of its scope: operations of two APIs may have the same id."""
        return f"{self.api_id}/{self.scope_id}" if self.scope == "operation" and self.scope_id else self.scope_id

    @property
    def label(self) -> str:
        """As a reader knows it."""
        name = self.resource.name if self.scope_id is None or self.scope_id.startswith("urn:") else self.scope_id
        if self.scope == "operation":
            return f"operation {name} of API {name_of(self.api_id) if self.api_id else '?'}"
        return self.scope if self.scope in ("service", "workspace") else f"{_WORDS[self.scope]} {name}"

    @property
    def routed(self) -> list[OwnedPolicy]:
        """What says which backend is called."""
        return [each for each in self.content.elements if each.name == "set-backend-service"]

    @property
    def unreadable(self) -> str | None:
        """Why the document cannot be read; None when it can."""
        return self.content.unreadable

    @property
    def is_readable(self) -> bool:
        """Whether its text is there, and can be read."""
        return self.document is not None and self.unreadable is None

    def drops_base(self, section: str) -> bool:
        """Whether nothing is inherited in a section that the document has."""
        return section in self.content.sections and section not in self.content.inherits


_WORDS = {"product": "product", "api": "API", "fragment": "fragment"}
_ID_KEYS = {"product": "productId", "operation": "operationId"}


def literal(value: str | None) -> str | None:
    """An attribute's value if it is one: no expression, no named value."""
    return value if value and not value.lstrip().startswith("@") and "{{" not in value else None


def read(graph: Graph, resource: Resource) -> Policy:
    """The policy that a resource declares."""
    scope = SCOPES[resource.type.rpartition(":")[2]]
    declared = resource.inputs.get("value")
    is_link = str(resource.text("format")).lower().endswith("-link")
    document = declared if isinstance(declared, str) and not is_link else None
    return Policy(
        resource=resource,
        owner=owner_of(graph, resource),
        scope=scope,
        api_id=_api_id(graph, resource) if scope in ("api", "operation") else None,
        scope_id=_scope_id(graph, resource, scope),
        document=document,
        content=NOTHING if document is None else content(document, is_fragment=scope == "fragment"),
    )


def _api_id(graph: Graph, resource: Resource) -> str | None:
    declared = resource.text("apiId")
    if declared is None:
        api = source_of(graph, resource, "apiId", "Api", "WorkspaceApi")
        declared = (entity_id(api, "apiId") or api.urn) if api else None
    return declared or None


def _scope_id(graph: Graph, resource: Resource, scope: Scope) -> str | None:
    if scope == "api":
        return _api_id(graph, resource)
    if scope == "fragment":
        return entity_id(resource, "id")
    return resource.text(_ID_KEYS[scope]) if scope in _ID_KEYS else None
