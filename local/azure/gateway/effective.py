"""The policies that apply to a call: `<base />` replaced by the section of the enclosing scope.

source: learn.microsoft.com/azure/api-management/set-edit-policies#use-base-element-to-set-policy-evaluation-order, and
policy-fragments ("inserted as-is"). Inferred from the reference's examples, which leave sections out and yet forward: a
section that a document does not have inherits everything, a section that is there without `<base />` nothing. Inferred
as well: a `<base />` in a branch stands for the enclosing scope's section there, and two of them run it twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from local.azure.gateway.failures import NotServedError, PipelineError
from local.azure.gateway.model import Api, Operation
from local.azure.policy import KNOWN, SECTIONS, Element, parse
from local.azure.store import Store

DEFAULT = """<policies>
  <inbound />
  <backend>
    <forward-request />
  </backend>
  <outbound />
  <on-error />
</policies>"""
"""The service's policy as long as nobody has changed it. source: docs, forward-request: set up at the global scope."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One of the documents that apply to a call."""

    name: str
    """global | workspace | product | api | operation"""
    id: str
    home: str
    """Service or workspace: where its policy's references resolve."""


_Documents = Sequence[tuple[Scope, Element]]
"""Scopes that have a document, innermost first."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy of the effective document."""

    element: Element
    section: str
    documents: _Documents
    """That in which it stands, and those around it: what a `<base />` in one of its branches stands for."""

    @property
    def scope(self) -> str:
        """Whose document it stands in."""
        return self.documents[0][0].name

    @property
    def home(self) -> str:
        """Where its references resolve."""
        return self.documents[0][0].home


def scopes(service_id: str, api: Api, operation: Operation, product_id: str | None) -> list[Scope]:
    """Innermost first: operation, API, product, workspace, service (api-management-howto-policies, "Scopes")."""
    home = api.home
    found = [Scope(name="operation", id=operation.id, home=home), Scope(name="api", id=api.id, home=home)]
    if product_id:
        found.append(Scope(name="product", id=product_id, home=home))
    if home != service_id:
        found.append(Scope(name="workspace", id=home, home=home))
    return [*found, Scope(name="global", id=service_id, home=service_id)]


def effective(store: Store, scopes: list[Scope], section: str) -> Iterator[Policy]:
    """The policies of a section, in the order in which they run."""
    documents = [(scope, _document(store, scope)) for scope in scopes]
    return _section(store, [(scope, root) for scope, root in documents if root], section)


def held(store: Store, policy: Policy, container: Element) -> Iterator[Policy]:
    """The policies that the container, which is the policy's element or a branch of it, holds."""
    return _elements(store, policy.documents, policy.section, container)


def _document(store: Store, scope: Scope) -> Element | None:
    entity = store.get(f"{scope.id}/policies/policy")
    if entity is None:
        return _parsed(DEFAULT) if scope.name == "global" else None
    return _parsed(entity.private.get("rawxml") or entity.body["properties"]["value"])


_parsed = lru_cache(maxsize=256)(parse)


def _section(store: Store, documents: _Documents, section: str) -> Iterator[Policy]:
    if not documents:
        return
    found = next((child for child in documents[0][1].children if child.name == section), None)
    if found is None:
        yield from _section(store, documents[1:], section)
    else:
        yield from _elements(store, documents, section, found)


def _elements(store: Store, documents: _Documents, section: str, container: Element) -> Iterator[Policy]:
    for element in container.children:
        if element.name == "base":
            yield from _section(store, documents[1:], section)
        elif element.name == "include-fragment":
            yield from _elements(store, documents, section, _fragment(store, documents[0][0], element))
        elif section in KNOWN.get(element.name, SECTIONS):
            yield Policy(element=element, section=section, documents=documents)
        else:
            raise NotServedError(f"the policy '{element.name}' of a fragment that is included in {section}")


def _fragment(store: Store, scope: Scope, element: Element) -> Element:
    """What stands in place of the element."""
    name = element.attributes.get("fragment-id", "")
    entity = store.get(f"{scope.home}/policyFragments/{name}")
    if entity is None:
        text = f"Policy fragment with id '{name}' could not be found."
        raise PipelineError("include-fragment", "FragmentNotFound", text)  # inferred
    return _parsed(entity.private["rawxml"])
