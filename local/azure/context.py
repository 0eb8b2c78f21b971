"""What every plane of local Azure shares."""

from dataclasses import dataclass, field
from typing import Protocol

from local.azure.request_log import RequestLog
from local.azure.store import Store
from local.azure.traces import Traces
from local.home import Home


class Listeners(Protocol):
    """The TLS ports of the process. A port is kept in `home.ports`, so that a restart finds it again."""

    async def open(self, kind: str, name: str) -> str:
        """Starts (or finds) the listener `gateway`/`vault`/`backend` called `name`; returns `https://localhost:PORT`."""

    async def close(self, kind: str, name: str) -> None:
        """Stops it; its port is given back."""

    def address(self, kind: str, name: str) -> str | None:
        """`https://localhost:PORT` of a listener that is open, otherwise None."""


class Tokens(Protocol):
    """Issues and checks bearer tokens."""

    def principal(self, authorization: str | None, audience: str) -> str:
        """Principal id (UUID) of a valid `Bearer` header for the audience; raises PermissionError with the reason."""


@dataclass(frozen=True, kw_only=True)
class Azure:
    """The one object that reaches every handler."""

    home: Home
    store: Store
    log: RequestLog
    listeners: Listeners
    tokens: Tokens
    traces: Traces = field(default_factory=Traces)
