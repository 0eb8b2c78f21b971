"""The `context` of policy expressions, and the values of attributes and texts that are expressions.

source: learn.microsoft.com/azure/api-management/api-management-policy-expressions, "Context variable";
api-management-error-handling-policies for what an exception does. Inferred: `context.Response` is null until there is a
response; `context.Request.Url` is what the call asks for at its API, after rewrite-uri what that made of it; names of
query parameters are told apart by letter case; the id of a product or a subscription is its last segment.
"""

from urllib.parse import parse_qsl, urlsplit

from multidict import CIMultiDict

from local.azure.gateway.exchange import Exchange, Message
from local.azure.gateway.failures import NotServedError, PipelineError
from local.azure.policy import csharp
from local.azure.policy.csharp import Lookup, Record, Url, Value
from local.azure.store import Json


def evaluated(expression: str, exchange: Exchange, source: str, place: str) -> Value:
    """The expression's value; raises PipelineError when it throws, NotServedError for what is not served."""
    try:
        return csharp.evaluate(csharp.parse(expression), {"context": _context(exchange)})
    except csharp.ThrownError as error:
        text = f"Expression evaluation failed. {error}"
        raise PipelineError(source, "ExpressionValueEvaluationFailure", text) from error
    except csharp.NotServedExpressionError as error:
        shown = " ".join(expression.split())
        raise NotServedError(f"the expression in '{source}' {place}: {shown} ({error})") from error


def _context(exchange: Exchange) -> Record:
    request: dict[str, Value] = {
        "Headers": _headers(exchange.headers),
        "IpAddress": exchange.remote,
        "MatchedParameters": Lookup({name: (value,) for name, value in exchange.matched.items()}, "joined"),
        "Method": exchange.method,
        "Url": Url(lambda: _url(exchange)),
    }
    properties: dict[str, Value] = {
        "Api": Record("IApi", _api(exchange)),
        "Operation": Record("IOperation", _operation(exchange)),
        "Product": _named("IProduct", exchange, exchange.product_id),
        "Subscription": _named("ISubscription", exchange, exchange.subscription_id),
        "Request": Record("IRequest", request),
        "RequestId": exchange.activity_id,
        "Response": _response(exchange.response),
        "Variables": Lookup(exchange.variables, "objects"),
    }
    return Record("IProxyRequestContext", properties)


def _api(exchange: Exchange) -> dict[str, Value]:
    api = exchange.api
    title = api.properties.get("displayName") or api.base_name
    return {"Id": api.base_name, "Name": title, "Path": api.path, "Revision": api.properties.get("apiRevision", "1")}


def _operation(exchange: Exchange) -> dict[str, Value]:
    entity = exchange.store.get(exchange.operation.id)
    known: Json = entity.body["properties"] if entity else {}
    name = exchange.operation.id.rpartition("/")[2]
    template = known.get("urlTemplate", "")
    title = known.get("displayName") or name
    return {"Id": name, "Name": title, "Method": exchange.operation.method, "UrlTemplate": template}


def _named(kind: str, exchange: Exchange, entity_id: str | None) -> Value:
    entity = exchange.store.get(entity_id) if entity_id else None
    if entity is None:
        return None
    name = entity.id.rpartition("/")[2]
    return Record(kind, {"Id": name, "Name": entity.body.get("properties", {}).get("displayName") or name})


def _response(response: Message | None) -> Value:
    if response is None:
        return None
    reason = response.reason or ""
    shown: dict[str, Value] = {"StatusCode": response.status, "StatusReason": reason}
    return Record("IResponse", shown | {"Headers": _headers(response.headers)})


def _headers(headers: CIMultiDict[str]) -> Lookup:
    return Lookup(CIMultiDict((name, tuple(headers.getall(name))) for name in headers), "joined")


def _url(exchange: Exchange) -> Record:
    parameters: dict[str, tuple[str, ...]] = {}
    for name, value in parse_qsl(exchange.query, keep_blank_values=True):
        parameters[name] = (*parameters.get(name, ()), value)
    path = (f"/{exchange.api.path}" if exchange.api.path and not exchange.is_rewritten else "") + exchange.rest
    host = urlsplit(f"//{exchange.headers.get('Host', '')}").hostname or ""
    text = f"?{exchange.query}" if exchange.query else ""
    shown: dict[str, Value] = {"Path": path, "QueryString": text, "Host": host, "Scheme": "https"}
    return Record("IUrl", shown | {"Query": Lookup(parameters, "joined")})
