"""`.ci/preview` makes the reports whatever comes of the preview, and fails when anything says no.

The programs that it starts are stand-ins, which note how they were called.
"""

import os
import subprocess
from pathlib import Path

import pytest
from conftest import PROJECT

PULUMI = """#!/usr/bin/env bash
echo "pulumi $*" >> "$CALLS"
[[ $1 == preview ]] && { echo '{"steps": []}'; exit "$PREVIEW"; }
echo '{"deployment": {}}'
exit "$EXPORT"
"""
PYTHON = """#!/usr/bin/env bash
echo "python $*" >> "$CALLS"
[[ $REVIEW == 2 ]] || { echo "# Report"; echo "<p>report</p>" > "${@: -1}"; }
exit "$REVIEW"
"""
OPTIONS = "--format markdown --fail-on high --page out/report.html"
FAILS = "**The check of `dev` fails**"


def preview(folder: Path, preview: int = 0, export: int = 0, review: int = 0) -> tuple[int, str, list[str]]:
    """Exit code, report and calls, for these exit codes of the programs."""
    (folder / "bin").mkdir()
    for name, text in (("pulumi", PULUMI), ("python", PYTHON)):
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    codes = {"PREVIEW": str(preview), "EXPORT": str(export), "REVIEW": str(review)}
    path = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "CALLS": f"{folder}/calls"}
    ended = subprocess.run([PROJECT / ".ci/preview", "dev", folder / "out"], env=codes | path, check=False)  # noqa: S603 -- ours
    calls = (folder / "calls").read_text().replace(f"{folder}/", "").splitlines()
    return ended.returncode, (folder / "out/report.md").read_text(), calls


def test_a_preview_without_findings_passes(tmp_path: Path) -> None:
    code, report, calls = preview(tmp_path)
    assert (code, report) == (0, "# Report\n")
    assert calls == [
        "pulumi preview --stack dev --json --non-interactive --policy-pack policies",
        "pulumi stack export --stack dev",
        f"python -m review out/preview.json --base out/state.json {OPTIONS}",
    ]
    assert (tmp_path / "out/report.html").read_text() == "<p>report</p>\n"


@pytest.mark.parametrize(
    ("codes", "first"), [({"preview": 1}, "# Report"), ({"preview": 255}, "# Report"), ({"review": 1}, "# Report")]
)
def test_one_that_fails_is_reported_and_fails(tmp_path: Path, codes: dict[str, int], first: str) -> None:
    code, report, _ = preview(tmp_path, **codes)
    assert code == 1
    assert report.startswith(f"{first}\n\n{FAILS}: ")


def test_one_that_cannot_be_read_says_so_in_place_of_a_report(tmp_path: Path) -> None:
    code, report, _ = preview(tmp_path, preview=1, review=2)
    assert code == 1
    assert report.startswith("There is no report on `dev`: its preview cannot be read. ")


def test_a_stack_without_a_state_is_reviewed_without_one(tmp_path: Path) -> None:
    code, _, calls = preview(tmp_path, export=1)
    assert code == 0
    assert calls[2] == f"python -m review out/preview.json {OPTIONS}"


def test_an_older_report_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/report.md").write_text("of an older commit")
    assert "of an older commit" not in preview(tmp_path, review=2)[1]
