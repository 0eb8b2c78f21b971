"""No line of a log is a command to the pipeline that runs the reviewer, whatever the texts are."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st
from recordings import FORMATS, load

from review.__main__ import main
from review.logs import harmless

COMMANDS = [
    "##vso[task.setvariable variable=x]y",
    "##VSO[task.complete result=Succeeded;]",
    "##[error]no",
    "::error::no",
    "  ::add-mask::x",
    "\t::stop-commands::x",
    "\x1b[31m::error::no",
    "a\r::error::no",
    "a\n::error::no",
]


def commands(text: str) -> list[str]:
    """What a runner would obey: the agent of Azure looks anywhere in a line, GitHub's at its start."""
    lines = [re.sub(r"^(?:\s|\x1b\[[0-9;]*[A-Za-z]|\x1b)+", "", each) for each in re.split(r"\r\n|\r|\n", text)]
    return [each for each in lines if each.strip().startswith("::") or "##[" in each or "##vso[" in each.lower()]


def planted(text: str) -> Any:
    """A preview in which the text stands wherever somebody can write something."""
    preview = load("create")
    for step in preview["steps"]:
        inputs = step["newState"].get("inputs", {})
        kind = step["newState"]["type"].rpartition(":")[2]
        inputs |= {
            "Backend": {"url": f"https://host/{text}", "description": f"Chain validation is off: {text}"},
            "Api": {"path": text, "displayName": text},
            "ApiPolicy": {
                "value": f"<policies>\n<inbound>\n<base />\n<set-body>\n{text}\n</set-body></inbound></policies>"
            },
        }.get(kind, {})
    preview["diagnostics"] = [
        {"message": f"error: it broke\n{text}\n", "severity": "error"},
        {"message": f"warning: look\n{text}", "severity": "warning"},
    ]
    return preview


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", COMMANDS)
def test_no_format_prints_one(text: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "preview.json").write_text(json.dumps(planted(text)))
    assert main([str(tmp_path / "preview.json"), "--format", form]) == 1
    said = capsys.readouterr()
    assert commands(said.out + said.err) == []
    assert "it broke" in said.out
    if form == "json":
        json.loads(said.out)


@given(st.lists(st.sampled_from(["#", "[", "vso", ":", " ", "\t", "\n", "\r", "\x1b[31m", "\x1b", "x"])).map("".join))
def test_whatever_stands_around_it(text: str) -> None:
    for form in FORMATS:
        written = json.dumps({"x": text}) if form == "json" else text
        assert commands(harmless(written, form)) == []


@pytest.mark.parametrize("text", ["a ::b", "# #vso[", "## heading", "[::1]", "x##y"])
def test_what_is_no_command_stays(text: str) -> None:
    assert harmless(text) == text


def test_the_page_has_no_line_of_its_own_that_would_be_changed() -> None:
    for name in ("page.css", "page.js"):
        text = (PROJECT / "review" / name).read_text()
        assert harmless(text, "html") == text


@pytest.mark.parametrize("text", [*COMMANDS, "#\x1b", "warning: a ::b"])
def test_what_a_program_prints_while_it_is_previewed_is_none(text: str, tmp_path: Path) -> None:
    judge = tmp_path / "judge"
    for folder in (judge / ".ci", judge / ".venv/bin", tmp_path / "bin"):
        folder.mkdir(parents=True)
    for name in ("preview", "harmless"):
        shutil.copy(PROJECT / ".ci" / name, judge / ".ci" / name)
    for program in (tmp_path / "bin/pulumi", judge / ".venv/bin/python"):
        program.write_text(f"#!/usr/bin/env bash\ncat {tmp_path}/said >&2\n")
        program.chmod(0o755)
    (tmp_path / "said").write_text(f"before\n{text}\nafter\n", newline="")
    ended = subprocess.run(  # noqa: S603 -- ours
        [judge / ".ci/preview", "dev", tmp_path / "out"],
        env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    said = ended.stderr.decode() + ended.stdout.decode()
    assert said.count("before") == said.count("after") == 4
    assert commands(said) == []
