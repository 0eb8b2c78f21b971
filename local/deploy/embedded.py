"""The commands, carried out by the embedded engine."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from local import home as homes
from local.deploy import environment
from local.engine import operation, preview_json, providers
from local.engine.display import Silent, Terminal
from local.engine.operation import Target

UNEXPECTED_CHANGES = 7
"""Exit code of the CLI when there are changes and none were expected."""


def run(arguments: argparse.Namespace) -> int:
    """Carries out one command."""
    home = homes.locate()
    variables = environment.variables(home)
    if arguments.command == "export":
        return _export(_target(arguments, variables), arguments.file)
    if arguments.command == "import":
        content = arguments.file.read_bytes() if arguments.file else sys.stdin.buffer.read()
        operation.import_state(_target(arguments, variables), content, arguments.file or Path("standard input"))
        print("Import complete.", file=sys.stderr)
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    operation.warm_up(_target(arguments, variables))
    with environment.provider(home, variables) as ready:
        os.environ.update({name: ready[name] for name in environment.ASKED})  # the program inherits it
        return _deploy(arguments, _target(arguments, ready))


def _interrupt(*_: object) -> None:
    """Being asked to end is like Ctrl-C: what was begun is finished and saved."""
    raise KeyboardInterrupt


def _target(arguments: argparse.Namespace, variables: dict[str, str]) -> Target:
    return Target(
        folder=arguments.cwd.resolve(),
        stack=arguments.stack,
        backend_url=variables["PULUMI_BACKEND_URL"],
        passphrase=environment.passphrase(variables),
        plugins=providers.from_environment(variables.get("PULUMI_DEBUG_PROVIDERS", "")),
    )


def _deploy(arguments: argparse.Namespace, target: Target) -> int:
    if arguments.json:
        report = operation.run(arguments.command, target, Silent())
        document = preview_json.digest(report, show_sames=getattr(arguments, "show_sames", False))
        print(json.dumps(document, indent=4, ensure_ascii=False))
    else:
        terminal = Terminal(arguments.command, target.stack)
        report = operation.run(arguments.command, target, terminal)
        terminal.end(report)
    if report.errors:
        return 1
    if getattr(arguments, "expect_no_changes", False) and report.changes:
        print("error: no changes were expected for preview but changes were proposed", file=sys.stderr)
        return UNEXPECTED_CHANGES
    return 0


def _export(target: Target, file: Path | None) -> int:
    text = json.dumps(operation.export_state(target), indent=4, ensure_ascii=False)
    if file:
        file.write_text(text + "\n")
    else:
        print(text)
    return 0
