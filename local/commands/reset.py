"""`reset`: back to a new home, except for Pulumi's own state."""

import argparse
import shutil

from local.commands.stop import stop
from local.home import locate


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """Stops local Azure and deletes its entities, certificates, ports and logs."""
    home = locate()
    stop(home)
    for folder in (home.pki, home.request_log.parent):
        shutil.rmtree(folder, ignore_errors=True)
    database = [home.database.with_name(home.database.name + suffix) for suffix in ("", "-wal", "-shm")]
    for file in (*database, home.ports, home.endpoints, home.process_id):
        file.unlink(missing_ok=True)
    print(f"Local Azure is empty (home {home.root}).")
    if (home.root / ".pulumi").exists():
        print("The stacks' own state was kept: python -m local refresh --stack S drops what is gone.")
    return 0
