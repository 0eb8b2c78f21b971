"""A workspace of an API Management service: a team's own APIs, backends, certificates and policies.

Owns: the workspace, unless it exists already (`from_existing`).
Does not own: the service, the workspace's gateway, or who may work in it.
Source: learn.microsoft.com/azure/api-management/workspaces-overview and how-to-create-workspace (tiers).
"""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import gate
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.api_management import ApiManagement
from backend_mtls.errors import Problem, located

_WITH_WORKSPACES = {"BasicV2", "Premium", "PremiumV2", "StandardV2"}


@dataclass(frozen=True, kw_only=True)
class WorkspaceArgs:
    """Which workspace of which service."""

    service: ApiManagement
    """The service that it belongs to."""
    workspace_id: str
    """Id of the workspace, 1-80 characters."""
    display_name: str | None = None
    """Shown in the portal. Left out: the id."""
    description: str | None = None
    """Shown in the portal. Left out: none."""
    existing: bool = False
    """Whether somebody else owns it. Left out: it is created here."""


class Workspace(pulumi.ComponentResource):
    """A workspace, owned or already there. Refuses a service whose SKU has no workspaces, and a malformed id."""

    workspace_id: str
    """Id of the workspace; known at preview."""

    def __init__(self, name: str, args: WorkspaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        gate.check_types(f"Workspace {name}", args, WorkspaceArgs)
        problems = located(f"Workspace {name}", _problems(args))
        super().__init__("backend-mtls:index:Workspace", name, {}, gate.options(opts, problems))
        self.workspace_id = args.workspace_id
        self.resources: list[pulumi.Resource] = []
        """What has to exist before something in the workspace does."""
        if not args.existing:
            resource = apimanagement.Workspace(
                name,
                resource_group_name=args.service.resource_group_name,
                service_name=args.service.service_name,
                workspace_id=args.workspace_id,
                display_name=args.display_name or args.workspace_id,
                description=args.description,
                opts=pulumi.ResourceOptions(
                    parent=self, depends_on=list(args.service.resources), delete_before_replace=False
                ),
            )
            self.resources = [resource]
        self.register_outputs({"workspaceId": self.workspace_id})

    @classmethod
    def from_existing(
        cls, name: str, *, service: ApiManagement, workspace_id: str, opts: pulumi.ResourceOptions | None = None
    ) -> "Workspace":
        """A workspace that somebody else owns: nothing of it is changed."""
        return cls(name, WorkspaceArgs(service=service, workspace_id=workspace_id, existing=True), opts)


def _problems(args: WorkspaceArgs) -> list[Problem]:
    found = id_problems(args.workspace_id, "workspace_id")
    if args.service.sku in _WITH_WORKSPACES:
        return found
    return [
        *found,
        Problem(
            what=f"The SKU {args.service.sku} has no workspaces",
            where="service",
            got=args.service.service_name,
            allowed=f"a service on {', '.join(sorted(_WITH_WORKSPACES))}",
            fix="use one of those SKUs, or work without a workspace",
        ),
    ]
