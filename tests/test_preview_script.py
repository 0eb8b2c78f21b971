"""`.ci/preview` makes the reports whatever comes of the preview, fails when anything says no, and is the base's.

`pulumi` is a stand-in, which notes how it was called and prints what it is told. The reviewer is one, too, where only
the calls matter; below, it is the real one, in a real repository.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from changes import expect
from conftest import PROJECT
from recordings import load

PULUMI = """#!/usr/bin/env bash
echo "pulumi $* settings=${REVIEW_SETTINGS:-} standing=${REVIEW_STANDING:-}" >> "$CALLS"
if [[ $1 == preview ]]; then cat "${PREVIEW_JSON:-/dev/null}"; exit "$PREVIEW"; fi
cat "${STATE_JSON:-/dev/null}"
exit "$EXPORT"
"""
PYTHON = """#!/usr/bin/env bash
echo "python $* in ${PWD##*/}" >> "$CALLS"
[[ $2 != review.baseline ]] || exit "$BASELINE"
[[ $REVIEW -gt 1 || -n ${BREAKS:-} ]] || { echo "# Report"; echo "<p>report</p>" > "${@: -1}"; }
exit "$REVIEW"
"""
OPTIONS = "--format markdown --fail-on-new high --page out/report.html in base"
PREVIEWED = "preview --stack dev --json --show-sames --non-interactive --policy-pack base/policies"
FAILS = "**The check of `dev` fails**"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def program(path: Path, text: str) -> None:
    write(path, text).chmod(0o755)


def preview(
    folder: Path, preview: int = 0, export: int = 0, review: int = 0, baseline: int = 0, breaks: str = ""
) -> tuple[int, str, list[str]]:
    """Exit code, report and calls, for these exit codes of the programs."""
    program(folder / "bin/pulumi", PULUMI)
    program(folder / "base/.venv/bin/python", PYTHON)
    program(folder / "base/.ci/preview", (PROJECT / ".ci/preview").read_text())
    codes = {"PREVIEW": str(preview), "EXPORT": str(export), "REVIEW": str(review), "BASELINE": str(baseline)}
    codes["BREAKS"] = breaks
    path = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "CALLS": f"{folder}/calls"}
    (folder / "head").mkdir()
    words = [folder / "base/.ci/preview", "dev", folder / "out"]
    ended = subprocess.run(words, cwd=folder / "head", env=codes | path, check=False)  # noqa: S603 -- ours
    calls = (folder / "calls").read_text().replace(f"{folder}/", "").splitlines()
    return ended.returncode, (folder / "out/report.md").read_text(), calls


def test_a_preview_without_findings_passes(tmp_path: Path) -> None:
    code, report, calls = preview(tmp_path)
    assert (code, report) == (0, "# Report\n")
    assert calls == [
        "pulumi stack export --stack dev settings= standing=",
        "python -m review.baseline out/state.json --settings head/stacks/Pulumi.dev.yaml in base",
        f"pulumi {PREVIEWED} settings= standing=out/standing.json",
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


@pytest.mark.parametrize("code", [0, 1])
def test_a_reviewer_that_breaks_leaves_no_empty_report(tmp_path: Path, code: int) -> None:
    code, report, _ = preview(tmp_path, review=code, breaks="yes")
    assert code == 1
    assert report.startswith("There is no report on `dev`: its preview cannot be read. ")


def test_a_stack_without_a_state_is_reviewed_without_one(tmp_path: Path) -> None:
    code, _, calls = preview(tmp_path, export=1)
    assert code == 0
    assert calls[1].endswith("settings= standing=")
    assert calls[2] == f"python -m review out/preview.json {OPTIONS}"


def test_without_what_stands_the_pack_is_told_nothing_and_stops_at_everything(tmp_path: Path) -> None:
    _, _, calls = preview(tmp_path, baseline=2)
    assert calls[2].endswith("settings= standing=")


def test_an_older_report_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/report.md").write_text("of an older commit")
    assert "of an older commit" not in preview(tmp_path, review=2)[1]


class Repository:
    """A base branch with this project's reviewer and one stack, a change of it, and the preview of that change."""

    def __init__(self, folder: Path, review: Any = None, stack: str = "prod") -> None:
        self.folder, self.head, self.base = folder, folder / "head", folder / "base"
        self.stack = stack
        self.configure(review)
        write(self.head / "rules/catalog.py", "# the rules")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit()
        self.first = self.git("rev-parse", "HEAD").strip()
        shutil.copytree(self.head / "stacks", self.base / "stacks")
        for name in ("review", "rules", "policies", "components", "pyproject.toml"):
            (self.base / name).symlink_to(PROJECT / name)
        (self.base / ".venv").symlink_to(sys.prefix)
        program(self.base / ".ci/preview", (PROJECT / ".ci/preview").read_text())
        program(folder / "bin/pulumi", PULUMI)

    def git(self, *words: str) -> str:
        own = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(  # noqa: S603 -- ours
            ["git", *own, *words],  # noqa: S607 -- git
            cwd=self.head,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def configure(self, review: Any, stack: str = "") -> None:
        """What the stack's file says of the rules."""
        self.stack = stack or self.stack
        filler = {f"backend-mtls:key{number}": number for number in range(20)}
        own = {"backend-mtls:review": review} if review is not None else {}
        write(self.head / f"stacks/Pulumi.{self.stack}.yaml", yaml.safe_dump({"config": filler | own}))

    def judge(self, preview: str = "chain_validation_off") -> tuple[int, str, str]:
        """Commits, and runs the base's script: its exit code, the report, and what the preview was called with."""
        self.commit()
        document, state = load(preview), load("state")
        settings = yaml.safe_load((self.head / f"stacks/Pulumi.{self.stack}.yaml").read_text())["config"]
        if "backend-mtls:review" in settings:
            document["config"]["backend-mtls:review"] = json.dumps(settings["backend-mtls:review"])
        given = {}
        for name, content in (("PREVIEW_JSON", document), ("STATE_JSON", state)):
            text = re.sub(
                r'"(notAfter|expirationDate)": "20\d\d', r'"\1": "2099', json.dumps(content)
            )  # whenever this runs
            renamed = text.replace("urn:pulumi:local::", f"urn:pulumi:{self.stack}::")
            given[name] = str(write(self.folder / f"{name}.json", renamed))
        codes = {"PREVIEW": "0", "EXPORT": "0", "CALLS": f"{self.folder}/calls"}
        path = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder)}
        words = [self.base / ".ci/preview", self.stack, self.folder / "out", self.first]
        ended = subprocess.run(words, cwd=self.head, env=codes | path | given, check=False)  # noqa: S603 -- ours
        calls = (self.folder / "calls").read_text().replace(f"{self.folder}/", "")
        return ended.returncode, (self.folder / "out/report.md").read_text(), calls


TIGHT = {"environment": "production", "severities": {"inline-pfx": "high"}, "maxWaiverDays": 90}
LOOSE = {
    "environment": "development",
    "severities": {"chain-validation-off": "off"},
    "maxWaiverDays": 1000,
    "expiryDays": {"high": 1},
    "waivers": [
        {
            "rule": "chain-validation-off",
            "resource": "*rder*",
            "owner": "mallory@example.com",
            "reason": "it is fine",
            "until": "2999-12-31",
        }
    ],
}


def test_a_change_that_loosens_its_judge_is_called_so_first_and_judged_by_the_base(tmp_path: Path) -> None:
    repository = Repository(tmp_path, TIGHT)
    repository.configure(LOOSE)
    code, report, calls = repository.judge()
    assert code == 1
    assert report.startswith("## 🔴 This change alters how it is judged (environment: production → development,")
    assert "settings=base/stacks/Pulumi.prod.yaml standing=out/standing.json" in calls
    assert "| 🔴 high | Backend orders: the chain is not validated" in report
    expect("judge/loosened", report)


def test_the_same_settings_on_the_base_are_no_alteration_and_count(tmp_path: Path) -> None:
    repository = Repository(tmp_path, LOOSE | {"waivers": []})
    write(repository.head / "README.md", "something else")
    code, report, _ = repository.judge()
    assert code == 0
    assert "judged" not in report
    assert "chain-validation-off" not in report
    expect("judge/untouched", report)


def test_a_waiver_that_a_change_brings_for_itself_does_not_count_for_it(tmp_path: Path) -> None:
    until = str(datetime.now(UTC).date() + timedelta(days=100))
    waiver = LOOSE["waivers"][0] | {"until": until, "resource": "orders"}  # type: ignore[index]
    settings = {"environment": "production", "severities": {"chain-validation-off": "high"}}
    repository = Repository(tmp_path, settings)
    repository.configure(settings | {"waivers": [waiver]})
    code, report, _ = repository.judge()
    assert code == 1
    assert "Accepted by mallory" not in report
    waived = f"new waiver of chain-validation-off on orders until {until}"
    assert report.startswith(f"## 🔴 This change alters how it is judged ({waived}): ")
    accepted = Repository(tmp_path / "accepted", settings | {"waivers": [waiver]})
    write(accepted.head / "README.md", "something else")
    code, report, _ = accepted.judge()
    assert (code, "Accepted by mallory" in report) == (0, True)


def test_a_stack_that_is_called_otherwise_keeps_its_environment(tmp_path: Path) -> None:
    repository = Repository(tmp_path, None)
    repository.git("mv", "stacks/Pulumi.prod.yaml", "stacks/Pulumi.pr0d.yaml")
    repository.configure({"severities": {"inline-pfx": "off"}}, stack="pr0d")
    _, report, calls = repository.judge()
    assert "alters how it is judged (environment: production → development, severity of inline-pfx" in report
    assert "(production): " in report
    assert "settings=base/stacks/Pulumi.prod.yaml" in calls


def test_a_stack_that_is_new_is_judged_by_the_defaults(tmp_path: Path) -> None:
    repository = Repository(tmp_path, None)
    repository.configure({"severities": {"chain-validation-off": "off"}}, stack="live")
    _, report, calls = repository.judge()
    assert "this change alters how it is judged (severity of chain-validation-off: " in report.lower()
    assert "(production): " in report
    assert "settings=out/Pulumi.live.yaml" in calls


def test_a_change_of_the_reviewer_is_called_so_and_the_bases_reviewer_runs(tmp_path: Path) -> None:
    repository = Repository(tmp_path, None)
    write(repository.head / "rules/catalog.py", "RULES = ()")
    write(repository.head / "review/__main__.py", "print('all is well')")
    write(repository.head / ".github/workflows/preview.yml", "on: {}")
    write(repository.head / "docs/page.md", "no judge")
    _, report, _ = repository.judge()
    assert "all is well" not in report
    files = ".github/workflows/preview.yml, review/\\_\\_main\\_\\_.py, rules/catalog.py"
    assert report.replace("&#95;", "\\_").startswith(
        f"## 🔴 This change alters its own reviewer ({files}): orders: chain"
    )
    expect("judge/reviewer", report)


def test_what_cannot_be_compared_has_no_report_and_fails(tmp_path: Path) -> None:
    repository = Repository(tmp_path, None)
    repository.first = "no-such-commit"
    write(repository.head / "README.md", "something else")
    repository.folder.joinpath("calls").write_text("")
    code, report, calls = repository.judge()
    assert (code, calls) == (1, "")
    assert report.startswith("There is no report on `prod`: the change cannot be compared with no-such-commit.")
