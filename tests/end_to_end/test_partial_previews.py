"""A preview that left something out, made by the CLI: the report is the one that is kept of its recording."""

import json
from pathlib import Path

import pytest
from changes import expect
from partial_previews import PARTIAL, preview
from project import STACK_FILE, Project

from review.__main__ import main


@pytest.mark.parametrize("deployed", ["pulumi"], indirect=True)
@pytest.mark.parametrize("name", PARTIAL)
def test_the_report_says_so_first(name: str, deployed: Project, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(deployed.must("export"))
    pfx = deployed.azure.home.pki / "legacy-client.pfx"
    originals = {path: path.read_bytes() for path in (deployed.root / STACK_FILE, pfx)}
    try:
        PARTIAL[name].edit(deployed)
        (tmp_path / "preview.json").write_text(preview(deployed, *PARTIAL[name].words))
    finally:
        for path, content in originals.items():
            path.write_bytes(content)
    words = [str(tmp_path / "preview.json"), "--base", str(tmp_path / "state.json"), "--format", "markdown"]
    main([*words, "--output", str(tmp_path / "report.md")])
    expect(f"partial/{name}", (tmp_path / "report.md").read_text())


def test_with_show_sames_both_engines_list_everything_once(deployed: Project) -> None:
    document = json.loads(deployed.must("preview", "--json", "--show-sames"))
    resources = json.loads(deployed.must("export"))["deployment"]["resources"]
    declared = sorted(each["urn"] for each in resources if not each["type"].startswith("pulumi:providers:"))
    assert sorted(each["urn"] for each in document["steps"]) == declared
    assert document["changeSummary"] == {"same": len(declared)}
    assert all("outputs" not in each["newState"] for each in document["steps"])
    assert len(json.loads(deployed.must("preview", "--json"))["steps"]) == 1
