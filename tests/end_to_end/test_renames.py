"""What gets another name in the program and stays the same in Azure keeps its findings, and loses no call."""

import json
from pathlib import Path

import pytest
from changes import expect
from project import Project
from renames import Renamed

from review.__main__ import main


@pytest.mark.parametrize("words", [("--show-sames",), ()], ids=["with-sames", "without-sames"])
def test_a_rename_is_neither_new_nor_removed(project: Project, words: tuple[str, ...], tmp_path: Path) -> None:
    renamed = Renamed(project)
    renamed.example.must("up")
    (tmp_path / "state.json").write_text(renamed.example.must("export"))
    renamed.rename()
    (tmp_path / "preview.json").write_text(renamed.example.must("preview", "--json", *words))
    given = [str(tmp_path / "preview.json"), "--base", str(tmp_path / "state.json"), "--environment", "production"]
    assert main([*given, "--fail-on-new", "low", "--json", "--output", str(tmp_path / "report.json")]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["counts"] == {"update": 1}
    assert {each["state"] for each in report["findings"]} == {"still"}
    assert {each["what"] for each in report["rows"]} == {"changed"}
    assert {"outage", "danger"}.isdisjoint(each["level"] for each in report["effects"])
    if words:
        main([*given, "--format", "markdown", "--output", str(tmp_path / "report.md")])
        expect("renamed", (tmp_path / "report.md").read_text())


def test_without_aliases_the_same_edit_takes_the_api_away(project: Project, tmp_path: Path) -> None:
    renamed = Renamed(project)
    renamed.example.must("up")
    (tmp_path / "state.json").write_text(renamed.example.must("export"))
    renamed.rename()
    program = renamed.example.folder / "__main__.py"
    program.write_text(program.read_text().replace("aliases=aliases, ", ""))
    (tmp_path / "preview.json").write_text(renamed.example.must("preview", "--json", "--show-sames"))
    given = [str(tmp_path / "preview.json"), "--base", str(tmp_path / "state.json"), "--json"]
    main([*given, "--output", str(tmp_path / "report.json")])
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["counts"]["create"] == report["counts"]["delete"] == 4
    assert "new" in {each["state"] for each in report["findings"]}
