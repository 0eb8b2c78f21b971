"""Shows an operation in a terminal, the way the CLI does: progress, tree, messages, outputs, counts."""

import os
import sys
import time
from collections.abc import Iterator

from local.engine import urn as urns
from local.engine.changes import output_changes, property_changes
from local.engine.events import Report, Step
from local.engine.urn import STACK_TYPE

_OPERATIONS = {
    "create": ("+", "creat", "32"),
    "update": ("~", "updat", "33"),
    "replace": ("+-", "replac", "35"),
    "delete": ("-", "delet", "31"),
    "delete-replaced": ("--", "delet", "31"),
    "read": (">", "read", "36"),
    "import": ("=", "import", "36"),
}
_TITLES = {"preview": "Previewing update", "up": "Updating", "refresh": "Refreshing", "destroy": "Destroying"}


class Silent:
    """Shows nothing while the operation runs."""

    def started(self, step: Step) -> None:
        """Nothing."""

    def finished(self, step: Step) -> None:
        """Nothing."""

    def failed(self, step: Step) -> None:
        """Nothing."""


class Terminal:
    """Writes a line when a step begins and when it ends."""

    def __init__(self, operation: str, stack: str) -> None:
        self._preview = operation == "preview"
        self._color = sys.stdout.isatty()
        self._say(f"{_TITLES[operation]} ({stack}):")

    def started(self, step: Step) -> None:
        """A preview decides at once; only work that takes time is announced."""
        if not self._preview and step.resource.custom:
            self._progress(step, "ing")

    def finished(self, step: Step) -> None:
        """How long it took."""
        if not self._preview:
            self._progress(step, "" if step.op == "read" else "ed", f" ({time.monotonic() - step.started:.2f}s)")

    def failed(self, step: Step) -> None:
        """The reason follows among the diagnostics."""
        self._progress(step, "ing", " failed")

    def end(self, report: Report) -> None:
        """Everything that is known when the operation is over."""
        tree = _tree(report) if self._preview else ()
        for section in (tree, _diagnostics(report), _outputs(report, self._preview), _counts(report, self._preview)):
            lines = list(section)
            if lines:
                self._say("\n" + "\n".join(lines))
        self._say(f"\nDuration: {time.monotonic() - report.began:.1f}s")

    def _progress(self, step: Step, ending: str, addition: str = "") -> None:
        sign, stem, _ = _OPERATIONS[step.op]
        original = " original" if step.op == "delete-replaced" else ""
        self._say(f" {sign:2} {step.resource.type} {urns.name(step.urn)} {stem}{ending}{original}{addition}")

    def _say(self, text: str) -> None:
        try:
            print("\n".join(map(self._paint, text.split("\n"))) if self._color else text, flush=True)
        except BrokenPipeError:  # nobody reads any more; the operation goes on
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    @staticmethod
    def _paint(line: str) -> str:
        sign = line.strip().split(" ")[0]
        code = next((color for mark, _, color in _OPERATIONS.values() if mark == sign), None)
        return f"\x1b[{code}m{line}\x1b[0m" if code else line


def _tree(report: Report) -> Iterator[str]:
    """Changed resources, below their parents; what does not change is shown only if something below it does."""
    in_order = [step for step in report.steps if step.op != "delete-replaced"]
    steps = {step.urn: step for step in in_order}  # the last one: what was imported may be updated at once
    shown = {urn for urn, step in steps.items() if step.op != "same"}
    for urn in list(shown):
        parent = steps[urn].resource.parent
        while parent in steps and parent not in shown:
            shown.add(parent)
            parent = steps[parent].resource.parent
    children: dict[str, list[Step]] = {}
    for step in in_order:
        if step.urn in shown:
            parent = step.resource.parent
            children.setdefault(parent if parent in shown else "", []).append(step)
    yield from _branch("", children, 0)


def _branch(parent: str, children: dict[str, list[Step]], depth: int) -> Iterator[str]:
    for step in children.pop(parent, ()):
        sign = _OPERATIONS[step.op][0] if step.op in _OPERATIONS else ""
        word = "" if step.op == "same" else f" {step.op}"
        yield f" {sign:2} {'  ' * depth}{step.resource.type} {urns.name(step.urn)}{word}"
        for line in property_changes(step):
            yield f"    {'  ' * depth}    {line}"
        yield from _branch(step.urn, children, depth + 1)


def _diagnostics(report: Report) -> Iterator[str]:
    if report.diagnostics:
        yield "Diagnostics:"
    for urn in dict.fromkeys(diagnostic.urn for diagnostic in report.diagnostics):
        owner = urn or next((step.urn for step in report.steps if step.resource.type == STACK_TYPE), "")
        yield f"  {urns.resource_type(owner)} ({urns.name(owner)}):" if owner else f"  {STACK_TYPE}:"
        for diagnostic in report.diagnostics:
            if diagnostic.urn == urn:
                prefix = "" if diagnostic.severity == "info" else f"{diagnostic.severity}: "
                yield from (f"    {line}" for line in f"{prefix}{diagnostic.message}".split("\n"))


def _outputs(report: Report, preview: bool) -> Iterator[str]:
    if report.outputs is None or report.errors:
        return
    lines = list(output_changes(report.old_outputs, report.outputs, all_of_them=not preview))
    if lines:
        yield "Outputs:"
        yield from (f"  {line}" for line in lines)


def _counts(report: Report, preview: bool) -> Iterator[str]:
    yield "Resources:"
    kinds = [op for op in ("create", "update", "delete", "replace", "read", "import") if report.counts[op]]
    for op in kinds:
        sign, stem, _ = _OPERATIONS[op]
        word = f"to {op}" if preview else stem if op == "read" else f"{stem}ed"
        yield f"    {sign:2}{report.counts[op]} {word}"
    total = [f"{report.changes} changes"] if len(kinds) > 1 else []
    if report.counts["same"] or not kinds:
        total.append(f"{report.counts['same']} unchanged")
    if total:
        yield f"    {'. '.join(total)}"
