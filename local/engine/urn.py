"""URNs: how a resource is named in a state, and which names it may have had before.

`urn:pulumi:<stack>::<project>::<qualified type>::<name>`; the qualified type holds the types of all parents but the
stack, joined by `$`. source: pulumi/pulumi sdk/go/common/resource/urn/urn.go, pkg/resource/deploy/step_generator.go
"""

from dataclasses import dataclass, field
from typing import Any

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"


def qualified_type(urn: str) -> str:
    """The types of the parents and of the resource itself."""
    return urn.split("::", 3)[2]


def resource_type(urn: str) -> str:
    """The type of the resource itself."""
    return qualified_type(urn).rsplit("$", 1)[-1]


def name(urn: str) -> str:
    """The resource's name in the program."""
    return urn.split("::", 3)[3]


def package(type_token: str) -> str:
    """The package of a type: `azure-native` for `azure-native:apimanagement:Api` and for its provider."""
    return type_token.removeprefix(PROVIDER_PREFIX).split(":", 1)[0]


def create(stack: str, project: str, parent: str, type_token: str, resource_name: str) -> str:
    """The URN of a resource with that parent's URN (may be empty)."""
    prefix = qualified_type(parent) if parent else ""
    chain = f"{prefix}${type_token}" if prefix not in ("", STACK_TYPE) else type_token
    return f"urn:pulumi:{stack}::{project}::{chain}::{resource_name}"


def reparented(urn: str, parent: str) -> str:
    """The URN of the same resource under another parent."""
    head, project, _, own = urn.split("::", 3)
    return create(head.rsplit(":", 1)[-1], project, parent, resource_type(urn), own)


@dataclass
class Aliases:
    """Finds the former URNs of a resource, and remembers which of them were found in the state."""

    stack: str
    project: str
    former: dict[str, str] = field(default_factory=dict)
    """URN -> the old URN it goes on from."""

    def candidates(self, request: Any) -> list[str]:
        """Every URN that the resource of a RegisterResourceRequest may have had, most specific first."""
        own = list(request.aliasURNs) + [self._collapse(request, alias) for alias in request.aliases]
        former_parent = self.former.get(request.parent)
        if former_parent:
            own.append(self._inherited(request.type, request.name, request.parent, former_parent))
            own += [
                self._inherited(resource_type(urn), name(urn), request.parent, former_parent) for urn in list(own[:-1])
            ]
        return list(dict.fromkeys(own))

    def _collapse(self, request: Any, alias: Any) -> str:
        if alias.WhichOneof("alias") == "urn":
            return str(alias.urn)
        spec = alias.spec
        parent = self.former.get(spec.parentUrn, spec.parentUrn) or request.parent
        return create(
            spec.stack or self.stack,
            spec.project or self.project,
            "" if spec.noParent else parent,
            spec.type or request.type,
            spec.name or request.name,
        )

    def _inherited(self, type_token: str, child: str, parent: str, former_parent: str) -> str:
        """A child named after its parent was renamed together with it."""
        if child.startswith(name(parent)):
            child = name(former_parent) + child.removeprefix(name(parent))
        return create(self.stack, self.project, former_parent, type_token, child)
