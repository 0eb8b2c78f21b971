"""Runs the effective policies of a call: inbound -> backend -> outbound; an error jumps to on-error.

source: learn.microsoft.com/azure/api-management: api-management-howto-policies, api-management-error-handling-policies.
"""

from local.azure.gateway import containers
from local.azure.gateway.containers import Gateway
from local.azure.gateway.effective import effective
from local.azure.gateway.exchange import Exchange, Message, refusal
from local.azure.gateway.failures import PipelineError
from local.azure.gateway.responses import Returned


async def run(exchange: Exchange, gateway: Gateway) -> tuple[Message, str | None]:
    """The response, and the reason if it is that of a failure; raises NotServedError."""
    try:
        await _section(exchange, "inbound", gateway)
        await _section(exchange, "backend", gateway)
        exchange.response = exchange.response or Message(status=200)  # docs, forward-request, example 4
        await _section(exchange, "outbound", gateway)
    except Returned as returned:
        return returned.response, None
    except PipelineError as error:
        exchange.response = refusal(error, exchange.activity_id)
        exchange.trace.add("on-error", error.source, error.reason)
        try:
            await _section(exchange, "on-error", gateway)
        except Returned as returned:
            return returned.response, error.reason
        return exchange.response, error.reason
    return exchange.response, None


async def _section(exchange: Exchange, section: str, gateway: Gateway) -> None:
    await containers.run(effective(exchange.store, exchange.scopes, section), exchange, gateway)
