"""Runs the effective policies of a call: inbound -> backend -> outbound; an error jumps to on-error.

source: learn.microsoft.com/azure/api-management: api-management-howto-policies, api-management-error-handling-policies.
"""

from local.azure.gateway.effective import effective
from local.azure.gateway.exchange import Exchange, Message, refusal
from local.azure.gateway.failures import PipelineError
from local.azure.gateway.policies import Forward, Returned, apply


async def run(exchange: Exchange, forward: Forward) -> tuple[Message, str | None]:
    """The response, and the reason if it is that of a failure; raises NotServedError."""
    try:
        await _section(exchange, "inbound", forward)
        await _section(exchange, "backend", forward)
        exchange.response = exchange.response or Message(status=200)  # docs, forward-request, example 4
        await _section(exchange, "outbound", forward)
    except Returned as returned:
        return returned.response, None
    except PipelineError as error:
        exchange.response = refusal(error, exchange.activity_id)
        exchange.trace.add("on-error", error.source, error.reason)
        try:
            await _section(exchange, "on-error", forward)
        except Returned as returned:
            return returned.response, error.reason
        return exchange.response, error.reason
    return exchange.response, None


async def _section(exchange: Exchange, section: str, forward: Forward) -> None:
    for policy in effective(exchange.store, exchange.scopes, section):
        await apply(policy, exchange, forward)
