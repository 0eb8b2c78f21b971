"""Which resources of the program a policy's own text names: the policy is created after them, and deleted before them.

A document can name a certificate that is declared further down. So the names are looked up when the components have
been admitted (`gate.py`): by then every constructor has run.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pulumi

from backend_mtls.policy import mentions

Name = tuple[str, str]
"""Attribute and value."""


class Names:
    """What the components of one program are called in a policy."""

    def __init__(self) -> None:
        self._resources: dict[tuple[str, str, str], pulumi.Resource] = {}
        self._owners: dict[pulumi.Resource, pulumi.Resource] = {}
        self._waits: dict[pulumi.Resource, list[Any]] = {}

    def add(self, component: pulumi.Resource, given: pulumi.ResourceOptions | None) -> None:
        """A component, with the options that the program gave it."""
        after = given.depends_on if given else None
        self._waits[component] = [after] if isinstance(after, pulumi.Resource) else list(_listed(after))

    def called(self, resource: pulumi.Resource, component: pulumi.Resource, place: str, names: Iterable[Name]) -> None:
        """The names of an entity that a component registers in a place."""
        self._owners[resource] = component
        for attribute, value in names:
            self._resources.setdefault(_key(attribute, place, value), resource)

    def in_document(self, document: str, place: str, policy_of: pulumi.Resource) -> list[pulumi.Resource]:
        """What a document names in this place, but what waits for the component of the policy itself."""
        keys = (_key(attribute, place, value) for attribute, value in mentions.of_document(document))
        found = dict.fromkeys(self._resources[each] for each in keys if each in self._resources)
        return [each for each in found if not self._is_after(each, policy_of)]

    def _is_after(self, resource: pulumi.Resource, other: pulumi.Resource) -> bool:
        """Whether the program says that a resource comes after a component: both would wait for each other for ever."""
        seen: set[pulumi.Resource] = set()
        waiting = [self._owners[resource]]
        while waiting:
            reached = waiting.pop()
            if reached is other:
                return True
            if reached not in seen:
                seen.add(reached)
                owner = self._owners.get(reached)
                waiting += [*self._waits.get(reached, ()), *([owner] if owner else [])]
        return False


def _key(attribute: str, place: str, value: str) -> tuple[str, str, str]:
    return attribute, place.lower(), value.lower()


def _listed(after: Any) -> Sequence[Any]:
    return [each for each in after if isinstance(each, pulumi.Resource)] if isinstance(after, list | tuple) else []
