"""The ids of what ARM holds, as patterns, and the walk over all resources of a type."""

import re
from collections.abc import Iterator

from local.azure.store import Entity, Store
from local.endpoints import SUBSCRIPTION_ID

SUBSCRIPTION = "/subscriptions/{subscription}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/{{group}}"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/{{vault}}"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{identity}}"
ROLE_ASSIGNMENTS = "{scope}/providers/Microsoft.Authorization/roleAssignments"
SERVICE = f"{GROUP}/providers/Microsoft.ApiManagement/service/{{service}}"
WORKSPACE = f"{SERVICE}/workspaces/{{workspace}}"
GATEWAY = f"{SERVICE}/gateways/{{gateway}}"
HOMES = (SERVICE, WORKSPACE)
"""What holds APIs, products, backends, certificates and fragments; a reference resolves in its own home only."""

PARENTS = {
    SERVICE: "Service",
    WORKSPACE: "Workspace",
    **{f"{home}/apis/{{api}}": "API" for home in HOMES},
    **{f"{home}/apis/{{api}}/operations/{{operation}}": "Operation" for home in HOMES},
    **{f"{home}/products/{{product}}": "Product" for home in HOMES},
    GATEWAY: "Gateway",
}
"""What other entities are in, outermost first -> what an error calls it."""

SUBSCRIPTION_PATH = f"/subscriptions/{SUBSCRIPTION_ID}"


def compiled(pattern: str) -> re.Pattern[str]:
    """`{name}` stands for one segment, `{scope}` for any number; letter case does not count."""
    parts = re.split(r"\{(\w+)\}", pattern)
    groups = [
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>{'.*?' if part == 'scope' else '[^/]+'})"
        for index, part in enumerate(parts)
    ]
    return re.compile("".join(groups), re.IGNORECASE)


def resource_type(pattern: str) -> str:
    """`Microsoft.ApiManagement/service/apis` of a pattern; without a provider, `Microsoft.Resources`."""
    _, found, tail = pattern.rpartition("/providers/")
    return re.sub(r"/\{\w+\}", "", tail) if found else "Microsoft.Resources"


def name_of(resource_id: str) -> str:
    """The last segment."""
    return resource_id.rpartition("/")[2]


def all_of(store: Store, kind: str, group: str | None = None) -> Iterator[Entity]:
    """Every top-level resource of a type (`Microsoft.KeyVault/vaults`), in one resource group or in all."""
    namespace, _, name = kind.partition("/")
    groups = [group] if group else [entity.id for entity in store.children(SUBSCRIPTION_PATH, "resourceGroups")]
    for group_id in groups:
        yield from store.children(f"{group_id}/providers/{namespace}", name)


def resource(path: str, kind: str) -> dict[str, str]:
    """The members that every resource's body starts with."""
    return {"id": path, "name": name_of(path), "type": kind}


def service_of(path: str) -> str:
    """The service that a path is in."""
    return "/".join(path.split("/")[:9])


def home_of(path: str) -> str:
    """The workspace that a path is in, otherwise its service."""
    parts = path.split("/")
    in_workspace = len(parts) > 10 and parts[9].lower() == "workspaces"
    return "/".join(parts[: 11 if in_workspace else 9])
