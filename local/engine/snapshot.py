"""The state of a stack while an operation changes it, saved after every step without writing it whole each time.

Each step is one line. Lines are appended to a journal next to the checkpoint; the checkpoint itself is written
again when that costs little compared with the time since the last time, and at the end. A process that is killed
leaves checkpoint and journal, and whoever loads the stack next folds the one into the other.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

Json = dict[str, Any]
Changes = list[list[Any]]

PATIENCE = 20
"""The checkpoint is written at most a 20th of the time."""


@dataclass
class Rows:
    """The encoded resources and pending operations, by number."""

    old: dict[int, Json] = field(default_factory=dict)
    """What the operation found and did not touch yet."""
    new: dict[int, Json] = field(default_factory=dict)
    """What it created, updated or found to be right, in this order: dependencies come first."""
    pending: dict[int, Json] = field(default_factory=dict)

    def apply(self, changes: Changes) -> None:
        """One step: `put` (add or change), `keep` (found right), `drop`, `begin`, `end`, all or nothing."""
        for verb, number, *content in changes:
            if verb == "put":
                (self.old if number in self.old else self.new)[number] = content[0]
            elif verb == "keep" and number in self.old:
                self.new[number] = self.old.pop(number)
            elif verb == "drop":
                self.old.pop(number, None)
                self.new.pop(number, None)
            elif verb == "begin":
                self.pending[number] = content[0]
            elif verb == "end":
                self.pending.pop(number, None)

    @property
    def resources(self) -> list[Json]:
        """Everything that exists, dependencies first."""
        return [*self.new.values(), *self.old.values()]


def replay(journal: Path, checkpoint: bytes, rows: Rows) -> bool:
    """Applies what an interrupted operation left; False when the journal is not that of this checkpoint."""
    head, *records = journal.read_bytes().split(b"\n")
    base, new, old, pending = json.loads(head)
    if base != _fingerprint(checkpoint):
        return False
    existing = dict(zip([*new, *old], rows.resources, strict=True))
    rows.new = {number: existing[number] for number in new}
    rows.old = {number: existing[number] for number in old}
    rows.pending = dict(zip(pending, rows.pending.values(), strict=True))
    for record in records[:-1]:  # the last line is empty, or torn
        rows.apply(json.loads(record))
    return True


def _fingerprint(checkpoint: bytes) -> str:
    return hashlib.sha256(checkpoint).hexdigest()


class Journal:
    """Saves the rows of a running operation; `render` gives the bytes of the whole checkpoint."""

    def __init__(self, path: Path, checkpoint: Path, rows: Rows, render: Callable[[], bytes]) -> None:
        self._path = path
        self._checkpoint = checkpoint
        self._rows = rows
        self._render = render
        self._file: BinaryIO | None = None
        self._head: list[Any] = []
        self._due = 0.0
        self._kept: Changes = []
        self.written = False
        """Whether anything was saved."""

    def record(self, changes: Changes) -> None:
        """Applies and saves one step. That resources are right is not worth a line of its own: the next line has it."""
        self._rows.apply(changes)
        if all(change[0] == "keep" for change in changes):
            self._kept += changes
            return
        self.written = True
        if time.monotonic() >= self._due:
            self.fold()
            return
        if self._file is None:
            self._file = _open(self._path)
            self._file.write(_line(self._head))
        self._file.write(_line(self._kept + changes))
        self._file.flush()
        self._kept = []

    def fold(self) -> None:
        """Writes the checkpoint, in one step, and starts the journal anew."""
        started = time.monotonic()
        content = self._render()
        replace(self._checkpoint, content)
        self._kept = []
        if self._file:
            self._file.close()
            self._file = None
        self._path.unlink(missing_ok=True)
        self._head = [_fingerprint(content), *map(list, (self._rows.new, self._rows.old, self._rows.pending))]
        self._due = time.monotonic() + PATIENCE * (time.monotonic() - started)


def _line(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _open(path: Path) -> BinaryIO:
    """A new file that only its owner may read; written by whoever closes or flushes it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def replace(path: Path, content: bytes) -> None:
    """Writes a file so that a reader sees the old content or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with _open(draft) as file:
        file.write(content)
    draft.replace(path)
