"""One resource of a stack, as a checkpoint holds it.

source: pulumi/pulumi sdk/go/common/apitype/core.go (ResourceV3)
"""

import copy
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from local.engine import urn as urns
from local.engine.properties import Properties, UnsupportedError

Json = dict[str, Any]

_FORGOTTEN = ("sourcePosition", "stackTrace")
"""Absolute paths of the machine that deployed: no operation needs them."""


def now() -> str:
    """The present moment, as a checkpoint writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@dataclass(kw_only=True, eq=False)
class Resource:
    """The state of a resource. Two are equal only if they are the same object."""

    urn: str
    custom: bool
    delete: bool = False
    """Replaced: still exists, and is deleted once nothing needs it."""
    id: str = ""
    type: str
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    taint: bool = False
    """To be replaced by the next update."""
    external: bool = False
    dependencies: list[str] = field(default_factory=list)
    init_errors: list[str] = field(default_factory=list)
    """Why the provider could not finish creating or updating what nevertheless exists."""
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    import_id: str = ""
    retain_on_delete: bool = False
    deleted_with: str = ""
    created: str = ""
    modified: str = ""
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    serial: int = field(default=-1)
    """Number of the resource in the running operation; not stored."""

    @property
    def is_provider(self) -> bool:
        """Whether this is a provider's configuration."""
        return self.type.startswith(urns.PROVIDER_PREFIX)

    @property
    def needs(self) -> set[str]:
        """URNs of everything that must exist as long as this does."""
        found = {self.parent, self.deleted_with, self.provider.rpartition("::")[0], *self.dependencies}
        return found.union(*self.property_dependencies.values()) - {""}

    def copy(self) -> "Resource":
        """Another resource with the same state."""
        return copy.copy(self)

    def to_json(self) -> Json:
        """The state without what is empty; the properties are shared."""
        content = {key: getattr(self, name) for name, key in _KEYS.items()}
        return {key: value for key, value in content.items() if value or key == "custom"}


def from_json(content: Json) -> Resource:
    """Reads a resource; refuses what the engine would have to ignore."""
    unknown = {key for key, value in content.items() if value} - {*_KEYS.values(), *_FORGOTTEN}
    if unknown:
        raise UnsupportedError(f"{', '.join(sorted(unknown))} in the state of {content['urn']}")
    return Resource(**{name: content[key] for name, key in _KEYS.items() if key in content})


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join("ID" if part == "id" else part.capitalize() for part in tail)


_KEYS = {entry.name: _camel(entry.name) for entry in fields(Resource) if entry.name != "serial"}
