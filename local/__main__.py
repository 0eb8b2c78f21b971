"""`python -m local COMMAND`: Azure on this machine."""

import argparse
import sys
from importlib import import_module

from local.errors import LocalError

COMMANDS = {
    "start": ("local.commands.start", "start local Azure in the background"),
    "stop": ("local.commands.stop", "stop local Azure"),
    "status": ("local.commands.status", "every address and credential of the running local Azure"),
    "reset": ("local.commands.reset", "stop local Azure and delete everything in it"),
    "purge": ("local.commands.purge", "purge deleted services, so that their names are free again"),
    "call": ("local.call", "call every deployed API through the gateway and show what the backend saw"),
    "preview": ("local.deploy", "show what `up` would change"),
    "up": ("local.deploy", "deploy the stack to local Azure"),
    "refresh": ("local.deploy", "read the stack's resources back from local Azure"),
    "destroy": ("local.deploy", "delete the stack's resources"),
    "export": ("local.deploy", "print the stack's state"),
    "import": ("local.deploy", "replace the stack's state"),
}


def main(words: list[str]) -> int:
    """Runs one command; only its own module is imported, because start-up time counts."""
    parser = argparse.ArgumentParser(prog="python -m local", description="Azure on this machine.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, purpose) in COMMANDS.items():
        subparsers.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".")
    if not words or words[0] not in COMMANDS:
        parser.parse_args(words)
    module = import_module(COMMANDS[words[0]][0])
    module.add_arguments(subparsers.choices[words[0]])
    try:
        return int(module.run(parser.parse_args(words)))
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
