"""The recorded previews of the CLI give the very reports that live ones give, on a machine without the CLI, too."""

import re
from typing import Any

import pytest
from changes import EDITS, expect
from recordings import NAMES, base_of, load, made

from review.markdown import markdown


def test_every_kind_of_change_is_recorded() -> None:
    assert sorted([*EDITS, "create"]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_gives_the_report_that_a_live_preview_gives(name: str) -> None:
    expect(name, markdown(made(load(name), base_of(name))))


def without_sames(preview: Any) -> Any:
    """The same preview without `--show-sames`: what does not change is left out, but the stack."""
    shown = [each for each in preview["steps"] if each["op"] != "same" or "pulumi:pulumi:Stack::" in each["urn"]]
    return preview | {"steps": shown}


@pytest.mark.parametrize("name", [each for each in NAMES if each not in ("create", "failed")])
def test_without_the_state_the_report_says_first_what_it_lacks(name: str) -> None:
    whole, part = made(load(name), base_of(name)), made(without_sames(load(name)))
    assert part.status == whole.status
    assert re.match(r"Seen without the state \(\d+ of \d+ resources\): ", part.headline)
    assert any("--base" in note for note in part.notes)
    assert {each.detail for each in part.findings} <= {each.detail for each in whole.findings}
    assert part.level not in ("none", "safe") or name == "no_change"


@pytest.mark.parametrize("name", [each for each in NAMES if each not in ("create", "failed")])
def test_with_all_that_stays_the_same_the_state_is_not_needed(name: str) -> None:
    whole, alone = made(load(name), base_of(name)), made(load(name))
    assert (alone.status, alone.level, alone.headline) == (whole.status, whole.level, whole.headline)
    assert alone.notes == ()


@pytest.mark.parametrize("name", [each for each in NAMES if each not in ("create", "failed")])
def test_without_them_the_report_does_not_promise_that_everything_was_looked_at(name: str) -> None:
    whole, unproved = made(load(name), base_of(name)), made(without_sames(load(name)), base_of(name))
    assert any("--show-sames" in note for note in unproved.notes)
    assert not any("--show-sames" in note for note in whole.notes)
    quiet = whole.level in ("none", "safe")
    assert unproved.headline == whole.headline + (
        ", if the preview looked at everything (--show-sames shows it)" * quiet
    )
