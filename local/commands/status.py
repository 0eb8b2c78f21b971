"""`status`: what is listening where."""

import argparse
import json
import shutil
from dataclasses import asdict

from local import endpoints
from local.home import locate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="every endpoint and credential as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Prints it; not running is an answer too. Only the JSON holds the client secret."""
    home = locate()
    running = endpoints.is_running(home)
    known = asdict(endpoints.load(home)) if running else {}
    answer = known | {"engine": "pulumi" if shutil.which("pulumi") else "embedded", "running": running}
    if arguments.json:
        print(json.dumps(answer, indent=2))
        return 0
    if not running:
        print(f"Local Azure is not running (home {home.root}). Start it with: python -m local start (or make up)")
        return 0
    print(f"Local Azure is running (home {home.root})")
    for name in ("arm", "authority", "ca", "engine"):
        print(f"  {name:<10} {answer[name]}")
    for kind in ("vaults", "gateways", "backends"):
        for name, address in answer[kind].items():
            print(f"  {kind[:-1]:<10} {name} {address}")
    return 0
