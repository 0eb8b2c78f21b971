"""A stack goes on with the other engine: what one deployed, the other finds unchanged."""

import shutil

import pytest
from project import Project

pytestmark = pytest.mark.skipif(not shutil.which("pulumi"), reason="the pulumi CLI is not on PATH")
OTHER = {"embedded": "pulumi", "pulumi": "embedded"}


def test_the_other_engine_finds_nothing_to_change(project: Project) -> None:
    project.must("up")
    project.engine = OTHER[project.engine]
    project.must("preview", "--expect-no-changes")


def test_the_other_engine_goes_on(project: Project) -> None:
    project.must("up")
    project.engine = OTHER[project.engine]
    project.edit("apis/orders/path", "orders-v2")
    project.must("up")
    assert project.call()["orders"]["ok"] is True
    project.engine = OTHER[project.engine]
    project.must("destroy")
    assert project.state()["latest"].get("resources", []) == []
