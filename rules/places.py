"""Where an entity of API Management is: its service, its workspace, and its id there."""

from rules.graph import Graph, Resource

SERVICE = "azure-native:apimanagement:ApiManagementService"


def owner_of(graph: Graph, resource: Resource) -> str | None:
    """The service that an entity belongs to, and its workspace, as a key; None when nothing says which.

    A service's name is unique in all of Azure. Where it is known only after the deployment, the service that the name
    comes from stands for it.
    """
    service = _service_of(graph, resource)
    workspace = resource.text("workspaceId")
    return f"{service}/{workspace.lower()}" if service and workspace else service


def service_key(service: Resource) -> str:
    """The key of a service itself."""
    name = service.text("serviceName") or service.text("name")
    return name.lower() if name else service.urn


def service_part(owner: str | None) -> str | None:
    """The service alone, of the key of a service or a workspace."""
    return owner.partition("/")[0] if owner and not owner.startswith("urn:") else owner


def _service_of(graph: Graph, resource: Resource) -> str | None:
    name = resource.text("serviceName")
    if name:
        return name.lower()
    if resource.id and "/service/" in resource.id:
        return resource.id.partition("/service/")[2].partition("/")[0].lower()
    sources = [*resource.property_dependencies.get("serviceName", ()), *sorted(resource.dependencies)]
    found = (graph.find(urn) for urn in sources)
    service = next((each for each in found if each and each.type == SERVICE), None)
    return service_key(service) if service else None


def entity_id(resource: Resource, key: str) -> str | None:
    """The id of an entity: what was declared (`key`), or the end of its ARM id; None when it is not known yet."""
    declared = resource.text(key)
    if declared:
        return declared
    return resource.id.rpartition("/")[2] if resource.id and "/" in resource.id else None


def without_revision(api_id: str | None) -> str | None:
    """`orders` of `orders;rev=1`: what products and subscriptions refer to."""
    return api_id.partition(";rev=")[0] if api_id else api_id


def source_of(graph: Graph, resource: Resource, key: str, *kinds: str) -> Resource | None:
    """The resource of one of these classes that an input's value comes from, or that the resource depends on."""
    sources = [*resource.property_dependencies.get(key, ()), *sorted(resource.dependencies)]
    found = (graph.find(urn) for urn in sources)
    return next((each for each in found if each and each.type.rpartition(":")[2] in kinds), None)
