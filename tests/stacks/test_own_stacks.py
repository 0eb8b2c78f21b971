"""What the tests configure for themselves stands for what the project configures."""

from pathlib import Path

import yaml
from conftest import PROJECT
from working_copy import OWN_STACKS


def types(folder: Path) -> dict[str, str]:
    """The type of each key of the program."""
    declared = yaml.safe_load((folder / "Pulumi.yaml").read_text())["config"]
    return {key: each["type"] for key, each in declared.items() if ":" not in key}


def test_the_project_file_of_the_tests_declares_the_keys_of_the_projects_own() -> None:
    assert types(OWN_STACKS) == types(PROJECT)
