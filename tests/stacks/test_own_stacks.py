"""What the tests configure for themselves stands for what the project configures, and is what they read."""

import re
from pathlib import Path

import yaml
from conftest import PROJECT
from working_copy import OWN_STACKS

CONFIGURATION = re.compile(
    r"""PROJECT\)? / f?["'](?:stacks|Pulumi)\b|PROJECT\.glob\(["']stacks|stack_file\.\w+\(PROJECT"""
)
"""How a test names a file that the project configures."""
READERS = {
    "components/configuration/test_settings.py": "each stack file and the project file, whatever they say",
    "stacks/test_reference.py": "each stack file, whatever it says, and the schema that it names",
    "working_copy.py": "the code in stacks/",
}


def types(folder: Path) -> dict[str, str]:
    """The type of each key of the program."""
    declared = yaml.safe_load((folder / "Pulumi.yaml").read_text())["config"]
    return {key: each["type"] for key, each in declared.items() if ":" not in key}


def test_the_project_file_of_the_tests_declares_the_keys_of_the_projects_own() -> None:
    assert types(OWN_STACKS) == types(PROJECT)


def test_no_other_test_reads_what_the_project_configures() -> None:
    tests = PROJECT / "tests"
    found = {str(each.relative_to(tests)) for each in tests.rglob("*.py") if CONFIGURATION.search(each.read_text())}
    assert found == READERS.keys()
