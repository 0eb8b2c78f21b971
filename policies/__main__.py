"""Starts the pack, as Pulumi does with `python -m pulumi.policy ENGINE policies`."""

import sys
from pathlib import Path

# Pulumi puts this folder on the path; `rules` is beside it, and `policies` itself is imported from there.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from policies.server import run  # noqa: E402 - found by the line above

run()
