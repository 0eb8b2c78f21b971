"""A stack that an earlier commit deployed goes on: nothing of it is replaced, or changed.

The states were recorded with what a deployment decides (keys, dates, ids) taken out; it is put in again from a
deployment of today. `local_before_packages.json`: the commit before the components were a package.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from project import Project

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))


def filled(recorded: Any, deployed: Any, names: dict[str, str]) -> Any:
    """The recorded value, with what `<deployed>` stands for from the same place of a deployment."""
    if recorded == "<deployed>":
        return deployed
    if isinstance(recorded, dict):
        known = deployed if isinstance(deployed, dict) else {}
        return {
            _named(key, names): filled(each, known.get(_named(key, names)), names) for key, each in recorded.items()
        }
    if isinstance(recorded, list):
        known_list = (
            deployed if isinstance(deployed, list) and len(deployed) == len(recorded) else [None] * len(recorded)
        )
        return [filled(each, one, names) for each, one in zip(recorded, known_list, strict=True)]
    return _named(recorded, names) if isinstance(recorded, str) else recorded


def _named(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize("file", RECORDED, ids=lambda each: each.stem)
def test_a_stack_of_an_earlier_commit_shows_no_change(project: Project, file: Path, tmp_path: Path) -> None:
    project.must("up")
    export = json.loads(project.must("export"))
    resources = {each["urn"]: each for each in export["deployment"]["resources"]}
    outputs = next(each for each in resources.values() if each["type"] == "pulumi:pulumi:Stack")["outputs"]
    legacy = outputs["apis"]["legacy"]["thumbprint"]
    names = {
        "legacy": legacy,
        "legacy8": legacy[:8].lower(),
        "orders": outputs["apis"]["orders"]["thumbprint"],
        "gateway": outputs["service"]["gatewayUrl"],
    }
    recorded = json.loads(file.read_text())["resources"]
    assert {each["urn"] for each in recorded} == set(resources)
    export["deployment"]["resources"] = [filled(each, resources[each["urn"]], names) for each in recorded]
    assert "<deployed>" not in json.dumps(export)
    state = tmp_path / "state.json"
    state.write_text(json.dumps(export))
    project.must("import", "--file", str(state))
    assert project.preview() == {}
    before = project.writes()
    project.must("up")
    assert project.writes_since(before) == []
    assert all(each["ok"] for each in project.call().values())
