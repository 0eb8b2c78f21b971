"""Deploys the same resources with and without components, in turn, and compares the times."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.workspace import BenchError, Measured, Workspace

WITH, RAW = "with_components", "raw"
ACTIONS = ("first up", "no-op preview", "destroy")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One action at one size."""

    apis: int
    """Number of APIs; each has three resources."""
    action: str
    with_components: list[Measured]
    """Run by run."""
    raw: list[Measured]
    """Run by run."""

    @property
    def ratio(self) -> float:
        """Of the median wall times: with components, divided by without."""
        return median(each.seconds for each in self.with_components) / median(each.seconds for each in self.raw)

    @property
    def cpu_ratio(self) -> float:
        """The same of the processor times: what is left of the ratio on a machine that has other things to do."""
        ours, theirs = ([each.cpu_seconds for each in runs] for runs in (self.with_components, self.raw))
        return median(ours) / median(theirs)

    @property
    def same_requests(self) -> bool:
        """Whether both asked ARM for the very same, in any order, in each run."""
        return all(
            ours.requests == theirs.requests for ours, theirs in zip(self.with_components, self.raw, strict=True)
        )


@dataclass(frozen=True, kw_only=True)
class Life:
    """One program from its first `up` to its end."""

    measured: tuple[Measured, ...]
    """In the order of `ACTIONS`."""
    resources: list[dict[str, Any]]
    """What the state held in between."""


def compare(workspace: Workspace, apis: int, runs: int, say: Callable[[str], None]) -> list[Comparison]:
    """Each action `runs` times with either program, alternately."""
    measured: dict[tuple[str, str], list[Measured]] = {
        (action, program): [] for action in ACTIONS for program in (WITH, RAW)
    }
    for number in range(runs):
        for program in (WITH, RAW) if number % 2 == 0 else (RAW, WITH):
            say(f"{apis} APIs, run {number + 1} of {runs}: {program}")
            for action, result in zip(ACTIONS, life(workspace, program, apis).measured, strict=True):
                measured[action, program].append(result)
    return [
        Comparison(
            apis=apis,
            action=action,
            with_components=measured[action, WITH],
            raw=measured[action, RAW],
        )
        for action in ACTIONS
    ]


def life(workspace: Workspace, program: str, apis: int) -> Life:
    """Deploys, previews and destroys; afterwards the service is as it was. Raises BenchError when something is off."""
    up = workspace.run(program, "up", apis=apis)
    resources = workspace.state(program)
    found = len([row for row in resources if row["type"].startswith("azure-native:apimanagement:")])
    if found != 1 + 3 * apis:
        raise BenchError(f"{program} deployed {found} resources instead of {1 + 3 * apis}")
    preview = workspace.run(program, "preview", "--expect-no-changes", apis=apis)
    return Life(measured=(up, preview, workspace.run(program, "destroy", apis=apis)), resources=resources)
