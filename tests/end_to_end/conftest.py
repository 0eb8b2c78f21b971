"""A copy of the project with its own local Azure, deployed by the commands that a user runs, with either engine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import Project


def _engine(name: str) -> str:
    if name == "pulumi" and not shutil.which("pulumi"):
        pytest.skip("the pulumi CLI is not on PATH")
    return name


def _project(root: Path, engine: str) -> Iterator[Project]:
    project = Project(root, engine)
    project.azure.start()
    yield project
    project.azure.stop()


@pytest.fixture(params=["embedded", "pulumi"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Project]:
    """A new copy with a running local Azure, and nothing deployed."""
    yield from _project(tmp_path, _engine(request.param))


@pytest.fixture(params=["embedded", "pulumi"], scope="session")
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A deployed copy, shared by the tests that change nothing."""
    for each in _project(tmp_path_factory.mktemp("deployed"), _engine(request.param)):
        each.must("up")
        yield each


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes seconds each: everything in this folder, and every test that runs the CLI."""
    for item in items:
        if "end_to_end" in item.path.parts or "pulumi" in item.name or item.path.name == "test_parity.py":
            item.add_marker(pytest.mark.end_to_end)
