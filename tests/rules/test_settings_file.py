"""The settings in a stack's file, whatever form the key has."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import settings_file
from rules.settings import SettingsError

REVIEW = {"environment": "production"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("config:\n  project:review: {environment: production}", REVIEW),
        ("config:\n  review: {environment: production}", REVIEW),
        ("config:\n  former:review: {environment: production}", REVIEW),
        ("project:review: {environment: production}", REVIEW),
        ("environment: production", REVIEW),
        ("config:\n  project:review: '{}'", "{}"),
        ("config:\n  azure-native:location: westeurope", None),
        ("encryptionsalt: v1:salt", None),
        ("config:", None),
        ("# nothing", None),
        ("", None),
    ],
)
def test_the_key_is_found(text: str, found: object) -> None:
    assert settings_file.given(text, "project") == found


@pytest.mark.parametrize("text", ["[", "- a", "a", "a: &a [*a", "\x00", "{a: 2027-99-99}"])
def test_what_is_no_stacks_file_is_one_line(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^review: got [^\n]+, allowed: a stack's file[^\n]*$"):
        settings_file.given(text, "project")


def refusal(text: str) -> str:
    """Why a text is refused; empty when it is read."""
    try:
        settings_file.given(text, "project")
    except SettingsError as error:
        return str(error)
    return ""


@given(st.text())
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    assert "\n" not in refusal(text)


@pytest.mark.parametrize(
    ("name", "stack"), [("Pulumi.prod.yaml", "prod"), ("Pulumi.eu.prod.yaml", "eu.prod"), ("settings.yaml", None)]
)
def test_the_name_of_the_file_says_the_stack(name: str, stack: str | None) -> None:
    assert settings_file.stack_of(name) == stack


PROJECT_FILE = "name: project\nconfig:\n  review:\n    type: object\n    default: {environment: staging}\n"


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("", "staging"),
        ("config: {}", "staging"),
        ("config: {'project:review': {environment: production}}", "production"),
    ],
)
@pytest.mark.parametrize("folder", [".", "stacks"])
def test_what_the_stack_does_not_say_the_project_does(text: str, environment: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT_FILE)
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / folder / "Pulumi.dev.yaml").write_text(text)
    found = settings_file.load(tmp_path / folder / "Pulumi.dev.yaml", "project")
    assert found == {"environment": environment}


def test_without_either_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("")
    assert settings_file.load(tmp_path / "settings.yaml", "project") is None
    (tmp_path / "Pulumi.yaml").write_text("name: project")
    assert settings_file.load(tmp_path / "settings.yaml", "project") is None


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SettingsError, match="not UTF-8"):
        settings_file.load(tmp_path / "settings.yaml", "project")
