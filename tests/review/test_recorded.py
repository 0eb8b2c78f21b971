"""The recorded previews of the CLI give the very reports that live ones give, on a machine without the CLI, too."""

import pytest
from changes import EDITS, expect
from recordings import NAMES, base_of, load, made

from review.markdown import markdown


def test_every_kind_of_change_is_recorded() -> None:
    assert sorted([*EDITS, "create"]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_gives_the_report_that_a_live_preview_gives(name: str) -> None:
    expect(name, markdown(made(load(name), base_of(name))))


@pytest.mark.parametrize("name", [each for each in NAMES if each not in ("create", "no_change", "failed")])
def test_without_the_state_the_headline_is_the_same_and_the_report_says_what_it_lacks(name: str) -> None:
    whole, part = made(load(name), base_of(name)), made(load(name))
    assert part.status == whole.status
    assert any("--base" in note for note in part.notes)
    assert {each.detail for each in part.findings} <= {each.detail for each in whole.findings}
