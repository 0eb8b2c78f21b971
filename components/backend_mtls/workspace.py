"""A workspace of an API Management service: a team's own APIs, backends, certificates and policies.

Owns: the workspace, unless it exists already (`from_existing`).
Does not own: the service, the workspace's gateway, or who may work in it.
Source: learn.microsoft.com/azure/api-management/workspaces-overview and how-to-create-workspace (tiers).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import gate
from backend_mtls.admission import tokens
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.admission.inputs import Input, known
from backend_mtls.admission.service_definition import ServiceFacts
from backend_mtls.admission.tiers import WITH_WORKSPACES
from backend_mtls.admission.verdict import Verdict
from backend_mtls.api_management import ApiManagement
from backend_mtls.errors import Problem, Where

if TYPE_CHECKING:
    from backend_mtls.dicts import ExistingWorkspaceArgsDict, WorkspaceArgsDict


@dataclass(frozen=True, kw_only=True)
class ExistingWorkspaceArgs:
    """A workspace that somebody else owns."""

    service: ApiManagement
    """The service that it belongs to."""
    workspace_id: str
    """Id of the workspace, 1-80 characters, known at plan time: everything in it is named by it."""


@dataclass(frozen=True, kw_only=True)
class WorkspaceArgs(ExistingWorkspaceArgs):
    """A workspace that this program creates."""

    display_name: Input[str] | None = None
    """Shown in the portal. Left out: the id."""
    description: Input[str] | None = None
    """Shown in the portal. Left out: none."""


class Workspace(pulumi.ComponentResource):
    """A workspace, owned or already there. Refuses a service whose SKU has no workspaces, and a malformed id."""

    workspace_id: str
    """Id of the workspace; known at preview."""

    def __init__(
        self,
        name: str,
        args: "WorkspaceArgs | ExistingWorkspaceArgs | WorkspaceArgsDict | ExistingWorkspaceArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        place = f"Workspace {name}"
        args = gate.arguments(place, args, WorkspaceArgs, ExistingWorkspaceArgs)
        entry = gate.Entry(place, opts)
        entry.check(_verdict, args.workspace_id, args.service.facts)
        super().__init__(tokens.of("Workspace"), name, {}, entry.options)
        self.service = args.service
        """The service that it belongs to."""
        self.workspace_id = args.workspace_id
        self.resources: list[pulumi.Resource] = []
        """What has to exist before something in the workspace does."""
        if isinstance(args, WorkspaceArgs):
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
        return cls(name, ExistingWorkspaceArgs(service=service, workspace_id=workspace_id), opts)


def _verdict(workspace_id: str, service: ServiceFacts) -> Verdict:
    found, sku = id_problems(workspace_id, "workspace_id"), known(service.sku)
    if sku is None or sku in WITH_WORKSPACES:
        return Verdict(problems=found)
    problem = Problem(
        what=f"The SKU {sku} has no workspaces",
        where=Where.of("service"),
        got=service.key,
        allowed=f"a service on {', '.join(sorted(WITH_WORKSPACES))}",
        fix="use one of those SKUs, or work without a workspace",
    )
    return Verdict(problems=[*found, problem])
