"""A deployment as plain resources: what a preview, a state or a program under test says, and nothing else.

Pure: no pulumi. A value is what was declared, or one of two marks: `UNKNOWN` (it is known only after the deployment)
and `SECRET` (it is known, and not shown). What was not said is absent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final

UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for an unknown value in a preview (pulumi/pulumi sdk/go/common/resource/plugin/rpc.go, UnknownStringValue)."""
SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key of an object that stands for a secret, an asset or another special value (…/resource/sig)."""
SECRET_SENTINEL = "[secret]"  # noqa: S105 - what a preview shows in place of a secret
_VERSIONED = re.compile(r"^(azure-native:[^/:]+)/v\d{8}(?:preview|privatepreview)?:")
_PACKAGED = re.compile(r"^azure-native_[a-z0-9]+_v\d{8}(?:preview|privatepreview)?:")
"""What azure-native is called when it serves another API version (its provider_parameterize.go)."""


class Mark(Enum):
    """What stands in place of a value that is there and cannot be looked at."""

    UNKNOWN = "known after deployment"
    SECRET = "[secret]"  # noqa: S105 - how a secret is shown

    def __repr__(self) -> str:
        return self.value


UNKNOWN: Final = Mark.UNKNOWN
SECRET: Final = Mark.SECRET


def plain(value: Any) -> Any:
    """The value as a rule sees it: marks in place of unknowns and secrets, whatever engine or state wrote it."""
    if isinstance(value, str):
        if value == SECRET_SENTINEL:
            return SECRET
        return UNKNOWN if value == UNKNOWN_SENTINEL else value
    if isinstance(value, Mapping):
        return SECRET if SIGNATURE in value else {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource that was declared, or is in a state."""

    urn: str
    """Its URN."""
    type: str
    """Type token, without azure-native's version: `azure-native:apimanagement:Backend`."""
    name: str
    """Its name in the program."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """What was declared, as `plain` gives it."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """What Azure said of it, as `plain` gives it. Empty before it is created."""
    id: str | None = None
    """ARM id; None before it is created."""
    parent: str = ""
    """URN of the component or resource that it belongs to."""
    dependencies: frozenset[str] = frozenset()
    """URNs of what it is created after, and deleted before."""
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Input -> URNs of the resources that its value comes from."""
    protect: bool = False
    """Whether a deletion of it is refused."""

    def get(self, *path: str) -> Any:
        """The input at this path, otherwise the output; None where neither was said, a mark where it is hidden."""
        for values in (self.inputs, self.outputs):
            found: Any = values
            for key in path:
                if isinstance(found, Mark):
                    return found
                found = found.get(key) if isinstance(found, dict) else None
            if found is not None:
                return found
        return None

    def text(self, *path: str) -> str | None:
        """The same, if it is a text that can be looked at."""
        found = self.get(*path)
        return found if isinstance(found, str) else None


def unversioned(token: str) -> str:
    """The type token without the API version that it, or its package, may name."""
    return _PACKAGED.sub("azure-native:", _VERSIONED.sub(r"\1:", token))


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Everything that is known of one deployment."""

    stack: str
    """Name of the stack."""
    project: str
    """Name of the project."""
    resources: tuple[Resource, ...]
    """In the order in which they were given."""
    whole: bool = True
    """Whether these are all resources of the stack. Of a part nobody can say that something is missing."""
    removed: tuple[Resource, ...] = ()
    """What the change deletes, replaced resources included."""
    removed_first: frozenset[str] = frozenset()
    """URNs of those that are deleted before anything is created."""
    previous: "Graph | None" = None
    """The deployment before the change; None where it is not known, or this is no change."""
    renewals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """URL of a secret -> `thumbprint` and `notAfter` of the certificate that Key Vault holds now."""

    @cached_property
    def _by_urn(self) -> dict[str, Resource]:
        return {each.urn: each for each in self.resources}

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for each in sorted(self.resources, key=lambda each: each.urn):
            found.setdefault(each.type, []).append(each)
        return found

    @cached_property
    def _by_parent(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.resources:
            found.setdefault(each.parent, []).append(each.urn)
        return found

    def find(self, urn: str) -> Resource | None:
        """The resource of this URN."""
        return self._by_urn.get(urn)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, by type and URN; a type is named without `azure-native:`."""
        for each in types:
            yield from self._by_type.get(f"azure-native:{each}", ())

    def reached_from(self, urn: str) -> set[str]:
        """Everything that a resource is created after, directly or not; a component stands for what it holds."""
        seen: set[str] = set()
        waiting = [urn]
        while waiting:
            reached = waiting.pop()
            for each in [*self._created_before(reached), *(self._held_by(reached) if reached != urn else ())]:
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return seen

    def _created_before(self, urn: str) -> Iterator[str]:
        resource = self.find(urn)
        if resource:
            yield from resource.dependencies
            parent = self.find(resource.parent)
            if parent and parent.type.startswith("azure-native:"):
                yield parent.urn

    def _held_by(self, urn: str) -> list[str]:
        resource = self.find(urn)
        is_component = resource is not None and not resource.type.startswith("azure-native:")
        return self._by_parent.get(urn, []) if is_component else []


def name_of(urn: str) -> str:
    """The name at the end of a URN."""
    return urn.split("::", 3)[-1]


def type_in(urn: str) -> str:
    """The type in a URN, without those of its parents; empty in a text that is none."""
    parts = urn.split("::", 3)
    return parts[2].rpartition("$")[2] if len(parts) > 3 else ""


def stack_and_project(urns: Iterable[str]) -> set[tuple[str, str]]:
    """(stack, project) of every URN."""
    parts = (urn.removeprefix("urn:pulumi:").split("::") for urn in urns)
    return {(each[0], each[1]) for each in parts if len(each) > 1}
