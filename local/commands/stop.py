"""`stop`: ends the background process and waits until it is gone."""

import argparse
import os
import signal
import time

from local import endpoints
from local.errors import LocalError
from local.home import Home, locate

PATIENCE = 20.0
"""Seconds that the process has to finish what it is answering."""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """Stops it, if it runs."""
    home = locate()
    print("Local Azure is stopped." if stop(home) else f"Local Azure is not running (home {home.root}).")
    return 0


def stop(home: Home) -> bool:
    """Asks the process to end and waits for it; False when there was none."""
    process_id = endpoints.process_id(home)
    if process_id is None:
        return False
    os.kill(process_id, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while endpoints.process_id(home) == process_id:
        if time.monotonic() > deadline:
            raise LocalError(
                f"Local Azure (process {process_id}, home {home.root}) did not stop within {PATIENCE:.0f} seconds."
                f" Its log is {home.server_log}; end it with: kill -9 {process_id}"
            )
        time.sleep(0.02)
    return True
