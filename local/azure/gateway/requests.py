"""The policies that change what the backend gets, besides its headers; and context variables.

source: the pages of rewrite-uri, set-query-parameter, set-method and set-variable in the policy reference. Inferred: a
parameter that set-query-parameter appends stands behind the others; names are told apart by letter case.
"""

import re
from urllib.parse import parse_qsl, quote, urlencode

from local.azure.gateway import values
from local.azure.gateway.effective import Policy
from local.azure.gateway.exchange import Exchange


def rewrite_uri(policy: Policy, exchange: Exchange) -> None:
    """The path and the query that the backend gets; parameters of the call that the operation does not name stay."""
    template = values.text(policy, exchange, "template")
    used = re.sub(r"\{\*?([^}]*)\}", lambda found: exchange.matched.get(found[1], found[0]), template)
    path, _, query = used.partition("?")
    copied = values.text(policy, exchange, "copy-unmatched-params") or "true"
    if copied.strip().lower() == "true":
        named = exchange.operation.query_parameters | {name for name, _ in _parameters(query)}
        query = "&".join([part for part in (query, _joined(_parameters(exchange.query), without=named)) if part])
    exchange.rest, exchange.query, exchange.is_rewritten = f"/{path.lstrip('/')}", query, True
    exchange.trace.add(policy.section, policy.element.name, f"URI was rewritten to '{exchange.rest}'.")


def set_query_parameter(policy: Policy, exchange: Exchange) -> None:
    """exists-action decides about a parameter that is already there."""
    name = values.text(policy, exchange, "name")
    action = values.text(policy, exchange, "exists-action") or "override"
    given = [(name, values.content(policy, exchange, child).strip()) for child in policy.element.children]
    there = _parameters(exchange.query)
    if action == "skip" and any(each == name for each, _ in there):
        return
    kept = exchange.query if action == "append" else _joined(there, without={name})
    added = "" if action == "delete" else urlencode(given, quote_via=quote)
    exchange.query = "&".join(part for part in (kept, added) if part)
    exchange.trace.add(policy.section, policy.element.name, f"Query parameter '{name}' was set.")


def set_method(policy: Policy, exchange: Exchange) -> None:
    """The method with which the backend is called."""
    exchange.method = values.content(policy, exchange, policy.element).strip()
    exchange.trace.add(policy.section, policy.element.name, f"Method was set to '{exchange.method}'.")


def set_variable(policy: Policy, exchange: Exchange) -> None:
    """A value for expressions that run later."""
    name = policy.element.attributes.get("name", "")
    written = policy.element.attributes.get("value", "")
    exchange.variables[name] = values.value(policy, exchange, policy.element, written)
    exchange.trace.add(policy.section, policy.element.name, f"Context variable '{name}' was set.")


def _parameters(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _joined(parameters: list[tuple[str, str]], without: set[str] | frozenset[str]) -> str:
    return urlencode([each for each in parameters if each[0] not in without], quote_via=quote)
