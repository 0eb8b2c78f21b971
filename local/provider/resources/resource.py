"""How one resource type looks in the SDK and in ARM."""

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"


@dataclass(frozen=True)
class Resource:
    """How one resource type looks in the SDK and in ARM."""

    token: str
    _: KW_ONLY
    api_version: str
    """Empty for a resource that the provider puts together itself (local.provider.access_policy)."""
    path: str
    """ARM id with the path parameters in braces; the last one is the resource's own name."""
    required: tuple[str, ...] = ()
    """Inputs that must be there, besides the path parameters."""
    body: tuple[str, ...] = ()
    """Inputs at the top of the request body."""
    properties: tuple[str, ...] = ()
    """Inputs under the body's `properties`."""
    write_only: tuple[str, ...] = ()
    """Inputs that ARM never gives back."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """SDK name -> name in the body, where they differ."""
    read_only: tuple[str, ...] = ()
    """Outputs at the top of the response, besides the inputs, `name` and `type`."""
    read_only_properties: tuple[str, ...] = ()
    """Outputs under the response's `properties`, besides the inputs."""
    read_only_parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Output -> those of its parts that are not inputs."""
    force_new: tuple[str, ...] = ()
    maintained: tuple[str, str] | None = None
    """An input, and the part of it that other resources write, too: who leaves it out keeps what is there."""
    autonamed: bool = True
    """False: the last path parameter names what the resource belongs to, and has to be given."""
    put_polls: bool = False
    """PUT is a long-running operation."""
    delete_polls: bool = False
    """DELETE is a long-running operation."""
    default: Mapping[str, Any] = field(default_factory=dict)
    """Outputs that Azure gives it together with its parent: only then may it be there before it is created."""
    only_head: bool = False
    """There is no GET: a HEAD tells whether it exists, and there are no outputs."""
    query: tuple[str, ...] = ()
    """Inputs that go into the query of a PUT."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Path parameters that are inputs, in order."""
        return tuple(name for name in re.findall(r"{(\w+)}", self.path) if name != "subscriptionId")

    @property
    def name_parameter(self) -> str:
        """The input that names the resource."""
        return self.parameters[-1]

    @property
    def replacing(self) -> frozenset[str]:
        """Inputs whose change needs a new resource."""
        return frozenset((*self.parameters, *self.force_new))


def names(words: str) -> tuple[str, ...]:
    """The words, one name each."""
    return tuple(words.split())
