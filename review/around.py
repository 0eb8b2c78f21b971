"""What a change means for calls beside the APIs: services, vaults, rights, operations, fragments, and the rest."""

from collections.abc import Iterator

from review import states
from review.change import Change, Step, is_azure
from review.effect import Effect
from review.policy_effects import of_text
from rules import backend, certificate, policy
from rules.graph import Resource
from rules.places import SERVICE, entity_id

_AROUND = {
    ("apimanagement:ApiManagementService", "replace"): "service-replaced",
    ("apimanagement:ApiManagementService", "delete"): "service-deleted",
    ("resources:ResourceGroup", "delete"): "group-deleted",
    ("resources:ResourceGroup", "replace"): "group-replaced",
    ("keyvault:Vault", "delete"): "vault-deleted",
    ("authorization:RoleAssignment", "delete"): "right-deleted",
    ("keyvault:AccessPolicy", "delete"): "right-deleted",
}
_QUIET = frozenset({"description", "displayName", "title", "tags", "notes", "metadata", "contact", "license"})
"""Properties that no call notices."""
_NAMED_IN_POLICIES = frozenset({*certificate.TYPES, *backend.TYPES})
"""What calls get to by a policy that names it."""
QUIET_TYPES = _NAMED_IN_POLICIES | frozenset(
    {
        "apimanagement:Tag",
        "apimanagement:Logger",
        "apimanagement:Diagnostic",
        "apimanagement:ApiDiagnostic",
        "apimanagement:ApiSchema",
        "managedidentity:UserAssignedIdentity",
    }
)
"""What no call notices as long as no route tells of it: nothing refers to it, or it only watches."""


def is_service(step: Step) -> bool:
    """Whether it is about a whole service."""
    return step.resource.type == SERVICE


def found(change: Change, told: set[str], *, is_known: bool) -> Iterator[Effect]:
    """What happens to everything that no route has told of (`told`, by URN).

    `is_known`: what every route presents to whom is known, so that what none of them tells of is used by none.
    """
    apis = {entity_id(each.resource, "apiId"): each.op for each in change.steps if each.resource.type in _APIS}
    others: dict[tuple[str, str], list[Step]] = {}
    for step in change.steps:
        resource = step.resource
        kind = resource.type.removeprefix("azure-native:")
        if (kind, step.op) in _AROUND:
            yield states.effect(_AROUND[kind, step.op])
            if is_service(step):
                yield from _name_kept(step)
        elif is_service(step) and step.op == "update":
            yield _service_update(step)
        elif kind.endswith("ApiOperation"):
            if resource.urn not in told and apis.get(resource.text("apiId")) not in (step.op, "replace"):
                yield from _operation(step)  # otherwise it is told with its API, or its service
        elif kind.endswith("PolicyFragment") and step.op == "update":
            yield from _fragment(change, step)
        elif is_azure(resource) and resource.urn not in told:
            others.setdefault((step.op, _state(step, kind, is_known=is_known)), []).append(step)
    for (op, state), steps in others.items():
        named = ", ".join(sorted({each.resource.name for each in steps})[:3]) + (", …" if len(steps) > 3 else "")
        count = f"{len(steps)} other {_PLURAL[len(steps) > 1]}"
        yield states.effect(state, count=count, done=_DONE[op], names=named)


_APIS = ("azure-native:apimanagement:Api", "azure-native:apimanagement:WorkspaceApi")
_OPERATION = {"create": "operation-new", "delete": "operation-removed"}
_PLURAL = ("resource is", "resources are")
_DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "import": "taken over"}


def _state(step: Step, kind: str, *, is_known: bool) -> str:
    """Whether calls may notice: what is only created, or takes no part in a call, they do not."""
    quiet_type = kind in QUIET_TYPES and (is_known or kind not in _NAMED_IN_POLICIES)
    quiet = step.op in ("create", "import") or quiet_type or (bool(step.roots) and step.roots <= _QUIET)
    return "others-quiet" if quiet else "others-matter"


def _operation(step: Step) -> Iterator[Effect]:
    resource = step.resource
    who = filter(None, [resource.text("apiId")])
    if step.op in _OPERATION:
        yield states.effect(_OPERATION[step.op], *who, name=_called(resource))
    elif step.before and _called(step.before) != _called(resource):
        yield states.effect("operation-moved", *who, before=_called(step.before), name=_called(resource))


def _called(operation: Resource) -> str:
    """How a caller calls it."""
    return f"{operation.text('method') or ''} {operation.text('urlTemplate') or operation.name}".strip()


def _fragment(change: Change, step: Step) -> Iterator[Effect]:
    """The text of a fragment; what it decides for calls is told of every API that includes it."""
    old = policy.read(change.before, step.before) if step.before else None
    new = policy.read(change.after, step.resource)
    yield from (states.effect(each.state, new.label) for each in of_text(old, new))


def _name_kept(step: Step) -> Iterator[Effect]:
    """A deleted service keeps its name, from the one that replaces it, too.

    Source: learn.microsoft.com/azure/api-management/soft-delete.
    """
    before = step.before or step.resource
    name = before.text("serviceName")
    if step.op == "replace" and step.after is not None and step.after.text("serviceName") == name:
        yield states.effect("service-name-refused", name=name or before.name)
    else:
        yield states.effect("service-name-kept", name=name or before.name)


def _service_update(step: Step) -> Effect:
    if "certificates" in step.roots:
        return states.effect("authorities-changed")
    return states.effect("service-updated", properties=", ".join(sorted(step.roots)) or "settings")
