"""Decides what becomes of each resource that a program registers, and has it done.

Find its old state (by URN or alias), let the provider check the inputs and compare them with the old ones; then create,
update, leave alone, or replace: create the new one and mark the old one, which is deleted after the program has ended,
when everything that needed it was updated. Resources are handled concurrently, as the program registers them.
source: pulumi/pulumi pkg/resource/deploy/step_generator.go, default_providers.go
"""

import os
import threading
from dataclasses import dataclass, replace
from typing import Any

from local.engine import default_providers
from local.engine import goal as goals
from local.engine import urn as urns
from local.engine.config import Value
from local.engine.events import Report
from local.engine.goal import Goal
from local.engine.packages import Packages
from local.engine.plugin import Diff, Plugin, ProviderError
from local.engine.properties import (
    UNKNOWN,
    Properties,
    UnsupportedError,
    from_struct,
    has_unknown,
    redacted,
    restore,
)
from local.engine.providers import Configurations, Plugins
from local.engine.resource import Resource
from local.engine.state import State
from local.engine.steps import Handler, Steps, StoppedError
from local.errors import LocalError


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is deployed, and how."""

    project: str
    stack: str
    config: dict[str, Value]
    preview: bool
    parallel: int = 16


class Deployment:
    """One operation on one state."""

    def __init__(self, scope: Scope, state: State, plugins: Plugins, report: Report) -> None:
        self.scope = scope
        self.state = state
        self.report = report
        self.steps = Steps(state, report, preview=scope.preview, parallel=scope.parallel)
        self.old = {resource.urn: resource for resource in state.resources if not resource.delete}
        self.new: dict[str, Resource] = {}
        """What was registered, as it is now."""
        self.packages = Packages()
        """The parameterized packages that were registered."""
        self._configurations = Configurations(plugins)
        self._aliases = urns.Aliases(scope.stack, scope.project)
        self._claimed: dict[str, str] = {}
        self._replaced: set[str] = set()
        self._deleted_first: set[str] = set()
        self._lock = threading.Lock()
        self._defaults = threading.Lock()

    def register(self, request: Any) -> Resource:
        """Makes one resource what the program wants it to be."""
        urn = urns.create(self.scope.stack, self.scope.project, request.parent, request.type, request.name)
        provider = self._reference(request, urn)
        with self._lock:
            if request.parent and request.parent not in self.new:
                raise LocalError(f"could not find parent resource {request.parent}")
            old = self._claim(request, urn)
            package = self.packages.get(request.packageRef)
            goal = goals.read(request, urn, provider, self.new.get(request.parent), package)
        if old and old.urn != urn:
            goal.new.aliases = [old.urn]
        if old and (old.custom != goal.new.custom or (old.external and not goal.new.import_id)):
            raise UnsupportedError(f"taking over {urn}, which was read, or was no component before")
        return self._settle(goal, old)

    def read(self, request: Any) -> Resource:
        """Reads a resource that the stack uses but does not own."""
        new = Resource(
            urn=urns.create(self.scope.stack, self.scope.project, request.parent, request.type, request.name),
            custom=True,
            external=True,
            type=request.type,
            id=request.id,
            inputs=from_struct(request.properties),
            parent=request.parent,
            dependencies=sorted(request.dependencies),
            provider=self._reference(request),
            additional_secret_outputs=list(request.additionalSecretOutputs),
        )
        with self._lock:
            self._claim_urn(new.urn)
        old = self.old.get(new.urn)
        if old and not old.external:
            raise UnsupportedError(f"reading {new.urn}, which the stack itself created")
        if new.id != UNKNOWN:
            self.steps.read(new, old, self.handler(new))
        return self._done(new)

    def outputs(self, urn: str, outputs: Properties) -> None:
        """Outputs of a component, or of the stack: those are saved when the operation is over."""
        with self._lock:
            resource = self.new[urn]
            if resource.type == urns.STACK_TYPE:
                self.report.outputs = outputs
            elif resource.outputs != outputs:
                self.new[urn] = replace(resource, outputs=outputs)
                self.state.save(self.new[urn])

    def finish_stack(self, *, failed: bool) -> None:
        """Saves the outputs of the stack; after a failure those that are missing keep their old values."""
        stack = next((found for found in self.new.values() if found.type == urns.STACK_TYPE), None)
        if stack and self.report.outputs is not None:
            outputs = (stack.outputs if failed else {}) | self.report.outputs
            if outputs != stack.outputs:
                self.state.save(replace(stack, outputs=outputs))

    def handler(self, resource: Resource) -> Handler:
        """Who handles a resource; its provider is ready afterwards."""
        if not resource.custom:
            return None
        return self._configurations if resource.is_provider else self._plugin(resource.provider, resource.urn)

    def invoke(self, request: Any) -> Any:
        """Calls a function of a provider; the answer is an InvokeResponse."""
        plugin = self._plugin(request.provider or self._default(request, request.tok), request.tok)
        return plugin.invoke(request.tok, from_struct(request.args), preview=self.scope.preview)

    def _plugin(self, reference: str, asking: str) -> Plugin:
        """The plugin as the provider with this reference configures it."""
        urn, _, identity = reference.rpartition("::")
        known = [self.new.get(urn), *self.state.resources]
        provider = next((found for found in known if found and (found.urn, found.id) == (urn, identity)), None)
        if provider is None:
            raise LocalError(f"the state of {asking} names a provider that does not exist: {reference}")
        return self._configurations.ready(provider)

    def _reference(self, request: Any, urn: str = "") -> str:
        """Provider of a request; a component, or a provider, has none."""
        if not getattr(request, "custom", True) or request.type.startswith(urns.PROVIDER_PREFIX):
            return ""
        return str(request.provider) or self._default(request, request.type, urn)

    def _default(self, request: Any, token: str, asking: str = "") -> str:
        """The default provider for a request, registered when first needed."""
        default_providers.refuse_disabled(request, asking, self.scope.config)
        package = self.packages.get(request.packageRef)
        kind, name, inputs = default_providers.wanted(request, token, package, self.scope.config)
        urn = urns.create(self.scope.stack, self.scope.project, "", kind, name)
        with self._defaults:
            if urn not in self.new:
                new = Resource(urn=urn, custom=True, type=kind, inputs=inputs)
                self._settle(Goal(new=new, properties=inputs, delete_before_replace=None), self.old.get(urn))
            return f"{urn}::{self.new[urn].id}"

    def _claim_urn(self, urn: str) -> None:
        if urn in self._claimed:
            raise LocalError(f"Duplicate resource URN '{urn}'; try giving it a unique name")
        self._claimed[urn] = urn

    def _claim(self, request: Any, urn: str) -> Resource | None:
        """The old state that a registration goes on from."""
        self._claim_urn(urn)
        if urn in self.old:
            return self.old[urn]
        former = next((alias for alias in self._aliases.candidates(request) if alias in self.old), None)
        if former is None:
            return None
        if former in self._claimed:
            raise LocalError(
                f"Duplicate resource alias '{former}' applied to resource with URN '{urn}' conflicting with resource "
                f"with URN '{self._claimed[former]}'"
            )
        self._claimed[former] = urn
        self._aliases.former[urn] = former
        return self.old[former]

    def _done(self, resource: Resource) -> Resource:
        with self._lock:
            self.new[resource.urn] = resource
        return resource

    def _settle(self, goal: Goal, old: Resource | None) -> Resource:
        """Brings a resource from its old state, if it has one, to the new one."""
        new = goal.new
        handler = self.handler(new)
        imports = _is_import(new, old)
        if imports:
            old = self.steps.take_over(new, old, handler)
        self._check(goal, old, handler)
        if old is None:
            self.steps.create(new, handler)
            return self._done(new)
        new.id, new.created, new.modified = old.id, old.created, old.modified
        diff = self._diff(new, old, handler)
        if diff.replaces:
            self._replace(goal, old, handler, diff)
        elif diff.changes or old.init_errors:
            self.steps.update(old, new, handler, diff)
        elif imports:
            new = old  # what was imported is as the program wants it
        else:
            new = self.steps.same(old, new)
        return self._done(new)

    def _check(self, goal: Goal, old: Resource | None, handler: Handler) -> None:
        new = goal.new
        new.inputs = restore(goal.properties, old.inputs, new.ignore_changes) if old else goal.properties
        if handler is None:
            return
        new.inputs, failures = handler.check(new.urn, old.inputs if old else {}, new.inputs, os.urandom(32))
        for failure in failures:
            name = f"{new.type} resource '{urns.name(new.urn)}'"
            if failure.property:
                name += f": property {failure.property} value {{{redacted(new.inputs.get(failure.property))}}}"
            self.report.say("error", f"{name} has a problem: {failure.reason}", new.urn)
        if failures:
            raise StoppedError
        if has_unknown(new.inputs) and not self.scope.preview:
            raise ProviderError("an input is still unknown, although everything it depends on exists")

    def _diff(self, new: Resource, old: Resource, handler: Handler) -> Diff:
        if handler is None:
            return Diff(changes=old.inputs != new.inputs)
        if old.taint:
            return Diff(changes=True, replaces=["id"])
        if new.deleted_with in self._replaced:
            return Diff(changes=True, replaces=["deletedWith"])
        if old.provider != new.provider and self._other_provider(old, new):
            return Diff(changes=True, replaces=["provider"])
        diff = handler.diff(new.urn, old, new.inputs, new.ignore_changes)
        changed = {path.split(".")[0].split("[")[0] for path in (*diff.keys, *(diff.details or ()))}
        wanted = {path.split(".")[0].split("[")[0] for path in new.replace_on_changes}
        forced = changed if "*" in wanted else changed & wanted
        return replace(diff, replaces=sorted({*diff.replaces, *forced})) if diff.changes else Diff(changes=False)

    def _other_provider(self, old: Resource, new: Resource) -> bool:
        """Whether the resource cannot go on with its new provider."""
        before, after = (resource.provider.rpartition("::")[0] for resource in (old, new))
        if before not in self.old or self._aliases.former.get(after) == before:
            return False
        return bool(self._configurations.diff(after, self.old[before], self.new[after].inputs, []).replaces)

    def _replace(self, goal: Goal, old: Resource, handler: Handler, diff: Diff) -> None:
        new = goal.new
        if old.protect and new.protect:
            raise LocalError(
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the '
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
            )
        if new.import_id:
            self._refuse_replacement(old, new, diff)
        by_provider = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        if by_provider and not self.scope.preview:
            raise UnsupportedError(f"replacing {new.urn} by deleting it first (delete_before_replace)")
        with_another = self._deleted_first & {urn for urns in new.property_dependencies.values() for urn in urns}
        self._check(goal, None, handler)
        with self._lock:
            self._replaced.add(new.urn)
            if by_provider or with_another:  # in a preview: only the CLI can carry it out
                self._deleted_first.add(new.urn)
        new.id = ""
        first, reason = new.urn in self._deleted_first, None if with_another else diff
        self.steps.create(new, handler, replaced=old, diff=reason, deleted_first=first)

    def _refuse_replacement(self, old: Resource, new: Resource, diff: Diff) -> None:
        """An import names the one resource that it may be: in a preview a warning, otherwise an error."""
        values = [
            f"{key}: {{{redacted(old.inputs.get(key))}}} => {{{redacted(new.inputs.get(key))}}}"
            for key in diff.replaces
        ]
        message = (
            "previously-imported resources that still specify an ID may not be replaced; please remove the `import` "
            "declaration from your program;\n" + "\n".join(values)
        )
        self.report.say("warning" if self.scope.preview else "error", message, new.urn)
        if not self.scope.preview:
            raise StoppedError


def _is_import(new: Resource, old: Resource | None) -> bool:
    """Whether the program names an existing resource that the stack does not own yet."""
    if not (new.custom and new.import_id):
        return False
    return old is None or old.external or (old.import_id or old.id) != new.import_id
