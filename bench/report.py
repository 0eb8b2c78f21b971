"""The results, as JSON for tools and as a table for readers."""

from statistics import median
from typing import Any

from rich.table import Table

from bench.compare import Comparison
from bench.workspace import Measured

TARGETS = {("no-op preview", 100): 0.45, ("first up", 100): 0.65}
"""Ratio to the raw program that must not be exceeded at that many APIs."""
IMPORT_TARGET = 0.15
"""Seconds that importing the components may add."""


def document(engine: str, comparisons: list[Comparison], import_seconds: float) -> dict[str, Any]:
    """Everything that was measured; times in seconds."""
    return {
        "engine": engine,
        "import_added": {"seconds": round(import_seconds, 4), "target": IMPORT_TARGET},
        "comparisons": [
            {
                "apis": each.apis,
                "action": each.action,
                "with_components": _times(each.with_components),
                "raw": _times(each.raw),
                "ratio": round(each.ratio, 3),
                "cpu_ratio": round(each.cpu_ratio, 3),
                "target": TARGETS.get((each.action, each.apis)),
                "same_requests": each.same_requests,
            }
            for each in comparisons
        ],
    }


def _times(runs: list[Measured]) -> dict[str, list[float]]:
    return {
        "seconds": [round(each.seconds, 3) for each in runs],
        "cpu_seconds": [round(each.cpu_seconds, 3) for each in runs],
    }


def table(engine: str, comparisons: list[Comparison], import_seconds: float) -> Table:
    """The medians and their ratios."""
    shown = Table(
        title=f"Components against the raw provider, engine: {engine}",
        caption=f"Importing the components adds {import_seconds:.3f} s (target: {IMPORT_TARGET} s)",
    )
    for heading in (
        "APIs",
        "Resources",
        "Action",
        "Components",
        "Raw",
        "Ratio",
        "Target",
        "CPU ratio",
        "Requests to ARM",
    ):
        shown.add_column(heading, justify="left" if heading in ("Action", "Requests to ARM") else "right")
    for each in comparisons:
        target = TARGETS.get((each.action, each.apis))
        shown.add_row(
            str(each.apis),
            str(1 + 3 * each.apis),
            each.action,
            f"{median(run.seconds for run in each.with_components):.2f} s",
            f"{median(run.seconds for run in each.raw):.2f} s",
            f"{each.ratio:.2f}",
            "" if target is None else f"{target}" + ("" if each.ratio <= target else " missed"),
            f"{each.cpu_ratio:.2f}",
            "the same" if each.same_requests else "DIFFERENT",
        )
    return shown
