"""Policies of every scope, as a raw azure-native program declares them."""

from dataclasses import replace
from typing import Any

from rule_resources import document, entity

from rules.graph import Resource

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""A value that is known only after the deployment."""
SECRET = "[secret]"
"""A value that is a secret."""
JWT = '<validate-jwt header-name="Authorization" />'


def service_policy(inbound: str = "", /, **given: Any) -> Resource:
    """The policy of the service, which forwards the calls: nothing is around it that it could inherit from."""
    inherits, forwards = "<backend><base /></backend>", "<backend><forward-request /></backend>"
    text = document(inbound, base=False).replace(inherits, forwards)
    return entity("Policy", "global", **({"policyId": "policy", "value": text} | given))


def operation_policy(
    name: str = "list", /, inbound: str = "", *, base: bool = True, api_id: str = "orders", **given: Any
) -> Resource:
    """The policy of an operation of the API `orders`."""
    own = {"apiId": api_id, "operationId": name, "policyId": "policy", "value": document(inbound, base=base)}
    return entity("ApiOperationPolicy", name, **(own | given))


def product_policy(name: str = "gold", /, inbound: str = "", *, base: bool = True, **given: Any) -> Resource:
    """The policy of a product."""
    own = {"productId": name, "policyId": "policy", "value": document(inbound, base=base)}
    return entity("ProductPolicy", name, **(own | given))


def fragment(name: str = "mtls", /, content: str = "", **given: Any) -> Resource:
    """A policy fragment."""
    found = entity("PolicyFragment", name, **({"value": f"<fragment>{content}</fragment>"} | given))
    return replace(found, inputs={**found.inputs, "id": name})


def include(name: str = "mtls") -> str:
    """The policy that includes a fragment."""
    return f'<include-fragment fragment-id="{name}" />'


def routes(backend_id: str) -> str:
    """The policy that routes to a backend."""
    return f'<set-backend-service backend-id="{backend_id}" />'


def routes_to(url: str) -> str:
    """The policy that routes to a bare URL."""
    return f'<set-backend-service base-url="{url}" />'


def by_thumbprint(thumbprint: str) -> str:
    """The policy that presents a certificate by its thumbprint."""
    return f'<authentication-certificate thumbprint="{thumbprint}" />'
