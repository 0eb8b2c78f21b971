"""`.ci/up` deploys with the pack, which is told what stands in the state already."""

import os
import subprocess
from pathlib import Path

import pytest
from conftest import PROJECT
from test_preview_script import PULUMI, program

PYTHON = """#!/usr/bin/env bash
echo "python $*" >> "$CALLS"
exit "$BASELINE"
"""


def up(folder: Path, export: int = 0, baseline: int = 0, ends: int = 0) -> tuple[int, list[str]]:
    """Exit code and calls."""
    program(folder / "bin/pulumi", PULUMI.replace("$1 == preview", "$1 == up"))
    program(folder / ".venv/bin/python", PYTHON)
    codes = {"PREVIEW": str(ends), "EXPORT": str(export), "BASELINE": str(baseline), "CALLS": f"{folder}/calls"}
    path = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "TMPDIR": str(folder)}
    ended = subprocess.run([PROJECT / ".ci/up", "dev"], cwd=folder, env=codes | path, check=False)  # noqa: S603 -- ours
    calls = [each.partition("settings=")[0] for each in (folder / "calls").read_text().splitlines()]
    told = "standing=/" in (folder / "calls").read_text().splitlines()[-1]
    assert not list(folder.glob("tmp.*"))
    return ended.returncode, [*calls, "told" if told else "not told"]


def test_the_pack_is_told_what_stands(tmp_path: Path) -> None:
    code, (export, baseline, deployed, told) = up(tmp_path)
    assert (code, export) == (0, "pulumi stack export --stack dev ")
    assert baseline.startswith("python -m review.baseline ")
    assert baseline.endswith("state.json --settings stacks/Pulumi.dev.yaml")
    assert deployed == "pulumi up --stack dev --yes --non-interactive --policy-pack policies "
    assert told == "told"


@pytest.mark.parametrize("codes", [{"export": 1}, {"baseline": 2}])
def test_without_it_the_pack_stops_at_everything(tmp_path: Path, codes: dict[str, int]) -> None:
    code, (*_, deployed, told) = up(tmp_path, **codes)
    assert (code, told) == (0, "not told")
    assert deployed.startswith("pulumi up ")


def test_a_deployment_that_fails_fails(tmp_path: Path) -> None:
    assert up(tmp_path, ends=255)[0] == 255
