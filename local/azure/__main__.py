"""The background process: `python -m local.azure [PORT]`. People start it with `python -m local start`."""

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from local.azure import READY
from local.azure.server import serving
from local.errors import LocalError
from local.home import Home, locate


def main(words: list[str]) -> int:
    """Runs until SIGTERM or SIGINT."""
    home = locate()
    home.create()
    try:
        with _only_process(home):
            asyncio.run(_serve(home, int(words[0]) if words else None))
    except LocalError as error:
        print(f"error: {error}", flush=True)
        return 1
    except Exception as error:
        print(f"error: {type(error).__name__}: {error}", flush=True)
        raise
    return 0


async def _serve(home: Home, port: int | None) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with serving(home, port, report=lambda line: print(line, flush=True)):
        print(READY, flush=True)
        os.dup2(2, 1)  # whoever started this process stops reading now: from here on everything goes to the log
        while not stopping.is_set() and home.process_id.exists():  # who deletes the home means this process, too
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), timeout=1)


@contextmanager
def _only_process(home: Home) -> Iterator[None]:
    """Holds the process id file, locked, as long as this process lives."""
    with home.process_id.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(f"another process is starting local Azure in {home.root}; wait for it") from None
        home.endpoints.unlink(missing_ok=True)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            home.endpoints.unlink(missing_ok=True)
            home.process_id.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
