"""The policies that answer, or change the answer: return-response, mock-response, set-status, set-header.

source: the page of each in the policy reference. A mocked response is the operation's example for the status and the
media type, else nothing; a sample made from a schema is not served. Inferred: of several examples the first by name,
and that set-status changes nothing as long as there is no response.
"""

import json

from multidict import CIMultiDict

from local.azure.gateway import values
from local.azure.gateway.effective import Policy
from local.azure.gateway.exchange import Exchange, Message
from local.azure.gateway.failures import NotServedError, PipelineError
from local.azure.policy import Element
from local.azure.store import Json

_NOT_JOINED = {"user-agent", "www-authenticate", "proxy-authenticate", "cookie", "set-cookie", "warning"}
_NOT_JOINED |= {"date", "expires", "if-modified-since", "if-unmodified-since", "last-modified", "retry-after"}


class Returned(Exception):  # noqa: N818  no error: the pipeline is done
    """The policy has ended the pipeline with a response of its own."""

    def __init__(self, response: Message) -> None:
        super().__init__("returned")
        self.response = response


def return_response(policy: Policy, exchange: Exchange) -> None:
    """Ends the pipeline with a response of its own."""
    if "response-variable-name" in policy.element.attributes:
        raise NotServedError(f"'response-variable-name' of the policy 'return-response' {values.place(policy)}")
    response = Message(status=200)
    for child in policy.element.children:
        if child.name == "set-status":
            _set_status(policy, exchange, child, response)
        elif child.name == "set-header":
            _set_header(policy, exchange, child, response.headers)
        elif child.attributes:
            raise NotServedError(f"'{next(iter(child.attributes))}' of the policy 'set-body' {values.place(policy)}")
        else:
            response.body = values.content(policy, exchange, child).encode()
    exchange.trace.add(policy.section, policy.element.name, f"Response {response.status} was returned.")
    raise Returned(response)


def mock_response(policy: Policy, exchange: Exchange) -> None:
    """Ends the pipeline with the operation's example."""
    status = values.number(policy, exchange, "status-code", 200)
    media_type = values.text(policy, exchange, "content-type")
    entity = exchange.store.get(exchange.operation.id)
    known: list[Json] = (entity.body["properties"].get("responses") if entity else None) or []
    described: Json = next((each for each in known if each.get("statusCode") == status), {})
    representations: list[Json] = described.get("representations") or []
    fitting = [each for each in representations if media_type in {"", each.get("contentType")}]
    response = Message(status=status)
    for representation in fitting[:1]:
        media_type = representation.get("contentType") or media_type
        examples = representation.get("examples") or {}
        if not examples and representation.get("schemaId"):
            raise NotServedError(f"a sample made from a schema, of the policy 'mock-response' {values.place(policy)}")
        for name in sorted(examples)[:1]:
            example = examples[name].get("value")
            response.body = (example if isinstance(example, str) else json.dumps(example)).encode()
    if media_type:
        response.headers["Content-Type"] = media_type
    exchange.trace.add(policy.section, policy.element.name, f"Response {status} was mocked.")
    raise Returned(response)


def set_status(policy: Policy, exchange: Exchange) -> None:
    """Changes the response's status."""
    if exchange.response:
        _set_status(policy, exchange, policy.element, exchange.response)
        text = f"Status was set to {exchange.response.status}."
        exchange.trace.add(policy.section, policy.element.name, text)


def set_header(policy: Policy, exchange: Exchange) -> None:
    """Changes the request's headers in inbound and backend, the response's in outbound and on-error."""
    if policy.section in {"inbound", "backend"}:
        headers = exchange.headers
    elif exchange.response:
        headers = exchange.response.headers
    else:
        return
    _set_header(policy, exchange, policy.element, headers)
    name = values.text(policy, exchange, "name")
    exchange.trace.add(policy.section, policy.element.name, f"Header '{name}' was set.")


def _set_status(policy: Policy, exchange: Exchange, element: Element, response: Message) -> None:
    code = values.text(policy, exchange, "code", element)
    if not code.isdecimal() or not 100 <= int(code) <= 999:
        raise PipelineError("set-status", "ExpressionValueEvaluationFailure", f"'{code}' is no status.")  # inferred
    response.status = int(code)
    response.reason = values.text(policy, exchange, "reason", element) or None


def _set_header(policy: Policy, exchange: Exchange, element: Element, headers: CIMultiDict[str]) -> None:
    name = values.text(policy, exchange, "name", element)
    action = values.text(policy, exchange, "exists-action", element) or "override"
    given = [values.content(policy, exchange, child).strip() for child in element.children]
    if action == "skip" and name in headers:
        return
    if action == "append":
        given = [*headers.getall(name, []), *given]
    headers.popall(name, None)
    if action == "delete" or not given:
        return
    for value in given if name.lower() in _NOT_JOINED else [",".join(given)]:
        headers.add(name, value)
