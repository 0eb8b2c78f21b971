"""A policy document at its scope: what it presents, where it routes, what it inherits."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from components.errors import PolicyDocumentError
from components.policy_outline import OwnedPolicy, outline, tokens_of
from components.policy_scanner import ScanError, Token, scan
from rules.graph import Graph, Resource
from rules.places import entity_id, owner_of, source_of

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
    """Its text; None when it is unknown or secret."""
    elements: tuple[OwnedPolicy, ...]
    """Its `authentication-certificate` and `set-backend-service` policies, in document order."""
    sections: frozenset[str]
    """The sections that it has."""
    inherits: frozenset[str]
    """The sections that hold `<base />`. A section that is missing inherits, too, but is not in here."""
    policy_names: frozenset[tuple[str, str]]
    """(section, element) of every policy in it, for instance `("inbound", "validate-jwt")`."""
    unreadable: str | None
    """Why the document cannot be read; None when it can."""

    @property
    def label(self) -> str:
        """As a reader knows it."""
        name = self.scope_id or self.resource.name
        if self.scope == "operation":
            return f"operation {name} of API {self.api_id or '?'}"
        return self.scope if self.scope in ("service", "workspace") else f"{_WORDS[self.scope]} {name}"

    @property
    def presented(self) -> list[OwnedPolicy]:
        """What makes the gateway present a certificate."""
        return [each for each in self.elements if each.name == "authentication-certificate"]

    @property
    def routed(self) -> list[OwnedPolicy]:
        """What says which backend is called."""
        return [each for each in self.elements if each.name == "set-backend-service"]

    def drops_base(self, section: str) -> bool:
        """Whether nothing is inherited in a section that the document has."""
        return self.unreadable is None and section in self.sections and section not in self.inherits


_WORDS = {"product": "product", "api": "API", "fragment": "fragment"}
_ID_KEYS = {"product": "productId", "api": "apiId", "operation": "operationId", "fragment": "id"}


def literal(value: str | None) -> str | None:
    """An attribute's value if it is one: no expression, no named value."""
    return value if value and not value.startswith("@") and "{{" not in value else None


@dataclass(frozen=True, kw_only=True)
class _Content:
    """What a document holds."""

    elements: tuple[OwnedPolicy, ...] = ()
    sections: frozenset[str] = frozenset()
    policy_names: frozenset[tuple[str, str]] = frozenset()
    unreadable: str | None = None


def read(graph: Graph, resource: Resource) -> Policy:
    """The policy that a resource declares."""
    scope = SCOPES[resource.type.rpartition(":")[2]]
    declared = resource.inputs.get("value")
    document = declared if isinstance(declared, str) else None
    content = _content(document, scope) if document is not None else _Content()
    return Policy(
        resource=resource,
        owner=owner_of(graph, resource),
        scope=scope,
        api_id=_api_id(graph, resource) if scope in ("api", "operation") else None,
        scope_id=_scope_id(graph, resource, scope),
        document=document,
        elements=content.elements,
        sections=content.sections,
        inherits=frozenset(section for section, name in content.policy_names if name == "base"),
        policy_names=content.policy_names,
        unreadable=content.unreadable,
    )


@lru_cache(maxsize=1 << 13)  # what does not change is in the graph before a change and in the one after it
def _content(document: str, scope: Scope) -> _Content:
    try:
        if scope == "fragment":
            return _Content(elements=tuple(_in_fragment(document)))
        tokens = tokens_of(document)
        return _Content(
            elements=tuple(outline(document).owned),
            sections=frozenset(each.name for each in tokens if each.is_tag and each.depth == 1),
            policy_names=frozenset(_policies(tokens)),
        )
    except PolicyDocumentError as error:
        return _Content(unreadable=error.problem.what)
    except ScanError as error:
        return _Content(unreadable=str(error))


def _in_fragment(document: str) -> Iterator[OwnedPolicy]:
    for each in scan(document):
        if each.is_tag and each.name in ("authentication-certificate", "set-backend-service"):
            yield OwnedPolicy(
                name=each.name,
                attributes=each.attributes,
                section="",
                is_branch=each.depth > 1,
                start=each.start,
                end=each.end,
            )


def _policies(tokens: tuple[Token, ...]) -> Iterator[tuple[str, str]]:
    section = ""
    for each in tokens:
        if each.is_tag and each.depth == 1:
            section = each.name
        elif each.is_tag and each.depth == 2:
            yield section, each.name


def _api_id(graph: Graph, resource: Resource) -> str | None:
    declared = resource.text("apiId")
    if declared is None:
        api = source_of(graph, resource, "apiId", "Api", "WorkspaceApi")
        declared = (entity_id(api, "apiId") or api.urn) if api else None
    return declared.partition(";rev=")[0] if declared else None


def _scope_id(graph: Graph, resource: Resource, scope: Scope) -> str | None:
    if scope == "api":
        return _api_id(graph, resource)
    return resource.text(_ID_KEYS[scope]) if scope in _ID_KEYS else None
