"""The TLS ports of the process: loopback only, opened and closed while it runs, the same ones after a restart."""

import json
import secrets
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from local.errors import LocalError
from local.home import Home

DEFAULT_PORT = 18443
ANY = range(20000, 30000)
"""First ports to try for `--port 0`: below those that Linux lends to outgoing connections, so that a restart finds
them free."""

Open = Callable[[str, str], tuple[web.Application, ssl.SSLContext]]
"""Makes what a listener serves, from its kind and name."""


class TlsListeners:
    """`<kind>/<name>` -> aiohttp site. `arm/arm` is the first, on the port asked for."""

    def __init__(self, home: Home, port: int | None, make: Open, changed: Callable[[], None]) -> None:
        self._home = home
        self._make = make
        self._changed = changed
        self._runners: dict[str, tuple[web.AppRunner, str]] = {}
        self._ports: dict[str, int] = json.loads(home.ports.read_text()) if home.ports.exists() else {}
        if port or (port is None and not self._ports):
            self._ports["arm/arm"] = port or DEFAULT_PORT
        self._first = self._ports.get("arm/arm") or secrets.choice(ANY)

    async def open(self, kind: str, name: str) -> str:
        """Starts (or finds) a listener and returns its address."""
        key = f"{kind}/{name}"
        if key not in self._runners:
            bound = self._bind(key)
            application, context = self._make(kind, name)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
            await runner.setup()
            await web.SockSite(runner, bound, ssl_context=context).start()
            self._ports[key] = bound.getsockname()[1]
            self._runners[key] = (runner, f"https://localhost:{self._ports[key]}")
            self._save()
        return self._runners[key][1]

    async def close(self, kind: str, name: str) -> None:
        """Stops a listener and gives its port back."""
        key = f"{kind}/{name}"
        runner, _ = self._runners.pop(key, (None, ""))
        self._ports.pop(key, None)
        self._save()
        if runner:
            await runner.cleanup()

    async def stop(self) -> None:
        """Stops every listener; the ports stay reserved for the next start."""
        while self._runners:
            _, (runner, _) = self._runners.popitem()
            await runner.cleanup()

    def address(self, kind: str, name: str) -> str | None:
        """Where a listener is, if it is open."""
        _, address = self._runners.get(f"{kind}/{name}", (None, None))
        return address

    def addresses(self, kind: str) -> dict[str, str]:
        """Name -> address of every open listener of a kind."""
        found = {key.partition("/"): address for key, (_, address) in self._runners.items()}
        return {name: address for (of_kind, _, name), address in sorted(found.items()) if of_kind == kind}

    def _bind(self, key: str) -> socket.socket:
        if (port := self._ports.get(key)) is not None:
            try:
                return _listen(port)
            except OSError as error:
                raise LocalError(_unusable(key, port, error, self._home)) from None
        for port in range(self._first, 65536):
            if port not in self._ports.values():
                with suppress(OSError):
                    return _listen(port)
        raise LocalError(f"no free port from {self._first} on for {key}: choose a lower --port")

    def _save(self) -> None:
        draft = self._home.ports.with_suffix(".new")
        draft.write_text(json.dumps(self._ports, indent=2))
        draft.replace(self._home.ports)
        self._changed()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)  # only now is the port really ours: two sockets may be bound to one
    except OSError:
        listener.close()
        raise
    return listener


def _unusable(key: str, port: int, error: OSError, home: Home) -> str:
    kind, _, name = key.partition("/")
    what = "the resource manager" if kind == "arm" else f"{kind} '{name}'"
    fix = "choose another with --port N" if kind == "arm" else f"let it move: delete {home.ports}"
    return (
        f"{what} cannot listen on 127.0.0.1:{port}: {(error.strerror or 'no reason given').lower()}."
        f" End the process that has the port, or {fix}"
    )
