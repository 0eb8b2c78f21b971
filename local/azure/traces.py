"""Traces of single calls through a gateway, for whoever has a debug token.

source: REST 2024-05-01, Gateway - List Debug Credentials and Gateway - List Trace;
learn.microsoft.com/azure/api-management/api-management-howto-api-inspector. Tokens end after an hour as there; traces
are kept in memory only, the latest hundred.
"""

import secrets
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from local.azure.store import Json

SECTIONS = ("inbound", "backend", "outbound", "on-error")
_LIFETIME = 3600
_KEPT = 100


class Trace:
    """What happened to one call, section by section."""

    def __init__(self, service_name: str) -> None:
        self.id = secrets.token_hex(16)
        self._service_name = service_name
        self._began = time.perf_counter()
        self._entries: dict[str, list[Json]] = {section: [] for section in SECTIONS}

    def add(self, section: str, source: str, message: str, **data: Any) -> None:
        """Records what a policy did."""
        elapsed = time.perf_counter() - self._began
        entry = {
            "source": source,
            "timestamp": datetime.now(UTC).isoformat(),
            "elapsed": f"00:00:{elapsed:010.7f}",
            "data": {"message": message, **data},
        }
        self._entries[section].append(entry)

    @property
    def body(self) -> Json:
        """As listTrace answers."""
        return {"serviceName": self._service_name, "traceId": self.id, "traceEntries": self._entries}


class Traces:
    """Debug tokens and the traces that calls with them left."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._traces: OrderedDict[str, Json] = OrderedDict()

    def issue_token(self, service_id: str) -> str:
        """A token for the header `Apim-Debug-Authorization` of calls to the service."""
        token = secrets.token_urlsafe(24)
        self._tokens[token] = (service_id.lower(), time.monotonic() + _LIFETIME)
        _forget_oldest(self._tokens)
        return token

    def accepts(self, token: str, service_id: str) -> bool:
        """Whether the token was issued for the service and has not ended."""
        issued_for, ends = self._tokens.get(token, ("", 0.0))
        return issued_for == service_id.lower() and time.monotonic() < ends

    def save(self, trace_id: str, trace: Json) -> None:
        """Keeps a trace."""
        self._traces[trace_id] = trace
        _forget_oldest(self._traces)

    def get(self, trace_id: str) -> Json | None:
        """A trace that is still kept."""
        return self._traces.get(trace_id)


def _forget_oldest(entries: OrderedDict[str, Any]) -> None:
    while len(entries) > _KEPT:
        entries.popitem(last=False)
