"""Carries out single steps: calls the provider, saves what came of it, and tells who is watching.

A step that changes something is recorded as a pending operation before its call, and is saved whole after it. After a
failure no further step begins; those under way are finished and saved.
source: pulumi/pulumi pkg/resource/deploy/step.go, step_executor.go, pkg/backend/snapshot.go
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from local.engine import urn as urns
from local.engine.events import Report, Step
from local.engine.plugin import Created, Diff, Plugin, ProviderError
from local.engine.properties import keep_secret
from local.engine.providers import Configurations
from local.engine.resource import Resource, now
from local.engine.state import State

Handler = Plugin | Configurations | None
"""Who handles a resource; nobody handles a component."""


class StoppedError(Exception):
    """Something failed elsewhere, or the user interrupted: no further step begins."""


class Steps:
    """Carries steps out, at most `parallel` at once."""

    def __init__(self, state: State, report: Report, *, preview: bool, parallel: int) -> None:
        self.stopped = threading.Event()
        self.preview = preview
        self._state = state
        self._report = report
        self._slots = threading.Semaphore(parallel)

    def create(
        self,
        new: Resource,
        handler: Handler,
        replaced: Resource | None = None,
        diff: Diff | None = None,
        *,
        deleted_first: bool = False,
    ) -> None:
        """Creates a resource; the one that it replaces is marked for deletion in the same moment.

        Only a preview has `deleted_first`: then there is nothing left to be marked.
        """
        with self._running(Step(op="replace" if replaced else "create", old=replaced, new=new, diff=diff)):
            saved = [new]
            if replaced and not deleted_first:
                replaced.delete = True
                saved.append(replaced)
            pending = None
            if handler:
                pending = self._state.begin("creating", new)
                timeout = new.custom_timeouts.get("create", 0.0)
                try:
                    self._take(new, handler.create(new.urn, new.inputs, timeout, preview=self.preview))
                except ProviderError as error:
                    if replaced:
                        replaced.delete = error.partial is not None
                    self._failed(new, error, saved, pending)
                    raise
            new.created = new.modified = now()
            self._state.save(*saved, drop=replaced if deleted_first else None, end=pending)
            self._state.forget_interrupted(new.urn)

    def update(self, old: Resource, new: Resource, handler: Handler, diff: Diff) -> None:
        """Changes a resource."""
        with self._running(Step(op="update", old=old, new=new, diff=diff)):
            new.outputs = old.outputs
            if handler is None:
                self._state.save(new, drop=old)
                return
            pending = self._state.begin("updating", new)
            try:
                self._take(new, handler.update(new.urn, old, new, preview=self.preview))
            except ProviderError as error:
                if error.partial:
                    new.inputs = old.inputs  # not fully applied: the next update does it again
                self._failed(new, error, [new], pending, drop=old)
                raise
            new.modified = now()
            self._state.save(new, drop=old, end=pending)

    def same(self, old: Resource, new: Resource) -> Resource:
        """Nothing to do, except to note what changed in the resource's options; returns the state that goes on."""
        new.outputs = keep_secret(old.outputs, new.inputs, new.additional_secret_outputs)
        step = Step(op="same", old=old, new=new)
        self._report.start(step)
        if new.to_json() == old.to_json():
            self._state.keep(old)
            new = old
        else:
            self._state.save(new, drop=old)
        self._report.finish(step)
        return new

    def read(self, new: Resource, old: Resource | None, handler: Handler) -> None:
        """Reads a resource that the stack only uses (external)."""
        with self._running(Step(op="read", old=old, new=new)):
            self._take(new, self._found(new, new.id, handler))
            self._state.save(new, drop=old)

    def take_over(self, wanted: Resource, old: Resource | None, handler: Handler) -> Resource:
        """Imports a resource as it is; one that the stack had in its place is marked for deletion."""
        new = replace(wanted, inputs={})
        step = Step(op="replace", old=old, new=new) if old else Step(op="import", new=wanted.copy())
        with self._running(step):
            found = self._found(new, new.import_id, handler)
            if found.inputs is None:
                raise ProviderError(
                    "provider does not support importing resources; please try updating the "
                    f"'{urns.package(new.type)}' plugin"
                )
            new.inputs = found.inputs
            new.created = new.modified = now()
            self._take(new, found)
            if old:
                old.delete = True
            self._state.save(new, *([old] if old else []))
        return new

    def delete(self, old: Resource, handler: Handler) -> None:
        """Deletes a resource; without a handler it is only forgotten."""
        with self._running(Step(op="delete-replaced" if old.delete else "delete", old=old)):
            pending = self._state.begin("deleting", old)
            try:
                if handler and not self.preview:
                    handler.delete(old)
            except ProviderError:
                self._state.save(end=pending)
                raise
            self._state.save(drop=old, end=pending)

    @contextmanager
    def _running(self, step: Step) -> Iterator[None]:
        with self._slots:
            if self.stopped.is_set():
                raise StoppedError
            self._report.start(step)
            try:
                yield
            except ProviderError as error:
                self.stopped.set()
                self._report.say("error", f"Preview failed: {error}" if self.preview else str(error), step.urn)
                self._report.fail(step)
                raise StoppedError from error
            self._report.finish(step)

    @staticmethod
    def _found(new: Resource, identity: str, handler: Handler) -> Created:
        found = handler.read(new.urn, identity, new.inputs, {}) if isinstance(handler, Plugin) else None
        if found is None:
            raise ProviderError(f"resource '{identity}' does not exist")
        return found

    @staticmethod
    def _take(new: Resource, made: Created) -> None:
        new.id = made.id
        new.outputs = keep_secret(made.outputs, new.inputs, new.additional_secret_outputs)
        new.init_errors = made.reasons

    def _failed(
        self, new: Resource, error: ProviderError, saved: list[Resource], pending: int, drop: Resource | None = None
    ) -> None:
        """Saves what exists although the call failed."""
        if error.partial is None:
            self._state.save(end=pending)
            return
        self._take(new, error.partial)
        new.modified = now()
        new.created = new.created or new.modified
        self._state.save(*saved, drop=drop, end=pending)
