"""The Pulumi program: builds the configuration in `ORDERING_FILE` with the components."""

import json
import os
from pathlib import Path
from typing import Any

from backend_mtls import ApiManagement, ApiManagementArgs, Preflight, ServiceDefinition, Workspace, ask_key_vault
from backend_mtls.workspace import WorkspaceArgs

from ordering.configuration import WORKSPACE
from ordering.place import Builder


def build() -> None:
    """Everything in the configuration; names begin with the place's."""
    ask_key_vault(Preflight(mode="off"))
    file = Path(os.environ["ORDERING_FILE"])
    settings = json.loads(file.read_text())
    services = {name: _service(name, settings["names"][name]) for name in settings["places"] if name != WORKSPACE}
    for name, content in settings["places"].items():
        service, workspace = services.get(name), None
        if service is None:
            service = services["owned"]
            workspace = Workspace(name, WorkspaceArgs(service=service, workspace_id=name))
        Builder(name, service, workspace, file.parent, settings["vault"]).build(content)


def _service(name: str, service_name: str) -> ApiManagement:
    if name != "owned":
        return ApiManagement.from_existing(name, resource_group_name="rg-ordering", service_name=service_name)
    definition: dict[str, Any] = {"location": "westeurope", "publisher_name": "T", "publisher_email": "t@example.com"}
    return ApiManagement(
        name,
        ApiManagementArgs(
            resource_group_name="rg-ordering",
            service_name=service_name,
            # the tier that has workspaces and self-hosted gateways
            definition=ServiceDefinition(sku="Premium", **definition),
        ),
    )
