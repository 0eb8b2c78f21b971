"""What a preview left out is called so first, and nothing is promised of it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from changes import expect
from hypothesis import given
from hypothesis import strategies as st
from partial_previews import PARTIAL
from recordings import FOLDER, base_of, load, made

from review.__main__ import main
from review.markdown import markdown

NAMES = sorted(path.stem for path in (FOLDER / "partial").glob("*.json"))
LEFT_OUT = [
    "excluded",
    "targeted",
    "targeted_beside_a_new_api",
    "targeted_nothing",
    "targeted_without_show_sames_beside_a_new_api",
]
"""Those that show that they left something out."""


def partial(name: str) -> Any:
    return load(f"partial/{name}")


def test_every_partial_preview_is_recorded() -> None:
    assert sorted(PARTIAL) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_gives_the_report_that_a_live_preview_gives(name: str) -> None:
    expect(f"partial/{name}", markdown(made(partial(name), base_of(name))))


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_left_something_out_is_called_so_first_and_is_a_risk_at_least(name: str) -> None:
    found = made(partial(name), base_of(name))
    assert found.status == "partial"
    assert found.headline.startswith("Partial preview (")
    assert found.level not in ("none", "safe", "change")
    assert "every call works as before" not in found.headline


def test_the_whole_preview_of_the_same_change_is_not_called_partial() -> None:
    found = made(partial("whole"), base_of("whole"))
    assert found.status == "changes"
    assert "artial" not in found.headline
    assert all(each.what != "unseen" for each in found.rows)


@pytest.mark.parametrize("name", LEFT_OUT[:4])
def test_nothing_is_called_unchanged_or_fixed_that_was_not_looked_at(name: str) -> None:
    found = made(partial(name), base_of(name))
    assert [each.label for each in found.rows if each.what == "same"] == []
    told = {each.resource for each in found.findings if each.state in ("fixed", "still")}
    assert told <= ({"legacy"} if name in ("excluded", "targeted_nothing") else {"orders"})


def test_an_api_that_was_left_out_is_neither_new_nor_there() -> None:
    found = made(partial("targeted_beside_a_new_api"), base_of(""))
    assert "stock" not in {each.label for each in found.rows}
    assert {each.label for each in made(partial("targeted_and_failed"), base_of("")).rows} == {"legacy", "orders"}


@pytest.mark.parametrize("name", ["targeted", "excluded", "targeted_nothing"])
def test_it_is_seen_without_the_state_too(name: str) -> None:
    assert made(partial(name)).headline.startswith("Partial preview (")


def test_without_show_sames_there_is_no_trace_and_the_report_says_that() -> None:
    """The CLI's document is the same as that of a whole preview, byte for byte but for the times."""
    found = made(partial("targeted_without_show_sames"), base_of(""))
    assert found.status == "changes"
    assert any("--target or --exclude" in note and "--show-sames" in note for note in found.notes)


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        ({"same": 17, "update": 3}, "it counts 3 to update, and lists 1"),
        ({"same": 18, "update": 1, "delete": 1}, "it counts 1 to delete, and lists 0"),
        ({"same": 20}, "it counts 0 to update, and lists 1"),
    ],
)
def test_a_summary_that_does_not_agree_with_the_steps_is_partial(summary: dict[str, int], reason: str) -> None:
    document = load("chain_validation_off") | {"changeSummary": summary}
    found = made(document, base_of(""))
    assert found.status == "partial"
    assert any(reason in note for note in found.notes)


def test_a_list_that_was_cut_is_partial() -> None:
    document = copy.deepcopy(load("chain_validation_off"))
    document["steps"] = [each for each in document["steps"] if "legacy" not in each["urn"]]
    document["changeSummary"] = {"same": len(document["steps"]) - 1, "update": 1}
    found = made(document, base_of(""))
    assert found.status == "partial"
    assert [(each.label, each.what) for each in found.rows] == [("orders", "changed"), ("legacy", "unseen")]
    assert any("what becomes of the rest" in note for note in found.notes)


def test_a_summary_that_counts_less_than_the_state_holds_is_partial() -> None:
    document = {"steps": [], "changeSummary": {"same": 12}}
    found = made(document, base_of(""))
    assert found.headline.startswith("Partial preview (")
    assert found.status == "partial"


def test_what_failed_says_of_how_much_nothing_is_known_and_calls_nothing_fixed() -> None:
    found = made(load("failed"), base_of("failed"))
    assert found.headline == "The preview failed: The file is not a PFX; nothing is known of 19 of 19 resources"
    assert {each.state for each in found.findings} == {"unknown"}
    assert {each.what for each in found.rows} == {"unseen"}
    assert found.level == "risk"
    alone = made(load("failed"))
    assert alone.headline.endswith("; nothing is known of what it would do")
    assert alone.findings == ()


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--fail-on", "critical"), 1), (("--fail-on-new", "high"), 1)])
def test_a_check_does_not_pass_what_was_not_looked_at(options: tuple[str, ...], code: int, tmp_path: Path) -> None:
    (tmp_path / "preview.json").write_text(json.dumps(partial("targeted_nothing")))
    words = [str(tmp_path / "preview.json"), "--base", str(FOLDER / "state.json"), "--environment", "development"]
    assert main([*words, "--json", "--output", str(tmp_path / "report.json"), *options]) == code


def sames() -> list[str]:
    """URNs of what stays in the recorded preview of no change, but for the stack."""
    return [each["urn"] for each in load("no_change")["steps"] if "pulumi:pulumi:Stack::" not in each["urn"]]


@given(st.sets(st.sampled_from(sames())), st.sets(st.sampled_from(sames())))
def test_whatever_is_left_out_or_missing_is_what_nobody_looked_at(left_out: set[str], missing: set[str]) -> None:
    """Any part of a stack: told as the CLI tells it, with the outputs of the state, or not told at all."""
    document = load("no_change")
    outputs = {each["urn"]: each.get("outputs") for each in base_of("")["deployment"]["resources"]}
    document["steps"] = [each for each in document["steps"] if each["urn"] not in missing]
    for each in document["steps"]:
        if each["urn"] in left_out:
            each["newState"]["outputs"] = outputs[each["urn"]]
    document["changeSummary"]["same"] = len(document["steps"])
    found = made(document, base_of(""))
    unseen = left_out | missing
    assert found.status == ("partial" if unseen else "no changes")
    assert found.headline.startswith(f"Partial preview ({19 - len(unseen)} of 19 resources): " if unseen else "Nothing")
    assert all(each.state == "unknown" for each in found.findings if each.resource == "legacy") or not all(
        urn in unseen for urn in sames() if urn.endswith("::legacy")
    )
