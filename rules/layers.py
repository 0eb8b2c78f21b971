"""The documents that apply to a call, from the innermost scope to the service's."""

from dataclasses import dataclass

from backend_mtls.policy.scanner import scan

from rules.elements import Element, tree
from rules.inheritance import is_default
from rules.policy import Policy
from rules.setup import Place, Setup

_DEFAULT = tree(
    tuple(scan("<policies><inbound/><backend><forward-request/></backend><outbound/><on-error/></policies>"))
)
"""A service's policy as long as nobody has changed it. Source: forward-request-policy, "set up at the global scope"."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What one scope does."""

    policy: Policy | None = None
    """Its policy, if the graph has one."""
    root: Element | None = None
    """The document; None where the scope has none, so that everything is inherited, or where it is not known."""
    unknown: str = ""
    """Why nobody can say what it does; empty when it is known."""


def layers(
    setup: Setup, place: Place, api_id: str | None, product_id: str | None = None, *, absent: bool = False
) -> tuple[Layer, ...]:
    """The documents for the calls at a place, the innermost first; with the product whose key is used.

    `absent`: the place itself surely has no policy.
    """
    owner, scope, _ = place
    found = [_none(place) if absent else _layer(setup, place)]
    outer = list(setup.places_around(owner, scope, api_id))
    inside = [each for each in outer if each[1] == "api"]
    found += [_layer(setup, each) for each in inside]
    if product_id is not None:
        found.append(_layer(setup, (owner, "product", product_id)))
    return (*found, *(_layer(setup, each) for each in outer if each not in inside))


def _layer(setup: Setup, place: Place) -> Layer:
    policy = setup.policy_at(*place)
    if policy is None:
        if is_default(setup, place):
            return _none(place)
        return Layer(unknown=f"the policy of the {_label(place)} is not in this stack")
    if policy.document is None:
        return Layer(policy=policy, unknown=f"the policy of the {policy.label} is hidden or made later")
    if policy.unreadable:
        return Layer(policy=policy, unknown=f"the policy of the {policy.label} cannot be read")
    return Layer(policy=policy, root=policy.content.root)


def _none(place: Place) -> Layer:
    """What a scope does that has no policy, or the default one."""
    return Layer(root=_DEFAULT if place[1] == "service" else None)


def _label(place: Place) -> str:
    _, scope, scope_id = place
    named = scope_id and not scope_id.startswith("urn:")
    return {"api": "API"}.get(scope, scope) + (f" {scope_id}" if named else "")
