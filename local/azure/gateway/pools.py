"""Pools of backends: which member gets the next call.

source: learn.microsoft.com/azure/api-management/backends#load-balanced-pool: the members of the first priority that
has one whose circuit is closed, in turn, by weight. Inferred: a smaller number is served first; a member without a
priority comes before one with; without weights all members get as many calls. Smooth weighted round robin, so that
equal calls give equal answers.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from local.azure.gateway.exchange import Backend, Exchange
from local.azure.gateway.failures import BackendUnavailableError
from local.azure.store import Json


class Pools:
    """What a gateway remembers of the turns."""

    def __init__(self, is_open: Callable[[Backend], bool]) -> None:
        self._is_open = is_open
        self._credit: defaultdict[tuple[str, str], int] = defaultdict(int)

    def routed(self, exchange: Exchange) -> Exchange:
        """The exchange with the backend that gets the call; raises BackendUnavailableError."""
        backend = exchange.backend
        if backend is None:
            return exchange
        if backend.properties.get("type", "Single") != "Pool":
            if self._is_open(backend):
                raise BackendUnavailableError(f"The circuit breaker of the backend '{backend.id}' is open.")
            return exchange
        member = self._next(exchange, backend)
        return replace(exchange, backend=member, base_url=member.url)

    def _next(self, exchange: Exchange, pool: Backend) -> Backend:
        services: list[Json] = pool.properties["pool"]["services"]
        closed = [one for one in services if not self._is_open(_member(exchange, pool, one))]
        if not closed:
            raise BackendUnavailableError(f"No backend of the pool '{pool.id}' is available.")
        first = min(one.get("priority") or 0 for one in closed)
        members = [one for one in closed if (one.get("priority") or 0) == first]
        weights = [one.get("weight") or 0 for one in members]
        if not any(weights):
            weights = [1] * len(members)
        for one, weight in zip(members, weights, strict=True):
            self._credit[pool.arm_id, one["id"]] += weight
        chosen = max(members, key=lambda one: self._credit[pool.arm_id, one["id"]])
        self._credit[pool.arm_id, chosen["id"]] -= sum(weights)
        return _member(exchange, pool, chosen)


def _member(exchange: Exchange, pool: Backend, service: Json) -> Backend:
    entity = exchange.store.get(service["id"])
    if entity is None:
        raise BackendUnavailableError(f"Backend with id '{service['id']}' of the pool '{pool.id}' could not be found.")
    name, properties = entity.id.rpartition("/")[2], entity.body["properties"]
    return Backend(id=name, arm_id=entity.id, properties=properties, scope=pool.scope)
