"""Where a policy document stands: on a service, a workspace, a product, an API or an operation.

Source: learn.microsoft.com/azure/api-management/api-management-howto-policies#scopes; a call runs the policies of all
of them, from the outside in, as far as each says `<base />`.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls.placement import Placement
from backend_mtls.workspace import Workspace

Kind = Literal["service", "workspace", "product", "api", "operation"]

_CLASSES: dict[tuple[Kind, bool], tuple[Any, str]] = {
    ("service", False): (apimanagement.Policy, "getPolicy"),
    ("product", False): (apimanagement.ProductPolicy, "getProductPolicy"),
    ("api", False): (apimanagement.ApiPolicy, "getApiPolicy"),
    ("operation", False): (apimanagement.ApiOperationPolicy, "getApiOperationPolicy"),
    ("workspace", True): (apimanagement.WorkspacePolicy, "getWorkspacePolicy"),
    ("product", True): (apimanagement.WorkspaceProductPolicy, "getWorkspaceProductPolicy"),
    ("api", True): (apimanagement.WorkspaceApiPolicy, "getWorkspaceApiPolicy"),
    ("operation", True): (apimanagement.WorkspaceApiOperationPolicy, "getWorkspaceApiOperationPolicy"),
}


@dataclass(frozen=True, kw_only=True)
class OlderRevision:
    """A revision of an API that is not current any more, and that the program owns."""

    number: str
    """Its number."""
    api_id: str
    """Id of the API in this revision: `orders;rev=1`."""
    resource: pulumi.Resource
    """The azure-native resource; its policies are created after it and deleted before it."""


@dataclass(frozen=True, kw_only=True)
class PolicyScope:
    """One place for a policy document. Made by the methods below, named after what the policy applies to."""

    kind: Kind
    """What it applies to."""
    ids: dict[str, str] = field(default_factory=dict)
    """Ids of what it applies to, by the SDK's names."""
    workspace: Workspace | None = None
    """The workspace that it is in. Left out: the service itself."""
    resources: tuple[pulumi.Resource, ...] = ()
    """What has to exist before the policy does. Left out: it exists already."""
    older: tuple[OlderRevision, ...] = ()
    """Older revisions of the API, whose policies follow what is bound here. Left out: there are none, or they belong to
    somebody else."""

    @classmethod
    def service(cls) -> "PolicyScope":
        """Every call to the service."""
        return cls(kind="service")

    @classmethod
    def of_workspace(cls, workspace: Workspace) -> "PolicyScope":
        """Every call to the APIs of a workspace."""
        return cls(kind="workspace", workspace=workspace)

    @classmethod
    def product(
        cls, product_id: str, resource: pulumi.Resource | None = None, workspace: Workspace | None = None
    ) -> "PolicyScope":
        """Every call with a subscription to the product. `resource` is the product, when this program creates it."""
        return cls(kind="product", ids={"product_id": product_id}, workspace=workspace, resources=_all(resource))

    @classmethod
    def api(
        cls, api_id: str, resource: pulumi.Resource | None = None, workspace: Workspace | None = None
    ) -> "PolicyScope":
        """Every call to the API. `resource` is the API, when this program creates it."""
        return cls(kind="api", ids={"api_id": api_id}, workspace=workspace, resources=_all(resource))

    @classmethod
    def operation(
        cls,
        api_id: str,
        operation_id: str,
        resource: pulumi.Resource | None = None,
        workspace: Workspace | None = None,
    ) -> "PolicyScope":
        """Every call to one operation of the API. `resource` is the operation, when this program creates it."""
        ids = {"api_id": api_id, "operation_id": operation_id}
        return cls(kind="operation", ids=ids, workspace=workspace, resources=_all(resource))

    def within(self, workspace: Workspace | None) -> "PolicyScope":
        """The same scope in this workspace, for one that was made without naming it."""
        return self if workspace is None or self.workspace else replace(self, workspace=workspace)

    @property
    def resource_class(self) -> Any:
        """The azure-native class of the policy."""
        return _CLASSES[self.kind, self.workspace is not None][0]

    @property
    def function(self) -> str:
        """The azure-native function that reads the policy."""
        return _CLASSES[self.kind, self.workspace is not None][1]

    @property
    def path(self) -> str:
        """Path of the policy below the service or the workspace: `apis/orders/policies/policy`."""
        kinds = {"product_id": "products", "api_id": "apis", "operation_id": "operations"}
        return "/".join([*(f"{kinds[key]}/{value}" for key, value in self.ids.items()), "policies/policy"])

    def names(self, place: Placement) -> dict[str, Any]:
        """The arguments that name the policy in azure-native."""
        return {**place.names, **self.ids, "policy_id": "policy"}


def _all(resource: pulumi.Resource | None) -> tuple[pulumi.Resource, ...]:
    return () if resource is None else (resource,)
