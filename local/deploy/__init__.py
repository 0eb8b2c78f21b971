"""Deploys a Pulumi project to local Azure: `preview`, `up`, `refresh`, `destroy`, `export`, `import`.

With the `pulumi` CLI on PATH the CLI does it, otherwise the embedded engine; either goes on with what the other did,
because the state is the same file. `--engine` chooses.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

from local.errors import LocalError

INSTALL = "https://www.pulumi.com/docs/install/"
_STACK_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")
_OPERATIONS = ("preview", "up", "refresh", "destroy")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of one command, whose name ends the parser's `prog`."""
    command = parser.prog.rpartition(" ")[2]
    parser.add_argument("--stack", default="local", help="the stack (default: local)")
    parser.add_argument("--cwd", type=Path, default=Path(), help="folder of the Pulumi project (default: here)")
    parser.add_argument(
        "--engine",
        choices=("auto", "pulumi", "embedded"),
        default="auto",
        help="who deploys: the Pulumi CLI, this project's own engine, or (default) the CLI if there is one",
    )
    if command in _OPERATIONS:
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON, as `pulumi preview --json` does"
        )
    else:
        parser.add_argument("--file", type=Path, help="the file to use instead of standard output or input")
    if command in ("preview", "up"):
        parser.add_argument("--policy-pack", type=Path, metavar="DIR", help="judge by a policy pack (CLI only)")
    if command == "preview":
        parser.add_argument("--show-sames", action="store_true", help="list what stays the same, too (with --json)")
        parser.add_argument("--expect-no-changes", action="store_true", help="fail if there is something to change")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the command with the engine that was chosen."""
    if not _STACK_NAME.fullmatch(arguments.stack):
        raise LocalError(
            f"--stack: got {arguments.stack!r}, allowed: 1-100 letters, digits, hyphens, underscores and periods"
        )
    pulumi = shutil.which("pulumi")
    if arguments.engine == "pulumi" and pulumi is None:
        raise LocalError(f"the pulumi CLI is not on PATH. Install it: {INSTALL} (or use --engine embedded)")
    if pulumi and arguments.engine != "embedded":
        from local.deploy import cli  # noqa: PLC0415 - only the engine that is used is loaded: start-up time counts

        _say(arguments, f"Engine: pulumi CLI ({pulumi})")
        return cli.run(pulumi, arguments)
    if getattr(arguments, "policy_pack", None):
        raise LocalError(
            f"--policy-pack: the embedded engine runs no policy packs. Use the pulumi CLI ({INSTALL}) without "
            "--engine embedded, or judge a preview by the same rules: python -m local preview --json > preview.json; "
            "python -m review preview.json"
        )
    from local.deploy import embedded  # noqa: PLC0415 - likewise

    hint = "" if pulumi else f" To deploy with the Pulumi CLI, install it: {INSTALL}"
    _say(arguments, f"Engine: embedded (local/engine).{hint}")
    return embedded.run(arguments)


def _say(arguments: argparse.Namespace, line: str) -> None:
    """Standard output is for the result, if the result is for a machine."""
    for_machine = arguments.command in ("export", "import") or arguments.json
    print(line, file=sys.stderr if for_machine else sys.stdout, flush=True)
