"""The state of a stack during an operation: resources as objects in memory, every change saved at once."""

import itertools
import shutil
import threading
from dataclasses import dataclass
from typing import Any

from local.engine import checkpoint
from local.engine.checkpoint import Location
from local.engine.passphrase import Crypter
from local.engine.resource import Resource, from_json
from local.engine.snapshot import Journal, Rows, replace, replay
from local.errors import LocalError

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What the files of a stack hold, still encrypted."""

    exists: bool
    """Whether the stack was ever saved."""
    deployment: Json
    """Changes that only the journal has are in it."""
    recovered: bool
    """Whether there were such changes."""
    warnings: list[str]


def load(location: Location) -> Stored:
    """Reads the state of a stack, whether or not the last operation lived to the end."""
    path, journal = location.checkpoint, location.journal
    if not path.exists() and path.with_name(path.name + ".gz").exists():
        raise LocalError(f"{path}.gz is compressed; the embedded engine reads plain checkpoints only")
    content = path.read_bytes() if path.exists() else b""
    deployment = checkpoint.parse(content, path) if content else {}
    rows = Rows(
        old=dict(enumerate(deployment.get("resources") or [])),
        pending=dict(enumerate(deployment.get("pending_operations") or [])),
    )
    recovered, warnings = False, []
    if journal.exists():
        recovered = replay(journal, content, rows)
        if not recovered:
            warnings.append(f"{journal} was written for another state of the stack and is ignored")
    changed = {"resources": rows.resources, "pending_operations": list(rows.pending.values())}
    return Stored(
        exists=bool(content),
        deployment=deployment | {key: value for key, value in changed.items() if value or key in deployment},
        recovered=recovered,
        warnings=warnings,
    )


def recover(location: Location) -> None:
    """Writes the journal's changes into the checkpoint, for a reader that does not know about journals."""
    stored = load(location)
    if stored.recovered:
        replace(location.checkpoint, checkpoint.render(location, stored.deployment))
    location.journal.unlink(missing_ok=True)


def back_up(location: Location) -> None:
    """Keeps the present state next to the one that is about to be written."""
    if not location.meta.exists():
        replace(location.meta, b"version: 1\n")
    if location.checkpoint.exists():
        shutil.copy(location.checkpoint, location.backup)


class State:
    """What exists. Thread-safe. A state that is opened to look at only (`writable=False`) is never saved."""

    def __init__(self, location: Location, passphrase: str, salt: str | None, *, writable: bool) -> None:
        stored = load(location)
        self.exists = stored.exists
        self.warnings = stored.warnings
        secrets = stored.deployment.get("secrets_providers") or {}
        if secrets and secrets.get("type") != "passphrase":
            raise LocalError(f"the state of {location.stack} is encrypted by {secrets.get('type')!r}, not a passphrase")
        self.crypter = Crypter(passphrase, secrets["state"]["salt"] if secrets else salt)
        self._location = location
        self._lock = threading.Lock()
        self._sealed: dict[tuple[str, str], str] = {}
        rows = stored.deployment.get("resources") or []
        self.resources = [self._decode(number, row) for number, row in enumerate(rows)]
        """What was there when the operation began; everything follows what it needs."""
        pending = stored.deployment.get("pending_operations") or []
        self.interrupted = [operation for operation in pending if operation["type"] == "creating"]
        """Creations that an earlier process did not live to finish: `type` and `resource`."""
        self._numbers = itertools.count(len(rows))
        self._rows = Rows(old=dict(enumerate(rows)))
        self._rows.pending = {next(self._numbers): operation for operation in self.interrupted}
        self._journal: Journal | None = None
        self._prepared = False
        if writable:
            self._journal = Journal(location.journal, location.checkpoint, self._rows, self._render)
            self._journal.written = stored.recovered or not stored.exists

    def save(self, *resources: Resource, drop: Resource | None = None, end: int | None = None) -> None:
        """One step: adds or changes resources, drops one, and ends an operation, all or nothing."""
        with self._lock:
            changes: list[list[Any]] = []
            for resource in resources:
                if resource.serial < 0:
                    resource.serial = next(self._numbers)
                changes.append(["put", resource.serial, self._encode(resource)])
            if drop:
                changes.append(["drop", drop.serial])
            if end is not None:
                changes.append(["end", end])
            self._record(changes)

    def keep(self, resource: Resource) -> None:
        """The resource is as it should be."""
        with self._lock:
            self._record([["keep", resource.serial]])

    def begin(self, kind: str, resource: Resource) -> int:
        """A call that changes the resource is about to be made; `kind`: creating, updating, deleting."""
        with self._lock:
            number = next(self._numbers)
            self._record([["begin", number, {"resource": self._encode(resource), "type": kind}]])
            return number

    def forget_interrupted(self, urn: str | None = None) -> None:
        """What an interrupted creation did is known by now: of one resource, or of all."""
        with self._lock:
            known = [
                ["end", number]
                for number, operation in self._rows.pending.items()
                if operation in self.interrupted and urn in (None, operation["resource"]["urn"])
            ]
            if known:
                self._record(known)

    def remaining(self) -> list[Resource]:
        """Of what was there at the beginning: what the operation has neither replaced nor dropped."""
        with self._lock:
            return [resource for resource in self.resources if resource.serial in self._rows.old]

    def close(self) -> None:
        """Writes the checkpoint, if anything changed."""
        if self._journal and self._journal.written:
            if not self._prepared:
                back_up(self._location)
            self._journal.fold()

    def _record(self, changes: list[list[Any]]) -> None:
        if self._journal is None:
            self._rows.apply(changes)
            return
        if not self._prepared and any(change[0] != "keep" for change in changes):
            self._prepared = True
            back_up(self._location)
        self._journal.record(changes)

    def _render(self) -> bytes:
        rows = self._rows
        deployment = checkpoint.assemble(rows.resources, list(rows.pending.values()), self.crypter.state)
        return checkpoint.render(self._location, deployment)

    def _decode(self, number: int, row: Json) -> Resource:
        def decrypt(ciphertext: str) -> str:
            text = self.crypter.decrypt(ciphertext)
            self._sealed[row["urn"], text] = ciphertext
            return text

        opened = {key: checkpoint.unseal(row[key], decrypt) for key in ("inputs", "outputs") if row.get(key)}
        resource = from_json(row | opened)
        resource.serial = number
        return resource

    def _encode(self, resource: Resource) -> Json:
        def encrypt(text: str) -> str:
            known = self._sealed.get((resource.urn, text))
            return known or self._sealed.setdefault((resource.urn, text), self.crypter.encrypt(text))

        if self._journal is None:
            return {}  # nobody reads it
        row = resource.to_json()
        return row | {key: checkpoint.seal(row[key], encrypt) for key in ("inputs", "outputs") if key in row}
