"""Where an entity stands: in a service, or in a workspace of it."""

from dataclasses import dataclass
from typing import Any

import pulumi

from backend_mtls import gate
from backend_mtls.admission.place import Place
from backend_mtls.api_management import ApiManagement
from backend_mtls.errors import Problem, Where
from backend_mtls.workspace import Workspace


@dataclass(frozen=True)
class Placement:
    """A service, and perhaps a workspace in it."""

    service: ApiManagement
    """The service."""
    workspace: Workspace | None = None
    """The workspace. Left out: the service itself."""

    @property
    def key(self) -> str:
        """What tells this place from another one of the program: `group/name[/workspace]`."""
        return self.facts.key

    @property
    def facts(self) -> Place:
        """What the checks have to know of it."""
        return Place(service=self.service.facts, workspace_id=self.workspace.workspace_id if self.workspace else None)

    @property
    def names(self) -> dict[str, Any]:
        """The arguments that name the place in azure-native."""
        names = {"resource_group_name": self.service.resource_group_name, "service_name": self.service.service_name}
        return names | ({"workspace_id": self.workspace.workspace_id} if self.workspace else {})

    @property
    def resources(self) -> list[pulumi.Resource]:
        """What has to exist before the entity does."""
        return self.workspace.resources or self.service.resources if self.workspace else self.service.resources

    def arm_id(self, tail: str) -> str | None:
        """The ARM id of an entity here, `tail` being for instance `backends/orders`; None when it cannot be known."""
        workspace = f"/workspaces/{self.workspace.workspace_id}" if self.workspace else ""
        return self.service.arm_id and f"{self.service.arm_id}{workspace}/{tail}"

    def adoption_problems(self, *, adopts: bool) -> list[Problem]:
        """A problem when something is adopted on a service whose names are known later: an import needs an id."""
        if not adopts or self.service.is_named:
            return []
        return [
            Problem(
                what="What is adopted is imported by its ARM id, and the service's names are not known at plan time",
                where=Where.of("adopt"),
                got="a service whose name or resource group is an Output",
                allowed="names that are texts of the program, or of its configuration",
                fix="give resource_group_name and service_name as texts, or leave adopt out",
            )
        ]

    def choose(self, in_service: Any, in_workspace: Any) -> Any:
        """The azure-native class for an entity here: they differ by their names only."""
        return in_workspace if self.workspace else in_service


def of(
    component: str, service: ApiManagement | None, workspace: Workspace | None, default: Placement | None = None
) -> Placement:
    """Where a component stands whose service, or workspace, may be left out: where what it refers to stands.

    Raises `ArgumentsError` at once when nothing says it.
    """
    if service is None and workspace is None and default is not None:
        return default
    if service is None:
        service = workspace.service if workspace else None
    if service is None:
        what, fix = "Nothing says on which service this is", "give service, or a workspace of it"
        problem = Problem(
            what=what, where=Where.of("service"), got="nothing", allowed="an ApiManagement component", fix=fix
        )
        raise gate.refused(component, [problem])
    return Placement(service, workspace)
