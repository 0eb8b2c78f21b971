"""The commands, carried out by the `pulumi` CLI."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from local import home as homes
from local.deploy import environment
from local.engine import checkpoint, lock, project
from local.engine.state import recover
from local.errors import LocalError


def run(pulumi: str, arguments: argparse.Namespace) -> int:
    """Carries out one command; the CLI's exit code."""
    home = homes.locate()
    variables = environment.variables(home)
    variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{variables.get('PATH', '')}"
    folder = arguments.cwd.resolve()
    if arguments.command in ("export", "import"):
        file = ["--file", str(arguments.file.resolve())] if arguments.file else []
        return _call([pulumi, "stack", arguments.command, *file, *_stack(arguments)], folder, variables)
    # the provider is given: the CLI need not look for the real one, which takes it seconds without a network
    variables.setdefault("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
    with environment.provider(home, variables) as ready:
        _prepare(pulumi, arguments, folder, ready)
        words = [pulumi, arguments.command, *_stack(arguments)]
        pack = getattr(arguments, "policy_pack", None)
        words += ["--policy-pack", str(pack.resolve())] if pack else []
        words += [] if arguments.command == "preview" else ["--yes"]
        # a policy pack judges the whole stack at the end: without a preview that is too late
        words += [] if arguments.command == "preview" or pack else ["--skip-preview"]
        words += ["--json"] if arguments.json else []
        words += ["--show-sames"] if getattr(arguments, "show_sames", False) else []
        words += ["--expect-no-changes"] if getattr(arguments, "expect_no_changes", False) else []
        return _call(words, folder, ready)


def _prepare(pulumi: str, arguments: argparse.Namespace, folder: Path, variables: dict[str, str]) -> None:
    """Makes the stack if there is none, and hands the CLI what an interrupted embedded operation did."""
    settings = project.load(folder)
    if settings.virtualenv and not (settings.virtualenv / "bin" / "python").exists():
        raise LocalError(
            f"{folder / 'Pulumi.yaml'} names the virtualenv {settings.virtualenv}, which does not exist. "
            "Make it: make up (or: python3 -m venv .venv && .venv/bin/pip install -r requirements.txt)"
        )
    url = variables["PULUMI_BACKEND_URL"]
    if url.startswith("file://"):
        location = checkpoint.locate(url, settings.name, arguments.stack)
        if location.journal.exists():
            with lock.held(location):
                recover(location)
        if location.checkpoint.exists():
            return
    made = subprocess.run(  # noqa: S603 - the CLI that was found on PATH
        [pulumi, "stack", "init", arguments.stack, "--no-select", "--non-interactive"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode and "already exists" not in made.stderr:
        raise LocalError(made.stderr.strip().removeprefix("error: "))


def _stack(arguments: argparse.Namespace) -> list[str]:
    return ["--stack", arguments.stack]


def _call(words: list[str], folder: Path, variables: dict[str, str]) -> int:
    process = subprocess.Popen(words, cwd=folder, env=variables)  # noqa: S603 - the CLI that was found on PATH
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the CLI got it too, and ends when what it began is finished
            continue
