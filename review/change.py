"""A change: the stack before and after it, and the steps between."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from review.coverage import WHOLE, Coverage, coverage, shows_sames
from review.documents import Deployment, Diagnostic, Preview, State
from review.documents import Step as Written
from review.errors import ReviewError
from review.text import clean
from rules.graph import Graph, Resource, name_of, plain, stack_and_project, unversioned

Op = Literal["create", "update", "replace", "delete", "import"]
_OPS: Mapping[str, Op] = {
    "create": "create",
    "import": "import",
    "update": "update",
    "replace": "replace",
    "import-replacement": "replace",
    "delete": "delete",
}
"""The steps that change something. The two halves of a replacement are its one `replace`."""
_CONTENT = {"data", "password", "keyVault"}
_OF_CONTENT = {"thumbprint", "subject", "expirationDate"}
"""What Azure says of a certificate: the same for another entity that is made of the same PFX."""
_NOTE = re.compile(r"^(https://\S+): thumbprint ([0-9A-F]{40}), valid until (\d{4}-\d{2}-\d{2})\s*$")
"""What the components say of a certificate in Key Vault that they looked up (components/key_vault.py, `notes`)."""
_ENDED = ("an unhandled error occurred: program exited", "preview failed")
"""What the engines add to whatever went wrong."""
_FORBIDDEN = ["preview failed"]
"""All that the CLI says in JSON when everything could be previewed, and a mandatory policy was violated; which one it
says on the terminal only (pulumi/pulumi pkg/backend/display/json.go leaves policies out)."""
_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One resource that changes."""

    op: Op
    """What happens to it."""
    before: Resource | None
    """As it was; None for one that is new."""
    after: Resource | None
    """As it will be; None for one that is deleted."""
    changed: tuple[str, ...]
    """The properties that differ."""
    forced: tuple[str, ...]
    """Those for which it has to be replaced."""
    custom: bool = True
    """Whether it is a resource of a provider, and not a component."""
    deletes_first: bool = False
    """Whether a replacement deletes the old one before it creates the new one."""

    @property
    def roots(self) -> set[str]:
        """The inputs that differ, without the paths inside them."""
        return {each.partition(".")[0].partition("[")[0] for each in self.changed}

    @property
    def resource(self) -> Resource:
        """The resource, as it will be if it stays."""
        found = self.after or self.before
        assert found  # noqa: S101 - a step is about a resource
        return found


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a preview says, and what stays as it is."""

    project: str
    """Name of the project."""
    stack: str
    """Name of the stack."""
    before: Graph
    """The stack as it is."""
    after: Graph
    """The stack as it will be."""
    steps: tuple[Step, ...]
    """What changes, in the engine's order; components are among them."""
    leftovers: tuple[Resource, ...] = ()
    """What an earlier deployment replaced and could not delete: it is deleted now."""
    errors: tuple[str, ...] = ()
    """Why the preview failed; empty when it did not."""
    forbidden: bool = False
    """Whether a mandatory policy of a policy pack was violated."""
    warnings: tuple[str, ...] = ()
    """What the preview warned of."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """The stack's configuration, secrets hidden."""
    coverage: Coverage = WHOLE
    """What the preview looked at."""

    @cached_property
    def step_of(self) -> dict[str, Step]:
        """URN -> what happens to the resource; those to which nothing happens are not in it."""
        return {each.resource.urn: each for each in self.steps}


def named(resource: Resource) -> str:
    """Kind and name, as a reader knows it."""
    return clean(f"{resource.type.rpartition(':')[2]} {resource.name}")


def is_azure(resource: Resource) -> bool:
    """Whether it is something in Azure; components are not."""
    return resource.type.startswith("azure-native:")


def read(preview: Preview, base: Deployment | None) -> Change:
    """The change. Raises `ReviewError` when preview and state are of different stacks."""
    stack, project = _identity(preview, base)
    said = _said(preview.diagnostics, "error")
    forbidden = said == _FORBIDDEN and bool(preview.change_summary)
    errors = () if forbidden else tuple(said)
    covered = coverage(preview, base, failed=bool(errors))
    renamed = _renamed(preview.steps)
    known = {
        each.urn: each
        for state in (base.resources if base else ())
        if not state.delete
        for each in (_resource(state, renamed),)
    }
    before = dict(known)
    after = dict(known)
    steps: list[Step] = []
    for each in preview.steps:
        if each.urn in covered.skipped:
            continue
        old = _resource(each.old_state, renamed) if each.old_state else known.get(each.urn)
        new = _new(each, old)
        if old and each.op not in ("create", "import"):
            before.setdefault(each.urn, old)
        if new and each.op not in ("delete", "discard"):
            after[each.urn] = new
        if each.op == "delete":
            after.pop(each.urn, None)
        if each.op in _OPS:
            steps.append(_step(each, old, new))
    whole = base is not None or (shows_sames(preview) and not errors)
    earlier = Graph(stack=stack, project=project, resources=_real(before), whole=whole)
    return Change(
        project=project,
        stack=stack,
        before=earlier,
        after=Graph(
            stack=stack,
            project=project,
            resources=_real(after),
            whole=whole and covered.kind in ("whole", "unproved"),
            previous=earlier,
            removed=tuple(each.before for each in steps if each.op in ("delete", "replace") and each.before),
            removed_first=frozenset(each.resource.urn for each in steps if each.deletes_first),
            renewals=_renewals(preview.diagnostics),
        ),
        steps=tuple(steps),
        leftovers=tuple(_resource(each, renamed) for each in (base.resources if base else ()) if each.delete),
        errors=errors,
        forbidden=forbidden,
        warnings=tuple(_said(preview.diagnostics, "warning")),
        config=preview.config,
        coverage=covered,
    )


def _renamed(steps: Iterable[Written]) -> dict[str, str]:
    """URN before -> URN after, of what has another name and is the same (`aliases`)."""
    pairs = ((each.old_state.urn, each.urn) for each in steps if each.old_state and each.new_state)
    return {old: new for old, new in pairs if old != new}


def _identity(preview: Preview, base: Deployment | None) -> tuple[str, str]:
    previewed = stack_and_project(each.urn for each in preview.steps)
    stored = stack_and_project(each.urn for each in (base.resources if base else ()))
    if len(previewed) > 1:
        raise _foreign(
            "The preview is of several stacks", _named(previewed), "one stack", "preview one stack at a time"
        )
    if previewed and stored and previewed != stored:
        fix = "export the state of the stack that was previewed"
        raise _foreign("Preview and state are of different stacks", _named(stored), _named(previewed), fix)
    found = next(iter(previewed or stored), None)
    return found or ("?", next((key.partition(":")[0] for key in preview.config), "?"))


def _foreign(what: str, got: str, allowed: str, fix: str) -> ReviewError:
    return ReviewError(
        f"{what}\n    where:   the steps\n    got:     {got}\n    allowed: {allowed}\n    fix:     {fix}"
    )


def _named(found: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"stack {stack} of project {project}" for stack, project in sorted(found))


def _resource(state: State, renamed: Mapping[str, str]) -> Resource:
    """A resource, under the names that everything has after the change."""
    urn = renamed.get(state.urn, state.urn)
    return Resource(
        urn=urn,
        type=unversioned(state.type),
        name=name_of(urn),
        inputs=_object(state.inputs),
        outputs=_object(state.outputs),
        id=state.id or None,
        parent=renamed.get(state.parent, state.parent),
        dependencies=frozenset(renamed.get(each, each) for each in state.dependencies),
        property_dependencies={
            key: tuple(renamed.get(each, each) for each in urns) for key, urns in state.property_dependencies.items()
        },
        protect=state.protect,
    )


def _object(given: Mapping[str, Any]) -> dict[str, Any]:
    """The properties; none where a special value stands in their place."""
    found = plain(given)
    return found if isinstance(found, dict) else {}


def _new(step: Written, old: Resource | None) -> Resource | None:
    """The resource after a step. What Azure said of it before still holds, if its content stays."""
    if step.new_state is None:
        return None
    new = _resource(step.new_state, {})
    stays = step.op in ("same", "update", "read", "refresh") and old is not None
    if not old:
        return new
    if stays and new.outputs:
        return replace(new, id=new.id or old.id)
    changes_content = any(new.inputs.get(key) != old.inputs.get(key) for key in _CONTENT)
    if changes_content or (step.op in ("update", "replace") and "data" in step.diff_reasons):
        return new
    if step.op == "replace" and "data" in new.inputs:  # a vault may hold a newer version by now
        known = {key: value for key, value in old.outputs.items() if key in _OF_CONTENT}
        return replace(new, outputs={**new.outputs, **known})
    if not stays:
        return new
    return replace(new, outputs=old.outputs, id=new.id or old.id)


def _step(written: Written, old: Resource | None, new: Resource | None) -> Step:
    op = _OPS[written.op]
    if (op in ("create", "import") and new is None) or (op == "delete" and old is None) or not (old or new):
        state = "oldState" if op == "delete" else "newState"
        what, fix = "A step of the preview has no state", "make the preview again"
        raise _foreign(what, f"{written.op} of {clean(written.urn)} without {state}", f"a step with {state}", fix)
    return Step(
        op=op,
        before=None if op in ("create", "import") else old,
        after=None if op == "delete" else new,
        changed=tuple(sorted({*written.diff_reasons, *(written.detailed_diff or {})})),
        forced=tuple(sorted(written.replace_reasons)),
        custom=any(each.custom for each in (written.new_state, written.old_state) if each),
        deletes_first=op == "replace" and written.old_state is not None and not written.old_state.delete,
    )


def _real(found: Mapping[str, Resource]) -> tuple[Resource, ...]:
    return tuple(each for each in found.values() if each.type != _STACK)


def _said(diagnostics: Iterable[Diagnostic], severity: str) -> list[str]:
    found = [each.message.strip().removeprefix(f"{severity}: ") for each in diagnostics if each.severity == severity]
    told = [each for each in found if each and not each.startswith(_ENDED)]
    return told or [each for each in found if each]


def _renewals(diagnostics: Iterable[Diagnostic]) -> dict[str, dict[str, str]]:
    notes = (_NOTE.match(line.strip()) for each in diagnostics for line in each.message.splitlines())
    return {note[1]: {"thumbprint": note[2], "notAfter": note[3]} for note in notes if note}
