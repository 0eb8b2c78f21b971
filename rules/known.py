"""Whether a rule could have found anything: the facts of a certificate may be known after the deployment only."""

from collections.abc import Callable

from rules import certificate
from rules.graph import Resource
from rules.setup import Setup


def facts(*names: str) -> Callable[[Setup, Resource], bool]:
    """Whether these fields of the `Certificate` that a resource is are known."""

    def are_known(setup: Setup, resource: Resource) -> bool:
        found = certificate.read(setup.graph, resource)
        return all(getattr(found, name) is not None for name in names)

    return are_known
