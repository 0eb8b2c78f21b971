"""The policies that hold others: choose, retry, limit-concurrency.

source: the page of each in the policy reference. Inferred: an error of a policy inside of `retry` ends it and jumps to
on-error; the 429 of `limit-concurrency` does, too; `interval="0"` is accepted, as Microsoft's samples have it, though
the page asks for a positive number; with `delta` the wait before attempt n is the page's formula with n for `count`.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from local.azure.gateway import policies, values
from local.azure.gateway.effective import Policy, held
from local.azure.gateway.exchange import Exchange
from local.azure.gateway.failures import ConcurrencyError, PipelineError


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """What running policies needs of the gateway that runs them."""

    forward: policies.Forward
    running: Counter[str] = field(default_factory=Counter)
    """Key of `limit-concurrency` -> the calls that are in it."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits these seconds."""


async def run(found: Iterator[Policy], exchange: Exchange, gateway: Gateway) -> None:
    """Runs policies one after the other."""
    for policy in found:
        match policy.element.name:
            case "choose":
                await _choose(policy, exchange, gateway)
            case "retry":
                await _retry(policy, exchange, gateway)
            case "limit-concurrency":
                async with _one_more(policy, exchange, gateway):
                    await run(held(exchange.store, policy, policy.element), exchange, gateway)
            case _:
                await policies.apply(policy, exchange, gateway.forward)


async def _choose(policy: Policy, exchange: Exchange, gateway: Gateway) -> None:
    """The first branch whose condition holds; no further condition is evaluated."""
    for branch in policy.element.children:
        if branch.name == "otherwise" or values.condition(policy, exchange, "condition", branch):
            exchange.trace.add(policy.section, "choose", f"The branch '{branch.name}' on line {branch.line} was taken.")
            await run(held(exchange.store, policy, branch), exchange, gateway)
            return


async def _retry(policy: Policy, exchange: Exchange, gateway: Gateway) -> None:
    """Once, and then up to `count` times as long as the condition holds."""
    count = values.number(policy, exchange, "count")
    if not 1 <= count <= 50:
        raise PipelineError("retry", "ExpressionValueEvaluationFailure", f"'{count}' is no count.")  # inferred
    await run(held(exchange.store, policy, policy.element), exchange, gateway)
    for attempt in range(1, count + 1):
        if not values.condition(policy, exchange, "condition"):
            return
        is_fast = attempt == 1 and values.condition(policy, exchange, "first-fast-retry")
        await gateway.sleep(0 if is_fast else _interval(policy, exchange, attempt))
        exchange.trace.add(policy.section, "retry", f"Attempt {attempt} of {count}.")
        await run(held(exchange.store, policy, policy.element), exchange, gateway)


def _interval(policy: Policy, exchange: Exchange, attempt: int) -> float:
    """Seconds before an attempt: fixed, linear with `delta`, exponential with `delta` and `max-interval`."""
    interval, delta = values.number(policy, exchange, "interval"), values.number(policy, exchange, "delta")
    longest = values.number(policy, exchange, "max-interval")
    if not longest or not delta:
        return interval + (attempt - 1) * delta
    varied = random.uniform(delta * 0.8, delta * 1.2)  # noqa: S311  the documented formula, no secret
    return min(interval + ((1 << (attempt - 1)) - 1) * varied, longest)


@asynccontextmanager
async def _one_more(policy: Policy, exchange: Exchange, gateway: Gateway) -> AsyncIterator[None]:
    key = values.text(policy, exchange, "key")
    if gateway.running[key] >= values.number(policy, exchange, "max-count"):
        raise ConcurrencyError(f"The concurrency limit of '{key}' is reached.")
    gateway.running[key] += 1
    try:
        yield
    finally:
        gateway.running[key] -= 1
        if not gateway.running[key]:
            del gateway.running[key]
