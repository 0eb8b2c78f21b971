"""The policies that local Azure serves. source: the policy reference, one page per policy.

A policy that Azure knows and that is missing here, an attribute value that is an expression, and a named value end the
call with 501.
"""

import base64
from collections.abc import Awaitable, Callable

from multidict import CIMultiDict

from local.azure.gateway.effective import Policy
from local.azure.gateway.exchange import Backend, Exchange, Message
from local.azure.gateway.failures import NotServedError, PipelineError
from local.azure.policy import Element
from local.azure.store import Entity

Forward = Callable[[Exchange, float], Awaitable[Message]]

_NOT_JOINED = {"user-agent", "www-authenticate", "proxy-authenticate", "cookie", "set-cookie", "warning"}
_NOT_JOINED |= {"date", "expires", "if-modified-since", "if-unmodified-since", "last-modified", "retry-after"}
_WITHOUT_EFFECT = {"buffer-request-body", "buffer-response"}


class Returned(Exception):  # noqa: N818  no error: the pipeline is done
    """`return-response` has ended the pipeline."""

    def __init__(self, response: Message) -> None:
        super().__init__("returned")
        self.response = response


async def apply(policy: Policy, exchange: Exchange, forward: Forward) -> None:
    """Runs one policy."""
    if policy.element.name == "forward-request":
        exchange.response = await forward(exchange, _timeout(policy))
    elif policy.element.name in SERVED:
        SERVED[policy.element.name](policy, exchange)
    else:
        raise NotServedError(f"the policy '{policy.element.name}' {_place(policy)}")


def authentication_certificate(policy: Policy, exchange: Exchange) -> None:
    """Chooses what is presented to the backend."""
    name, thumbprint = _literal(policy, "certificate-id"), _literal(policy, "thumbprint")
    if policy.element.attributes.get("body"):
        raise NotServedError(f"'body' of the policy 'authentication-certificate' {_place(policy)}")
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
    base_url, backend_id = _literal(policy, "base-url"), _literal(policy, "backend-id")
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
    text = f"Backend service URL was changed to '{exchange.base_url}'."
    exchange.trace.add(policy.section, policy.element.name, text, backendId=backend_id or None)


def set_header(policy: Policy, exchange: Exchange) -> None:
    """Changes the request's headers in inbound and backend, the response's in outbound and on-error."""
    if policy.section in {"inbound", "backend"}:
        headers = exchange.headers
    elif exchange.response:
        headers = exchange.response.headers
    else:
        return
    _set_header(policy, policy.element, headers)
    name = _literal(policy, "name")
    exchange.trace.add(policy.section, policy.element.name, f"Header '{name}' was set.")


def return_response(policy: Policy, exchange: Exchange) -> None:
    """Ends the pipeline with a response of its own."""
    if "response-variable-name" in policy.element.attributes:
        raise NotServedError(f"'response-variable-name' of the policy 'return-response' {_place(policy)}")
    response = Message(status=200)
    for child in policy.element.children:
        if child.name == "set-status":
            response.status = int(_literal(policy, "code", child))
            response.reason = _literal(policy, "reason", child) or None
        elif child.name == "set-header":
            _set_header(policy, child, response.headers)
        elif child.attributes:
            raise NotServedError(f"'{next(iter(child.attributes))}' of the policy 'set-body' {_place(policy)}")
        else:
            response.body = _served(policy, child, child.text).encode()
    exchange.trace.add(policy.section, policy.element.name, f"Response {response.status} was returned.")
    raise Returned(response)


SERVED: dict[str, Callable[[Policy, Exchange], None]] = {
    "authentication-certificate": authentication_certificate,
    "set-backend-service": set_backend_service,
    "set-header": set_header,
    "return-response": return_response,
}
"""Besides `base` and `forward-request`."""


def _timeout(policy: Policy) -> float:
    for name, value in policy.element.attributes.items():
        if name != "timeout" and name not in _WITHOUT_EFFECT and _literal(policy, name) != "false":
            raise NotServedError(f"{name}='{value}' of the policy 'forward-request' {_place(policy)}")
    return float(_literal(policy, "timeout") or 300)


def _set_header(policy: Policy, element: Element, headers: CIMultiDict[str]) -> None:
    name = _literal(policy, "name", element)
    action = _literal(policy, "exists-action", element) or "override"
    values = [_served(policy, child, child.text).strip() for child in element.children]
    if action == "skip" and name in headers:
        return
    if action == "append":
        values = [*headers.getall(name, []), *values]
    headers.popall(name, None)
    if action == "delete" or not values:
        return
    for value in values if name.lower() in _NOT_JOINED else [",".join(values)]:
        headers.add(name, value)


def _certificate(policy: Policy, exchange: Exchange, name: str, thumbprint: str) -> Entity | None:
    if name:
        return exchange.store.get(f"{policy.home}/certificates/{name}")
    known = exchange.store.children(policy.home, "certificates")
    return next((c for c in known if c.body["properties"]["thumbprint"].lower() == thumbprint.lower()), None)


def _literal(policy: Policy, attribute: str, element: Element | None = None) -> str:
    element = element or policy.element
    return _served(policy, element, element.attributes.get(attribute, ""))


def _served(policy: Policy, element: Element, value: str) -> str:
    if value.strip().startswith(("@(", "@{")):
        raise NotServedError(f"the expression in '{element.name}' {_place(policy)}")
    if "{{" in value:
        raise NotServedError(f"the named value in '{element.name}' {_place(policy)}")
    return value


def _place(policy: Policy) -> str:
    return f"({policy.section}, {policy.scope} scope, line {policy.element.line})"
