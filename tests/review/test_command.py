"""The command: exit codes, formats, and where its output goes."""

import io
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from recordings import FOLDER, load

from review.__main__ import main

PREVIEW, BASE = FOLDER / "chain_validation_off.json", FOLDER / "state.json"
WAIVER = {
    "rule": "chain-validation-off",
    "resource": "orders",
    "owner": "team",
    "reason": "until the authority is known",
    "until": str(datetime.now(UTC).date() + timedelta(days=100)),
}


def run(*arguments: str, preview: Path = PREVIEW) -> int:
    return main([str(preview), "--base", str(BASE), *arguments])


def with_settings(folder: Path, settings: Any) -> Path:
    document = load("chain_validation_off")
    document["config"]["backend-mtls:review"] = json.dumps(settings)
    path = folder / "preview.json"
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("environment", "level", "code"),
    [
        ("development", "none", 0),
        ("development", "critical", 0),
        ("development", "low", 1),
        ("production", "critical", 0),
        ("production", "high", 1),
        ("production", "none", 0),
    ],
)
def test_fail_on_says_no_from_a_severity_on(environment: str, level: str, code: int) -> None:
    assert run("--environment", environment, "--fail-on", level, "--format", "json") == code


@pytest.mark.parametrize(
    ("preview", "environment", "level", "code"),
    [
        ("no_change", "production", "low", 0),
        ("backend_url", "production", "low", 0),
        ("chain_validation_off", "production", "high", 1),
        ("chain_validation_off", "development", "high", 0),
        ("chain_validation_off", "production", "critical", 0),
        ("chain_validation_off", "production", "none", 0),
    ],
)
def test_fail_on_new_counts_what_this_change_brings(preview: str, environment: str, level: str, code: int) -> None:
    words = ("--environment", environment, "--fail-on-new", level, "--json")
    assert run(*words, preview=FOLDER / f"{preview}.json") == code


def test_both_limits_hold_together() -> None:
    words = ("--environment", "production", "--json", "--fail-on-new", "low")
    assert run(*words, preview=FOLDER / "backend_url.json") == 0
    assert run(*words, "--fail-on", "high", preview=FOLDER / "backend_url.json") == 1


def settings_file(folder: Path, text: str, name: str = "Pulumi.local.yaml") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_the_base_branchs_settings_judge_and_not_the_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = with_settings(tmp_path, {"severities": {"chain-validation-off": "off"}})
    base = settings_file(tmp_path, "config:\n  backend-mtls:review: {environment: production}")
    assert run("--settings", base, "--fail-on-new", "high", "--json", preview=own) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["environment"] == "production"
    assert found["judging"][:2] == [
        "environment: production → development (laxer)",
        "severity of chain-validation-off: high (its own) → off (laxer)",
    ]
    assert found["headline"].startswith("This change alters how it is judged (environment: production → development")
    assert run("--fail-on-new", "high", "--json", preview=own) == 0


def test_settings_that_are_the_same_are_no_alteration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = with_settings(tmp_path, {"severities": {"inline-pfx": "off"}})
    base = settings_file(tmp_path, "config: {'backend-mtls:review': {severities: {inline-pfx: 'off'}}}")
    assert run("--settings", base, "--json", preview=own) == 0
    assert json.loads(capsys.readouterr().out)["judging"] == []


def test_an_empty_file_stands_for_the_defaults_of_its_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--settings", settings_file(tmp_path, "", "Pulumi.prod.yaml"), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["environment"], found["judging"][0]) == (
        "production",
        "environment: production → development (laxer)",
    )


def test_without_the_bases_settings_a_report_says_that_it_cannot_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--json", preview=with_settings(tmp_path, {"severities": {"inline-pfx": "off"}})) == 0
    assert any("--settings" in note for note in json.loads(capsys.readouterr().out)["notes"])
    assert run("--json") == 0
    assert not any("--settings" in note for note in json.loads(capsys.readouterr().out)["notes"])


def test_wrong_settings_of_the_base_branch_do_not_stop_who_repairs_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = settings_file(tmp_path, "config: {'backend-mtls:review': {environment: moon}}")
    assert run("--settings", base, "--json") == 0
    assert any("the defaults count" in note for note in json.loads(capsys.readouterr().out)["notes"])


@pytest.mark.parametrize("separator", ["\n", "\0"])
def test_files_of_the_reviewer_are_named_and_others_are_not(
    separator: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [".ci/preview", "stacks/Pulumi.prod.yaml", "rules/catalog/inline_pfx.py", "README.md", "docs/rules.md"]
    (tmp_path / "changed").write_text(separator.join(paths) + separator)
    assert run("--changed-files", str(tmp_path / "changed"), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["judging"] == ["changed: .ci/preview", "changed: rules/catalog/inline_pfx.py"]
    assert found["headline"].startswith(
        "This change alters its own reviewer (.ci/preview, rules/catalog/inline_pfx.py)"
    )


@pytest.mark.parametrize("option", ["--settings", "--changed-files"])
def test_a_file_that_is_not_there_is_one_message(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(option, str(tmp_path / "nothing")) == 2
    assert capsys.readouterr().err.startswith(f"error: The file of {option} cannot be read\n    where:   nothing\n")


def test_a_malformed_waiver_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(preview=with_settings(tmp_path, {"waivers": [WAIVER | {"until": "next year"}]})) == 2
    lines = [each for each in capsys.readouterr().err.splitlines() if "waivers" in each]
    assert lines == ["    got:     review.waivers.0.until: got 'next year', allowed: a day, as 2027-03-31"]


def test_a_waiver_that_ends_too_late_does_not_count_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"environment": "production", "waivers": [WAIVER | {"until": "2999-12-31"}]}
    assert run("--fail-on-new", "high", "--format", "markdown", preview=with_settings(tmp_path, settings)) == 1
    assert "The waiver of team until 2999-12-31 does not count: it ends later" in capsys.readouterr().out


def test_what_is_waived_is_no_reason_to_say_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    others = ("inline-pfx", "unprotected-production", "untrusted-backend")
    settings = {"environment": "production", "severities": dict.fromkeys(others, "off")}
    assert run("--fail-on", "low", preview=with_settings(tmp_path, settings)) == 1
    waivers = [WAIVER, WAIVER | {"resource": "legacy"}]
    waived = with_settings(tmp_path, settings | {"waivers": waivers})
    assert run("--fail-on", "low", "--format", "markdown", preview=waived) == 0
    assert f"Accepted by team until {WAIVER['until']}: until the authority is known" in capsys.readouterr().out


def test_a_preview_that_failed_is_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--fail-on", "none", preview=FOLDER / "failed.json") == 1
    assert "The preview failed: The file is not a PFX" in capsys.readouterr().out


def test_what_a_mandatory_policy_forbids_is_no_and_is_told_like_any_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that the CLI says of it in JSON is `preview failed`; seen with `--policy-pack policies`."""
    document = load("chain_validation_off")
    said = [("error: preview failed\n", "error"), ("Traceback (most recent call last):\n\n", "info#err")]
    document["diagnostics"] = [{"message": message, "severity": severity} for message, severity in said]
    (tmp_path / "preview.json").write_text(json.dumps(document))
    assert run("--json", preview=tmp_path / "preview.json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "forbidden"
    assert found["headline"].startswith("A mandatory policy forbids the deployment; it would do this: orders: chain")
    assert [each["what"] for each in found["rows"]] == ["changed", "same"]
    assert found["errors"] == []


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PREVIEW.read_bytes())))
    assert main(["-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stack"] == "local"


@pytest.mark.parametrize("format_", ["markdown", "html", "text", "json"])
def test_a_file_is_written_in_every_format(format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", format_, "--output", str(tmp_path / "report")) == 0
    assert "chain validation is switched OFF" in (tmp_path / "report").read_text()
    assert capsys.readouterr().out == ""


def test_the_page_is_written_beside_another_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "markdown", "--page", str(tmp_path / "page.html")) == 0
    assert capsys.readouterr().out.startswith("## ")
    assert (tmp_path / "page.html").read_text().startswith("<!DOCTYPE html>")


def test_the_data_says_all_that_the_others_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["project"], found["stack"], found["environment"]) == ("backend-mtls", "local", "development")
    assert found["level"] == "danger"
    assert found["headline"].startswith("orders: chain validation is switched OFF (the authority is not known yet)")
    assert {each["what"] for each in found["rows"]} == {"changed", "same"}
    assert [each["rule"] for each in found["findings"] if each["state"] == "new"] == ["chain-validation-off"]


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: The report cannot be written")
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize("option", ["--output", "--page"])
def test_a_report_that_cannot_be_written_is_one_clear_message(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(option, str(tmp_path / "gone" / "report")) == 2
    said = refused(capsys)
    assert f"where:   {option} report" in said
    assert "got:     No such file or directory" in said
    assert run(option, str(tmp_path)) == 2
    assert "Is a directory" in refused(capsys)
    assert str(tmp_path.parent) not in said


def test_a_full_disk_is_said() -> None:
    program = [sys.executable, "-m", "review", str(PREVIEW), "--base", str(BASE)]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(program, cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 -- ours
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: The report cannot be written\n    where:   standard output")
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(PREVIEW.read_bytes(),))
    writer.start()
    assert main([str(tmp_path / "pipe"), "--json"]) == 0
    writer.join()
    assert json.loads(capsys.readouterr().out)["stack"] == "local"
