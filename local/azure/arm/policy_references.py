"""What a policy document refers to has to exist.

source: facts of the target names and texts; MicrosoftDocs/azure-docs#71385 for a Key Vault certificate by thumbprint;
the text for an unknown certificate-id mirrors that for a thumbprint: inferred.
"""

import re
from collections.abc import Iterator

from local.azure import policy
from local.azure.arm.paths import name_of
from local.azure.store import Entity, Store

_KINDS = {"backend-id": ("backends", "Backend"), "fragment-id": ("policyFragments", "Policy fragment")}
"""Kind of reference -> kind of entity, and what an error calls it (apiops#67)."""


def check_references(store: Store, home_id: str, root: policy.Element) -> list[tuple[str, str]]:
    """(target, message) of everything that its service or workspace does not have, in document order."""
    known = store.children(home_id, "certificates")
    found = []
    for reference in policy.references(root):
        if reference.kind in _KINDS:
            kind, title = _KINDS[reference.kind]
            exists = store.get(f"{home_id}/{kind}/{reference.value}")
            text = None if exists else f"{title} with id '{reference.value}' could not be found."
        else:
            text = _certificate_problem(reference, known)
        if text:
            place = f"Error in element '{reference.element}' on line {reference.line}, column {reference.column}"
            found.append((reference.element, f"{place}: {text}"))
    return found + [("representation", f"Cannot find a property '{name}'") for name in _named_values(root)]


def _certificate_problem(reference: policy.Reference, known: list[Entity]) -> str | None:
    if reference.kind == "certificate-id":
        exists = any(name_of(certificate.id).lower() == reference.value.lower() for certificate in known)
        return None if exists else f"Certificate with id '{reference.value}' could not be resolved."
    for certificate in known:
        properties = certificate.body["properties"]
        if properties["thumbprint"] != reference.value.upper():
            continue
        if not properties.get("keyVault"):
            return None
        name = name_of(certificate.id)
        return (
            f"The Certificate with id '{name}' and thumbprint '{reference.value}' is configured with KeyVault secret"
            f" '{properties['keyVault']['secretIdentifier']}' and cannot be referenced by thumbprint. Please reference"
            f" it with certificate-id '{name}' in the policy."
        )
    return f"Certificate with thumbprint '{reference.value}' could not be resolved."


def _named_values(element: policy.Element) -> Iterator[str]:
    """Named values are not served, so none exists."""
    for value in element.attributes.values():
        yield from re.findall(r"\{\{([\w.-]+)\}\}", value)
    for child in element.children:
        yield from _named_values(child)
