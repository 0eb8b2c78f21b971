"""A reviewer is told the same, whichever engine made the preview: the whole report, for each kind of change."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from changes import EDITS, SECRET, expect
from conftest import PROJECT
from project import STACK_FILE, Project


def report(preview: Path, *arguments: str) -> str:
    """What `python -m review` prints, whatever it thinks of it."""
    result = subprocess.run(  # noqa: S603 -- our own command line
        [sys.executable, "-m", "review", str(preview), *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_first_deployment(project: Project, tmp_path: Path) -> None:
    preview = write(tmp_path / "preview.json", project.must("preview", "--json", "--show-sames"))
    expect("create", report(preview, "--format", "markdown"))


@pytest.fixture(scope="module")
def originals(deployed: Project) -> dict[Path, bytes]:
    """What the edits change in the shared project."""
    return {
        path: path.read_bytes() for path in (deployed.root / STACK_FILE, deployed.azure.home.pki / "legacy-client.pfx")
    }


@pytest.mark.parametrize("name", EDITS)
def test_a_change(name: str, deployed: Project, originals: dict[Path, bytes], tmp_path: Path) -> None:
    base = write(tmp_path / "state.json", deployed.must("export"))
    pfx = (deployed.azure.home.pki / "legacy-client.pfx").read_bytes()
    try:
        EDITS[name](deployed)
        preview = write(tmp_path / "preview.json", deployed.deploy("preview", "--json", "--show-sames").stdout)
    finally:
        for path, content in originals.items():
            path.write_bytes(content)
    printed = {
        each: report(preview, "--base", str(base), "--format", each) for each in ("markdown", "html", "text", "json")
    }
    expect(name, printed["markdown"])
    for text in printed.values():
        assert SECRET not in text
        assert base64.b64encode(pfx).decode()[:60] not in text
        assert str(deployed.root) not in text
        assert "sourcePosition" not in text
    assert json.loads(printed["json"])["status"] == (
        "failed" if name == "failed" else "no changes" if name == "no_change" else "changes"
    )
