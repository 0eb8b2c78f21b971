"""Where an entity stands: in a service, or in a workspace of it."""

from dataclasses import dataclass
from typing import Any

import pulumi

from backend_mtls.api_management import ApiManagement
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
        return f"{self.service.key}/{self.workspace.workspace_id}" if self.workspace else self.service.key

    @property
    def names(self) -> dict[str, Any]:
        """The arguments that name the place in azure-native."""
        names = {"resource_group_name": self.service.resource_group_name, "service_name": self.service.service_name}
        return names | ({"workspace_id": self.workspace.workspace_id} if self.workspace else {})

    @property
    def resources(self) -> list[pulumi.Resource]:
        """What has to exist before the entity does."""
        return self.workspace.resources or self.service.resources if self.workspace else self.service.resources

    def arm_id(self, tail: str) -> str:
        """The ARM id of an entity here, `tail` being for instance `backends/orders`."""
        workspace = f"/workspaces/{self.workspace.workspace_id}" if self.workspace else ""
        return f"{self.service.arm_id}{workspace}/{tail}"

    def choose(self, in_service: Any, in_workspace: Any) -> Any:
        """The azure-native class for an entity here: they differ by their names only."""
        return in_workspace if self.workspace else in_service
