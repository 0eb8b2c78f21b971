"""What `make up` does with the project's own `local` stack, whatever it configures: all is deployed and called."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import STACK_FILE
from project_copy import ProjectCopy

from stacks import stack_file


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[ProjectCopy]:
    """With a running local Azure, and nothing deployed."""
    copy = ProjectCopy(tmp_path)
    if not (copy.root / STACK_FILE).exists():
        pytest.skip(f"there is no {STACK_FILE}, which `make up` deploys")
    copy.must("local", "start", "--port", "0")
    yield copy
    copy.must("local", "stop")


def test_is_deployed_and_every_api_is_called(copy: ProjectCopy) -> None:
    copy.must("local", "up", "--stack", "local")
    copy.must("local", "preview", "--stack", "local", "--expect-no-changes")
    calls = copy.run("local", "call", "--json").stdout
    apis = stack_file.values(copy.root, "local").get("apis", {})
    assert {each["api"] for each in json.loads(calls or "[]")} == set(apis)
