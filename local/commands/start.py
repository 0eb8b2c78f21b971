"""`start`: brings local Azure up in the background and returns when it is ready."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from local import endpoints
from local.azure import READY
from local.errors import LocalError
from local.home import HOME_VARIABLE, Home, locate

PROJECT = Path(__file__).parent.parent.parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--port N`."""
    parser.add_argument(
        "--port",
        type=int,
        choices=range(65536),
        metavar="N",
        help="port of the resource manager (default: that of the last run, at first 18443); 0 = any free one."
        " Everything else listens on the free ports that follow",
    )


def run(arguments: argparse.Namespace) -> int:
    """Starts it, unless it runs already."""
    home = locate()
    home.create()
    if endpoints.is_running(home):
        print(f"Local Azure is already running: {endpoints.load(home).arm} (home {home.root})")
        return 0
    if (process_id := endpoints.process_id(home)) is not None:
        raise LocalError(
            f"Local Azure is being started by process {process_id} (home {home.root}). Wait for it, or stop it with:"
            " python -m local stop"
        )
    start(home, arguments.port)
    print(f"Local Azure is ready: {endpoints.load(home).arm} (home {home.root})")
    return 0


def start(home: Home, port: int | None) -> None:
    """Runs the background process, shows its progress, and returns when it is ready; LocalError when it fails."""
    descriptor = os.open(home.server_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", "local.azure", *([] if port is None else [str(port)])],
            cwd=PROJECT,
            env=os.environ | {HOME_VARIABLE: str(home.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    last = ""
    try:
        for line in process.stdout or ():
            last = line.strip()
            if last == READY:
                process.returncode = 0  # it lives on: nothing to wait for
                return
            if not last.startswith("error: "):
                print(last, flush=True)
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        if process.stdout:
            process.stdout.close()
    reason = last.removeprefix("error: ") if last.startswith("error: ") else f"exit code {process.returncode}"
    raise LocalError(f"Local Azure did not start: {reason} (log: {home.server_log})")
