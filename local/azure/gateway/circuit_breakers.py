"""Circuit breakers: a backend that has failed often enough gets no calls for a while.

source: learn.microsoft.com/azure/api-management/backends#circuit-breaker. In Azure every gateway unit counts for
itself, here there is one; counts are lost when the gateway restarts. That a connection that fails has the reason
`BackendConnectionFailure` for `errorReasons` is inferred.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from local.azure import durations
from local.azure.gateway.exchange import Backend

CONNECTION_FAILURE = "BackendConnectionFailure"


class CircuitBreakers:
    """What a gateway remembers of its backends; `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: defaultdict[str, deque[float]] = defaultdict(deque)
        self._open_until: dict[str, float] = {}

    def is_open(self, backend: Backend) -> bool:
        """Whether the backend gets no calls now."""
        return bool(_rules(backend)) and self._clock() < self._open_until.get(_key(backend), 0)

    def answered(self, backend: Backend, status: int, retry_after: str | None = None) -> None:
        """Counts an answer that a rule calls a failure; `retry_after` is the header of that name, in seconds."""
        for rule in _rules(backend):
            ranges = rule["failureCondition"].get("statusCodeRanges") or ()
            if any(limits["min"] <= status <= limits["max"] for limits in ranges):
                accepted = rule.get("acceptRetryAfter") and (retry_after or "").isdecimal()
                self._count(backend, rule, float(retry_after or 0) if accepted else None)

    def failed(self, backend: Backend) -> None:
        """Counts a connection that was refused or broke off."""
        for rule in _rules(backend):
            if CONNECTION_FAILURE in (rule["failureCondition"].get("errorReasons") or ()):
                self._count(backend, rule, None)

    def _count(self, backend: Backend, rule: dict[str, Any], retry_after: float | None) -> None:
        now, key, condition = self._clock(), _key(backend), rule["failureCondition"]
        failures = self._failures[key]
        failures.append(now)
        while failures[0] <= now - durations.seconds(condition["interval"]):
            failures.popleft()
        if len(failures) >= condition["count"]:
            trip = durations.seconds(rule["tripDuration"]) if retry_after is None else retry_after
            self._open_until[key] = now + trip
            failures.clear()


def _rules(backend: Backend) -> list[dict[str, Any]]:
    return (backend.properties.get("circuitBreaker") or {}).get("rules") or []


def _key(backend: Backend) -> str:
    return backend.arm_id.lower()
