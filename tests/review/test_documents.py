"""What is no preview, or no state, is one clear message and exit code 2; nothing ends in a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.__main__ import main
from review.documents import Preview, read_preview, read_state

_URN = "urn:pulumi:prod::shop::azure-native:apimanagement:Backend::orders"
STEP = {"op": "create", "urn": _URN, "newState": {"urn": _URN, "type": "azure-native:apimanagement:Backend"}}
PREVIEW: dict[str, Any] = {"steps": [STEP], "changeSummary": {"create": 1}}
STATE: dict[str, Any] = {"version": 3, "deployment": {"resources": []}}


def written(folder: Path, content: object, name: str = "preview.json") -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


WRONG_PREVIEWS = {
    "empty": ("", "The file is empty"),
    "blank": (" \n", "The file is empty"),
    "no JSON": ("error: no stack named 'prod' found", "no JSON, or was cut off"),
    "truncated": (json.dumps(PREVIEW)[:-20], "no JSON, or was cut off"),
    "truncated in a text": (json.dumps(PREVIEW, indent=4)[:60], "no JSON, or was cut off"),
    "two documents": (json.dumps(PREVIEW) * 2, "no JSON, or was cut off"),
    "no UTF-8": (b"\xff\xfe{\x00}\x00", "The file is no text"),
    "a list": ([PREVIEW], "The file holds no object"),
    "a number": ("5", "The file holds no object"),
    "an empty object": ({}, "The file is no preview"),
    "something else": ({"hello": "world"}, "The file is no preview"),
    "an update plan": ({"manifest": {}, "resourcePlans": {}}, "no preview, but an update plan"),
    "an export": (STATE, "no preview, but a state"),
    "a checkpoint": ({"version": 3, "checkpoint": {}}, "no preview, but a state"),
    "steps that are none": ({"steps": {"a": 1}}, "not as Pulumi writes it"),
    "a step without a URN": ({"steps": [{"op": "create"}]}, "steps.0.urn"),
    "an operation that nobody knows": ({"steps": [STEP | {"op": "explode"}]}, "steps.0.op"),
    "inputs that are a text": (
        {"steps": [STEP | {"newState": STEP | {"type": "t", "inputs": "x"}}]},
        "newState.inputs",
    ),
    "nested without end": ('{"steps":' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
    "nested 900 times in a value": (
        json.dumps({"steps": [STEP | {"newState": STEP | {"type": "t", "inputs": {"x": "HERE"}}}]}).replace(
            '"HERE"', "[" * 900 + "]" * 900
        ),
        "nested too deeply",
    ),
    "an integer of 5,000 digits": (
        '{"steps": [], "changeSummary": {"create": %s}}' % ("9" * 5000),
        "number that is too long",
    ),
    "a policy that becomes another kind of policy": (
        {
            "steps": [
                STEP
                | {
                    "op": "update",
                    "oldState": {"urn": STEP["urn"], "type": "azure-native:apimanagement:ApiPolicy"},
                    "newState": {"urn": STEP["urn"], "type": "azure-native:apimanagement/v20220801:ProductPolicy"},
                }
            ]
        },
        "of two types, azure-native:apimanagement:ApiPolicy and azure-native:apimanagement:ProductPolicy",
    ),
    "a key that is a command": (
        {"x\n::error::hello": 1, "##vso[task.complete]": 1},
        "got:     x ::error::hello, # #vso[",
    ),
    "several stacks": ({"steps": [STEP, STEP | {"urn": STEP["urn"].replace("prod", "dev")}]}, "of several stacks"),
}


@pytest.mark.parametrize("name", WRONG_PREVIEWS)
def test_what_is_no_preview_is_said_with_exit_code_2(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, message = WRONG_PREVIEWS[name]
    assert main([str(written(tmp_path, content))]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.startswith("error: ")
    for part in ("where:", "got:", "allowed:", "fix:"):
        assert part in said.err
    assert str(tmp_path) not in said.err
    assert "\n::" not in said.err
    assert "##vso[" not in said.err
    assert said.out == ""


WRONG_STATES = {
    "a preview": (PREVIEW, "The file is no state"),
    "an old version": (STATE | {"version": 2}, "The version of the state is not known"),
    "a version to come": (STATE | {"version": 9}, "The version of the state is not known"),
    "a version that is a text": (STATE | {"version": "3"}, "The version of the state is not known"),
    "cut off": (json.dumps(STATE)[:-3], "no JSON, or was cut off"),
    "resources that are none": ({"version": 3, "deployment": {"resources": [5]}}, "resources.0"),
    "of another project": (
        {"version": 3, "deployment": {"resources": [{"urn": STEP["urn"].replace("shop", "other"), "type": "t"}]}},
        "Preview and state are of different stacks",
    ),
    "of another stack": (
        {"version": 3, "deployment": {"resources": [{"urn": STEP["urn"].replace("prod", "dev"), "type": "t"}]}},
        "stack dev of project shop",
    ),
}


@pytest.mark.parametrize("name", WRONG_STATES)
def test_what_is_no_state_of_this_stack_is_said_with_exit_code_2(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, message = WRONG_STATES[name]
    base = written(tmp_path, content, "state.json")
    assert main([str(written(tmp_path, PREVIEW)), "--base", str(base)]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "gone.json")]) == 2
    assert "got:     No such file or directory" in capsys.readouterr().err


def test_a_step_without_a_state_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, PREVIEW | {"steps": [{"op": "create", "urn": STEP["urn"]}]})
    assert main([str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: A step of the preview has no state")
    assert "without newState" in said


def test_half_a_character_is_replaced_and_a_pair_is_not(tmp_path: Path) -> None:
    text = json.dumps(PREVIEW | {"config": {"a": "\ud800x", "b": "\U0001f600"}})
    assert read_preview(written(tmp_path, text)).config == {"a": "\ufffdx", "b": "\U0001f600"}


def test_wrong_settings_of_the_stack_are_all_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    review = {"waivers": [{"rule": "chain-validation-off"}], "colour": "red"}
    assert main([str(written(tmp_path, PREVIEW | {"config": {"shop:review": json.dumps(review)}}))]) == 2
    said = capsys.readouterr().err
    for part in ("waivers.0.owner", "waivers.0.until", "review.colour", "shop:review"):
        assert part in said


@pytest.mark.parametrize("state", [STATE, STATE | {"version": 4}, {"version": 3, "checkpoint": {"latest": None}}])
def test_every_form_of_a_state_is_read(state: dict[str, Any], tmp_path: Path) -> None:
    assert read_state(written(tmp_path, state)).resources == []


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf" + json.dumps(PREVIEW).encode())
    assert isinstance(read_preview(path), Preview)


def test_unknown_keys_are_left_alone(tmp_path: Path) -> None:
    assert len(read_preview(written(tmp_path, PREVIEW | {"news": [1], "steps": [STEP | {"hint": 1}]})).steps) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["steps", "op", "urn", "newState", "oldState", "inputs", "type", "config", "diagnostics", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON, JSON)
def test_whatever_json_is_given_ends_in_a_report_or_a_clear_refusal(
    tmp_path_factory: pytest.TempPathFactory, preview: object, state: object
) -> None:
    folder = tmp_path_factory.mktemp("any")
    base = written(folder, {"version": 3, "deployment": state}, "state.json")
    arguments = [str(written(folder, preview)), "--base", str(base), "--output", str(folder / "report")]
    assert main([*arguments, "--format", "markdown"]) in (0, 1, 2)
