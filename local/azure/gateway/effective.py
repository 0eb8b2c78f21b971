"""The policies that apply to a call: `<base />` replaced by the section of the enclosing scope.

source: learn.microsoft.com/azure/api-management/set-edit-policies#use-base-element-to-set-policy-evaluation-order.
Inferred from the reference's examples, which leave sections out and yet forward: a section that a document does not
have inherits everything, a section that is there without `<base />` nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from local.azure.policy import Element, parse
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
class Policy:
    """One policy of the effective document."""

    element: Element
    scope: str
    """global | api | operation: whose document it stands in."""
    section: str


def effective(store: Store, service_id: str, api_id: str, operation_id: str, section: str) -> list[Policy]:
    """The policies of a section, in the order in which they run."""
    scopes = [("operation", operation_id), ("api", api_id), ("global", service_id)]
    documents = [(scope, _document(store, scope, entity_id)) for scope, entity_id in scopes]
    return list(_section([(scope, root) for scope, root in documents if root], section))


def _document(store: Store, scope: str, entity_id: str) -> Element | None:
    entity = store.get(f"{entity_id}/policies/policy")
    if entity is None:
        return _parsed(DEFAULT) if scope == "global" else None
    return _parsed(entity.private.get("rawxml") or entity.body["properties"]["value"])


_parsed = lru_cache(maxsize=256)(parse)


def _section(documents: list[tuple[str, Element]], section: str) -> Iterator[Policy]:
    if not documents:
        return
    (scope, root), *outer = documents
    found = next((child for child in root.children if child.name == section), None)
    if found is None:
        yield from _section(outer, section)
        return
    for element in found.children:
        if element.name == "base":
            yield from _section(outer, section)
        else:
            yield Policy(element=element, scope=scope, section=section)
