"""What a program asks for: a RegisterResourceRequest as the resource it should become.

What this engine does not do is refused here, by name, rather than ignored.
"""

import re
from dataclasses import dataclass
from typing import Any

from local.engine import urn as urns
from local.engine.packages import Package
from local.engine.properties import Properties, UnsupportedError, from_struct
from local.engine.resource import Resource

_UNSUPPORTED = {
    "remote": "remote components",
    "transforms": "resource transforms (use transformations)",
    "replace_with": "replace_with",
    "state_migrations": "state migrations",
    "envVarMappings": "environment variable mappings",
    "hideDiffs": "hide_diffs",
}
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A resource to be, and how the program wants it handled."""

    new: Resource
    properties: Properties
    """The inputs as the program gave them; `new.inputs` becomes what the provider makes of them."""
    delete_before_replace: bool | None
    """None leaves it to the provider."""


def read(request: Any, urn: str, provider: str, parent: Resource | None, package: Package | None) -> Goal:
    """The goal of a request; what the program left out comes from the parent, what a provider is from its package."""
    _refuse(request)
    properties = from_struct(request.object)
    if package and request.type.startswith(urns.PROVIDER_PREFIX):
        properties = package.provider_inputs(properties)
    needed = {key: sorted(value.urns) for key, value in sorted(request.propertyDependencies.items())}
    if not needed:
        needed = dict.fromkeys(sorted(properties), sorted(request.dependencies)) if request.custom else {}
    new = Resource(
        urn=urn,
        custom=request.custom,
        type=request.type,
        inputs=properties,
        parent=request.parent,
        protect=request.protect if request.HasField("protect") else bool(parent and parent.protect),
        dependencies=sorted(request.dependencies),
        provider=provider,
        property_dependencies=needed,
        additional_secret_outputs=list(request.additionalSecretOutputs),
        custom_timeouts=_timeouts(request.customTimeouts),
        import_id=request.importId,
        retain_on_delete=(
            request.retainOnDelete if request.HasField("retainOnDelete") else bool(parent and parent.retain_on_delete)
        ),
        deleted_with=request.deletedWith or (parent.deleted_with if parent else ""),
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
    )
    defined = request.deleteBeforeReplaceDefined or request.deleteBeforeReplace
    return Goal(new=new, properties=properties, delete_before_replace=request.deleteBeforeReplace if defined else None)


def _refuse(request: Any) -> None:
    used = [text for name, text in _UNSUPPORTED.items() if getattr(request, name, None)]
    if request.HasField("replacement_trigger"):
        used.append("replacement_trigger")
    if request.hooks.ByteSize():
        used.append("resource hooks")
    if used:
        raise UnsupportedError(f"{', '.join(used)} ({urns.package(request.type)} resource {request.name!r})")


def _timeouts(timeouts: Any) -> dict[str, float]:
    """`1h30m` in seconds."""
    texts = {name: getattr(timeouts, name) for name in ("create", "update", "delete", "read")}
    return {
        name: sum(float(amount) * _UNITS[unit] for amount, unit in re.findall(r"([\d.]+)(ms|s|m|h)", text))
        for name, text in texts.items()
        if text
    }
