"""What an editor is told of `review` is what the rules read."""

import json
from pathlib import Path
from typing import Any

from rules import settings_schema

FILE = Path(__file__).parents[2] / "rules/settings.schema.json"


def test_the_committed_schema_is_what_the_settings_say() -> None:
    assert json.loads(FILE.read_text()) == settings_schema.schema(), (
        "python -m rules.settings_schema > rules/settings.schema.json && make expected"
    )


def test_every_setting_is_described() -> None:
    def described(node: dict[str, Any]) -> bool:
        return all(each.get("description") or "$ref" in each for each in node["properties"].values())

    found = settings_schema.schema()
    assert all(described(node) for node in (found, *found["$defs"].values()))


def test_the_moment_to_judge_for_cannot_be_set() -> None:
    assert "now" not in settings_schema.schema()["properties"]
    assert "environment" not in settings_schema.schema().get("required", ())
