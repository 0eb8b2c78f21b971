"""Starts the pack, as Pulumi does with `python -m pulumi.policy ENGINE policies`."""

from policies.server import run

run()
