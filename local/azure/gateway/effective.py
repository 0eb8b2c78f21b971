"""The policies that apply to a call: `<base />` replaced by the section of the enclosing scope.

source: learn.microsoft.com/azure/api-management/set-edit-policies#use-base-element-to-set-policy-evaluation-order.
Inferred from the reference's examples, which leave sections out and yet forward: a section that a document does not
have inherits everything, a section that is there without `<base />` nothing.
"""

from collections.abc import Iterator
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


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy of the effective document."""

    element: Element
    scope: str
    """Whose document it stands in."""
    home: str
    """Where its references resolve."""
    section: str


def scopes(service_id: str, api: Api, operation: Operation, product_id: str | None) -> list[Scope]:
    """Innermost first: operation, API, product, workspace, service (api-management-howto-policies, "Scopes")."""
    home = api.home
    found = [Scope(name="operation", id=operation.id, home=home), Scope(name="api", id=api.id, home=home)]
    if product_id:
        found.append(Scope(name="product", id=product_id, home=home))
    if home != service_id:
        found.append(Scope(name="workspace", id=home, home=home))
    return [*found, Scope(name="global", id=service_id, home=service_id)]


def effective(store: Store, scopes: list[Scope], section: str) -> list[Policy]:
    """The policies of a section, in the order in which they run."""
    documents = [(scope, _document(store, scope)) for scope in scopes]
    return list(_section(store, [(scope, root) for scope, root in documents if root], section))


def _document(store: Store, scope: Scope) -> Element | None:
    entity = store.get(f"{scope.id}/policies/policy")
    if entity is None:
        return _parsed(DEFAULT) if scope.name == "global" else None
    return _parsed(entity.private.get("rawxml") or entity.body["properties"]["value"])


_parsed = lru_cache(maxsize=256)(parse)


def _section(store: Store, documents: list[tuple[Scope, Element]], section: str) -> Iterator[Policy]:
    if not documents:
        return
    (scope, root), *outer = documents
    found = next((child for child in root.children if child.name == section), None)
    if found is None:
        yield from _section(store, outer, section)
        return
    for element in found.children:
        if element.name == "base":
            yield from _section(store, outer, section)
        else:
            included = _fragment(store, scope, element) if element.name == "include-fragment" else (element,)
            for one in included:
                if section not in KNOWN.get(one.name, SECTIONS):
                    raise NotServedError(f"the policy '{one.name}' of a fragment that is included in {section}")
                yield Policy(element=one, scope=scope.name, home=scope.home, section=section)


def _fragment(store: Store, scope: Scope, element: Element) -> tuple[Element, ...]:
    """What the fragment holds stands in place of the element."""
    name = element.attributes.get("fragment-id", "")
    entity = store.get(f"{scope.home}/policyFragments/{name}")
    if entity is None:
        text = f"Policy fragment with id '{name}' could not be found."
        raise PipelineError("include-fragment", "FragmentNotFound", text)  # inferred
    return _parsed(entity.private["rawxml"]).children
