"""Previews of a part of a stack: what the `pulumi` CLI prints with `--target` and `--exclude`."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from changes import EDITS
from conftest import PROJECT
from project import Project, rotate

from local.deploy import environment


@dataclass(frozen=True, kw_only=True)
class Partial:
    """One preview."""

    edit: Callable[[Project], object]
    """What the change is."""
    words: tuple[str, ...]
    """What the CLI is told besides."""


def _both(project: Project) -> None:
    """The certificate of one API is rotated, and the validation of the other one is switched off."""
    EDITS["chain_validation_off"](project)
    rotate(project)


def _new(project: Project) -> None:
    backend = {"url": "https://stock.backend.internal"}
    project.edit("apis/stock", {"path": "stock", "certificate": "orders", "backend": backend})


ORDERS = "**:Backend::orders"
PARTIAL: Mapping[str, Partial] = {
    "targeted": Partial(edit=_both, words=("--target", ORDERS, "--show-sames")),
    "excluded": Partial(edit=_both, words=("--exclude", ORDERS, "--show-sames")),
    "targeted_nothing": Partial(edit=_both, words=("--target", "**:Backend::legacy", "--show-sames")),
    "targeted_beside_a_new_api": Partial(edit=_new, words=("--target", ORDERS, "--show-sames")),
    "targeted_without_show_sames_beside_a_new_api": Partial(edit=_new, words=("--target", ORDERS)),
    "targeted_without_show_sames": Partial(edit=_both, words=("--target", ORDERS)),
    "targeted_and_failed": Partial(edit=_new, words=("--target", "**:Backend::stock", "--show-sames")),
    "whole": Partial(edit=_both, words=("--show-sames",)),
}
"""By name; the last but two leave no trace of what they left out, and the last one leaves nothing out."""


def preview(project: Project, *words: str) -> str:
    """What the CLI prints as JSON, whatever comes of the preview."""
    variables = environment.variables(project.azure.home)
    variables |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PYTHONPATH": str(PROJECT),
    }
    with environment.provider(project.azure.home, variables) as ready:
        ended = subprocess.run(  # noqa: S603 -- our own command line
            ["pulumi", "preview", "--json", "--non-interactive", "--stack", "local", *words],  # noqa: S607 -- the CLI
            cwd=project.root,
            env=ready,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert ended.stdout, ended.stderr
    return ended.stdout
