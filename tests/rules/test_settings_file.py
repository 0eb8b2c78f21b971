"""The settings in a stack's file, whatever form the key has."""

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
