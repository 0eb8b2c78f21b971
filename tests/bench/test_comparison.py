"""The benchmark compares like with like: both programs deploy the same resources with the same requests to ARM."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bench import workspace
from bench.compare import RAW, WITH, Comparison, Life, life
from bench.workspace import Measured, Workspace

pytestmark = pytest.mark.end_to_end
APIS = 3


@pytest.fixture(scope="module")
def embedded() -> Iterator[Workspace]:
    with workspace.opened("embedded") as opened:
        yield opened


@pytest.fixture(scope="module")
def lives(embedded: Workspace) -> dict[str, Life]:
    """Either program's."""
    return {program: life(embedded, program, APIS) for program in (WITH, RAW)}


def resources(state: list[dict[str, Any]]) -> list[Any]:
    """What is in ARM, and what it needs there. A policy's text differs in comments: the binding's markers."""
    custom = {row["urn"]: row for row in state if row["custom"] and not row["type"].startswith("pulumi:")}
    return sorted(
        (
            row["id"],
            {key: value for key, value in row["inputs"].items() if key not in ("value", "data", "password")},
            sorted(custom[urn]["id"] for urn in row.get("dependencies", ()) if urn in custom),
        )
        for row in custom.values()
    )


def test_both_programs_ask_arm_for_the_very_same(lives: dict[str, Life]) -> None:
    ours, theirs = ([each.requests for each in lives[program].measured] for program in (WITH, RAW))
    assert ours == theirs
    assert {(method, status) for method, _, status in ours[0]} >= {("PUT", 201), ("GET", 404), ("GET", 200)}
    assert [sum(count for (method, *_), count in each.items() if method == "PUT") for each in ours] == [10, 0, 0]
    assert [sum(count for (method, *_), count in each.items() if method == "DELETE") for each in ours] == [0, 0, 10]


def test_both_programs_deploy_the_very_same_resources_with_the_same_dependencies(lives: dict[str, Life]) -> None:
    ours, theirs = (resources(lives[program].resources) for program in (WITH, RAW))
    assert len(ours) == 1 + 3 * APIS
    assert ours == theirs


def test_a_program_that_fails_is_an_error_and_no_figure(embedded: Workspace) -> None:
    with pytest.raises(workspace.BenchError, match="up --stack bench"):
        embedded.run("no_such_program", "up")


def runs(*seconds: float) -> list[Measured]:
    return [Measured(seconds=each, cpu_seconds=2 * each, requests=Counter(), output="") for each in seconds]


@pytest.mark.parametrize(("ours", "expected"), [((1.0, 9.0, 2.0), 0.5), ((4.0, 4.0, 4.0), 1.0)])
def test_the_ratio_is_that_of_the_medians(ours: tuple[float, ...], expected: float) -> None:
    comparison = Comparison(apis=1, action="first up", with_components=runs(*ours), raw=runs(4.0, 1.0, 8.0))
    assert comparison.ratio == expected
    assert comparison.cpu_ratio == expected


def test_other_requests_are_told_from_the_same() -> None:
    [same], other = runs(1.0), replace(runs(1.0)[0], requests=Counter([("GET", "/subscriptions/x", 200)]))
    assert Comparison(apis=1, action="destroy", with_components=[same], raw=[same]).same_requests
    assert not Comparison(apis=1, action="destroy", with_components=[same], raw=[other]).same_requests
