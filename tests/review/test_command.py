"""The command: exit codes, formats, and where its output goes."""

import io
import json
import os
import subprocess
import sys
import threading
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
    "until": "2999-12-31",
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


def test_what_is_waived_is_no_reason_to_say_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    others = ("inline-pfx", "unprotected-production", "untrusted-backend")
    settings = {"environment": "production", "severities": dict.fromkeys(others, "off")}
    assert run("--fail-on", "low", preview=with_settings(tmp_path, settings)) == 1
    waivers = [WAIVER, WAIVER | {"resource": "legacy"}]
    waived = with_settings(tmp_path, settings | {"waivers": waivers})
    assert run("--fail-on", "low", "--format", "markdown", preview=waived) == 0
    assert "Accepted by team until 2999-12-31: until the authority is known" in capsys.readouterr().out


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
