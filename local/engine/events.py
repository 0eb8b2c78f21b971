"""What happens during an operation, for whoever shows it."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from local.engine import urn as urns
from local.engine.plugin import Diff
from local.engine.properties import Properties
from local.engine.resource import Resource


@dataclass(kw_only=True, eq=False)
class Step:
    """One operation on one resource."""

    op: str
    """same, create, update, replace, delete, delete-replaced, read, import; refresh becomes same, update or delete."""
    old: Resource | None = None
    new: Resource | None = None
    diff: Diff | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def resource(self) -> Resource:
        """The new state, or the old one if there is none."""
        resource = self.new or self.old
        if resource is None:
            raise ValueError(self)
        return resource

    @property
    def urn(self) -> str:
        """What the step is about."""
        return self.resource.urn


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """A message for the user."""

    severity: str
    """info, warning, error."""
    message: str
    urn: str = ""


class Audience(Protocol):
    """Shows what happens, as it happens."""

    def started(self, step: Step) -> None:
        """The step has begun; called only for steps that do something."""

    def finished(self, step: Step) -> None:
        """The step succeeded."""

    def failed(self, step: Step) -> None:
        """The step failed; a diagnostic says why."""


@dataclass
class Report:
    """Everything that happened, in order. Thread-safe."""

    audience: Audience
    steps: list[Step] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    config: dict[str, str] = field(default_factory=dict)
    """Configuration of the stack, without its secrets."""
    old_outputs: Properties = field(default_factory=dict)
    """Outputs of the stack before the operation."""
    outputs: Properties | None = None
    """Outputs of the stack after it; None when the program did not get that far."""
    began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, step: Step) -> None:
        """A step begins. Default providers are the engine's own business."""
        if not _internal(step):
            with self._lock:
                self.steps.append(step)
                if step.op != "same":
                    self.audience.started(step)

    def finish(self, step: Step) -> None:
        """A step succeeded."""
        if not _internal(step):
            with self._lock:
                if _counts(step):
                    self.counts[step.op] += 1
                if step.op != "same":
                    self.audience.finished(step)

    def fail(self, step: Step) -> None:
        """A step failed."""
        with self._lock:
            self.audience.failed(step)

    def say(self, severity: str, message: str, urn: str = "") -> None:
        """Keeps a message for the user."""
        with self._lock:
            self.diagnostics.append(Diagnostic(severity=severity, message=message.rstrip("\n"), urn=urn))

    @property
    def errors(self) -> list[Diagnostic]:
        """What went wrong."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]

    @property
    def changes(self) -> int:
        """How many resources change."""
        return sum(count for op, count in self.counts.items() if op not in ("same", "delete-replaced"))


def _counts(step: Step) -> bool:
    """Whether the step is in the summary: a read is only if it found another state than the one that was known.

    source: pulumi/pulumi pkg/engine/update.go (shouldRecordReadStep)
    """
    return step.op != "read" or bool(step.old and step.new and step.old.outputs != step.new.outputs)


def _internal(step: Step) -> bool:
    return step.resource.is_provider and urns.name(step.urn).startswith("default")
