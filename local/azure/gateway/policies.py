"""The policies that local Azure serves. source: the policy reference, one page per policy.

A policy that Azure knows and that is missing here, an expression beyond what `local.azure.policy.csharp` runs, and a
named value end the call with 501.
"""

import base64
from collections.abc import Awaitable, Callable

from local.azure.gateway import callers, requests, responses, values
from local.azure.gateway.effective import Policy
from local.azure.gateway.exchange import Backend, Exchange, Message
from local.azure.gateway.failures import NotServedError, PipelineError
from local.azure.store import Entity

Forward = Callable[[Exchange, float], Awaitable[Message]]

_WITHOUT_EFFECT = {"buffer-request-body", "buffer-response"}


async def apply(policy: Policy, exchange: Exchange, forward: Forward) -> None:
    """Runs one policy that holds no others."""
    if policy.element.name == "forward-request":
        exchange.response = await forward(exchange, _timeout(policy, exchange))
    elif policy.element.name in SERVED:
        SERVED[policy.element.name](policy, exchange)
    else:
        raise NotServedError(f"the policy '{policy.element.name}' {values.place(policy)}")


def authentication_certificate(policy: Policy, exchange: Exchange) -> None:
    """Chooses what is presented to the backend."""
    if policy.element.attributes.get("body"):
        raise NotServedError(f"'body' of the policy 'authentication-certificate' {values.place(policy)}")
    name, thumbprint = values.text(policy, exchange, "certificate-id"), values.text(policy, exchange, "thumbprint")
    entity = _certificate(policy, exchange, name, thumbprint)
    if entity is None:
        text = f"Certificate with id '{name}'" if name else f"Certificate with thumbprint '{thumbprint}'"
        raise PipelineError("authentication-certificate", "CertificateNotFound", f"{text} could not be resolved.")
    exchange.client_certificate = base64.b64decode(entity.private["pfx"])
    presented = entity.body["properties"]["thumbprint"]
    text = f"Certificate '{entity.id.rsplit('/', 1)[-1]}' was attached to the request to the backend service."
    exchange.trace.add(policy.section, policy.element.name, text, thumbprint=presented)


def set_backend_service(policy: Policy, exchange: Exchange) -> None:
    """Routes to a backend entity, with its TLS settings and credentials, or to a bare URL, without."""
    base_url, backend_id = values.text(policy, exchange, "base-url"), values.text(policy, exchange, "backend-id")
    if backend_id:
        entity = exchange.store.get(f"{policy.home}/backends/{backend_id}")
        if entity is None:
            text = f"Backend with id '{backend_id}' could not be found."
            raise PipelineError("set-backend-service", "BackendNotFound", text)
        known = entity.body["properties"]
        exchange.backend = Backend(id=backend_id, arm_id=entity.id, properties=known, scope=policy.scope)
        exchange.base_url = exchange.backend.url
    elif base_url and exchange.backend and exchange.backend.scope != policy.scope:
        text = "An inherited backend-id can be overridden by another backend-id only."  # azure-docs#88246
        exchange.trace.add(policy.section, policy.element.name, text)
        return
    else:
        exchange.backend, exchange.base_url = None, base_url
    text = f"Backend service URL was changed to '{exchange.base_url or f'a member of the pool {backend_id}'}'."
    exchange.trace.add(policy.section, policy.element.name, text, backendId=backend_id or None)


SERVED: dict[str, Callable[[Policy, Exchange], None]] = {
    "authentication-certificate": authentication_certificate,
    "set-backend-service": set_backend_service,
    "set-header": responses.set_header,
    "set-status": responses.set_status,
    "return-response": responses.return_response,
    "mock-response": responses.mock_response,
    "rewrite-uri": requests.rewrite_uri,
    "set-query-parameter": requests.set_query_parameter,
    "set-method": requests.set_method,
    "set-variable": requests.set_variable,
    "check-header": callers.check_header,
    "ip-filter": callers.ip_filter,
}
"""Besides `base`, `include-fragment`, `forward-request` and what holds other policies."""


def _timeout(policy: Policy, exchange: Exchange) -> float:
    for name in policy.element.attributes:
        if name != "timeout" and name not in _WITHOUT_EFFECT:
            value = values.text(policy, exchange, name)
            if value != "false":
                raise NotServedError(f"{name}='{value}' of the policy 'forward-request' {values.place(policy)}")
    return float(values.number(policy, exchange, "timeout", 300))


def _certificate(policy: Policy, exchange: Exchange, name: str, thumbprint: str) -> Entity | None:
    if name:
        return exchange.store.get(f"{policy.home}/certificates/{name}")
    known = exchange.store.children(policy.home, "certificates")
    return next((c for c in known if c.body["properties"]["thumbprint"].lower() == thumbprint.lower()), None)
