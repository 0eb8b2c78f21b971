"""The lock of a stack: a file per process that works on it, as the CLI writes it.

source: pulumi/pulumi pkg/backend/diy/lock.go
"""

import getpass
import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from local.engine.checkpoint import Location
from local.engine.resource import now
from local.engine.snapshot import replace
from local.errors import LocalError


@contextmanager
def held(location: Location) -> Iterator[None]:
    """Holds the lock; raises LocalError when another process does."""
    _refuse_others(location, None)
    path = location.locks / f"{uuid.uuid4()}.json"
    content = {"pid": os.getpid(), "username": getpass.getuser(), "hostname": socket.gethostname(), "timestamp": now()}
    replace(path, json.dumps(content).encode())
    try:
        _refuse_others(location, path)
        yield
    finally:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # another process waits for the lock in the same folder
            location.locks.rmdir()


def _refuse_others(location: Location, own: Path | None) -> None:
    others = [path for path in sorted(location.locks.glob("*.json")) if path != own]
    if others:
        raise LocalError(
            f"the stack {location.stack} is currently locked by {len(others)} lock(s):\n"
            + "\n".join(map(_explain, others))
        )


def _explain(path: Path) -> str:
    try:
        lock = json.loads(path.read_text())
        owner = f"{lock['username']}@{lock['hostname']} (pid {lock['pid']}) at {lock['timestamp']}"
    except (OSError, ValueError, KeyError):
        return f"  {path}: unreadable. If no deployment of this stack is running, delete that file"
    if lock["hostname"] == socket.gethostname() and not _alive(lock["pid"]):
        return (
            f"  {path}: created by {owner}. That process is gone: it was killed while it deployed. "
            f"Release the stack with: rm {path} (or: pulumi cancel). What it did is in the state."
        )
    return f"  {path}: created by {owner}. Wait for it to end"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
