"""What a change means for calls beside the APIs: services, vaults, rights, operations, and the rest by number."""

from collections.abc import Iterator

from review.change import Change, Step, is_azure
from review.effect import Effect, Level
from review.text import clean
from rules.places import SERVICE, entity_id

_AROUND = {
    ("apimanagement:ApiManagementService", "replace"): (
        Level.OUTAGE,
        "the service is replaced: every call fails until the new one is there, and everything in it is made anew",
    ),
    ("apimanagement:ApiManagementService", "delete"): (Level.OUTAGE, "the service is deleted: every call fails"),
    ("resources:ResourceGroup", "delete"): (Level.OUTAGE, "the resource group is deleted, with everything in it"),
    ("resources:ResourceGroup", "replace"): (Level.OUTAGE, "the resource group is replaced, with everything in it"),
    ("keyvault:Vault", "delete"): (Level.OUTAGE, "a vault is deleted: its certificates can no longer be read"),
    ("authorization:RoleAssignment", "delete"): (
        Level.RISK,
        "a right to read a vault is taken away: renewals in it are no longer followed",
    ),
    ("keyvault:AccessPolicy", "delete"): (
        Level.RISK,
        "a right to read a vault is taken away: renewals in it are no longer followed",
    ),
}


def is_service(step: Step) -> bool:
    """Whether it is about a whole service."""
    return step.resource.type == SERVICE


def found(change: Change, told: set[str]) -> Iterator[Effect]:
    """What happens to everything that no route has told of (`told`, by URN)."""
    apis = {entity_id(each.resource, "apiId"): each.op for each in change.steps if each.resource.type in _APIS}
    others: dict[str, list[Step]] = {}
    for step in change.steps:
        resource = step.resource
        kind = resource.type.removeprefix("azure-native:")
        if (kind, step.op) in _AROUND:
            level, text = _AROUND[kind, step.op]
            yield Effect(level=level, who=(), text=text)
        elif is_service(step) and step.op == "update":
            yield _service_update(step)
        elif kind.endswith("ApiOperation") and step.op in _OPERATION:
            if apis.get(resource.text("apiId")) not in (step.op, "replace"):  # otherwise it is told with its API
                level, words = _OPERATION[step.op]
                name = f"{resource.text('method') or ''} {resource.text('urlTemplate') or resource.name}".strip()
                api = (resource.text("apiId"),) if resource.text("apiId") else ()
                yield Effect(
                    level=level, who=tuple(clean(each) for each in api if each), text=clean(words.format(name))
                )
        elif is_azure(resource) and resource.urn not in told:
            others.setdefault(step.op, []).append(step)
    for op, steps in others.items():
        named = ", ".join(sorted({clean(each.resource.name) for each in steps})[:3]) + (", …" if len(steps) > 3 else "")
        yield Effect(
            level=Level.SAFE, who=(), text=f"{len(steps)} other {_PLURAL[len(steps) > 1]} {_DONE[op]}: {named}"
        )


_APIS = ("azure-native:apimanagement:Api", "azure-native:apimanagement:WorkspaceApi")
_OPERATION = {
    "create": (Level.CHANGE, "the operation {} is new"),
    "delete": (Level.OUTAGE, "the operation {} is removed: calls of it get 404"),
}
_PLURAL = ("resource is", "resources are")
_DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "import": "taken over"}


def _operation(step: Step) -> Effect:
    resource, (level, words) = step.resource, _OPERATION[step.op]
    name = f"{resource.text('method') or ''} {resource.text('urlTemplate') or resource.name}".strip()
    return Effect(level=level, who=(clean(resource.text("apiId") or resource.name),), text=clean(words.format(name)))


def _service_update(step: Step) -> Effect:
    roots = sorted(step.roots)
    if "certificates" in roots:
        text = "the authorities that the service trusts change: it takes 15 minutes or more, with downtime on Developer"
        return Effect(level=Level.RISK, who=(), text=text)
    return Effect(level=Level.RISK, who=(), text=f"the service's {', '.join(roots) or 'settings'} change")
