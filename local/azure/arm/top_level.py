"""GET, HEAD and lists of top-level resources: by name, by resource group, by subscription."""

from local.azure.arm.call import Answer, Call, Route, etag
from local.azure.arm.errors import ArmError, resource_not_found
from local.azure.arm.fields import Fields
from local.azure.arm.paths import SUBSCRIPTION, all_of, name_of, resource_type
from local.azure.arm.reading import Show
from local.azure.store import Entity


def reading(path: str, show: Show | None = None) -> list[Route]:
    """The reading routes of a top-level resource."""
    kind = resource_type(path)

    async def get(call: Call) -> Answer:
        entity = existing(call)
        body = show(call, entity) if show else entity.body
        return Answer(status=200, body=None if call.method == "HEAD" else body, headers=etag(entity))

    async def every(call: Call) -> Answer:
        found = all_of(call.azure.store, kind, call.path.partition("/providers/")[0])
        return Answer(status=200, body={"value": [show(call, one) if show else one.body for one in found]})

    return [
        Route(method="GET", path=path, handler=get),
        Route(method="HEAD", path=path, handler=get),
        Route(method="GET", path=path.rpartition("/")[0], handler=every),
        Route(method="GET", path=f"{SUBSCRIPTION}/providers/{kind}", handler=every),
    ]


def existing(call: Call) -> Entity:
    """The resource; 404 as ARM words it."""
    entity = call.entity()
    if entity is None:
        kind = "/".join(call.path.split("/")[6:8])
        raise resource_not_found(f"{kind}/{name_of(call.path)}", call.names["group"])
    return entity


def location_of(fields: Fields) -> str:
    """`West Europe` and `westeurope` are the same; without one ARM refuses."""
    location = fields.raw("location")
    if not isinstance(location, str) or not location:
        raise ArmError(400, "LocationRequired", "The location property is required for this definition.")
    return location.replace(" ", "").lower()


def unique_name(call: Call, kind: str, error: ArmError) -> None:
    """Refuses a name that a resource of this type has in another group: it is a DNS name, unique in Azure."""
    for other in all_of(call.azure.store, kind):
        if name_of(other.id).lower() == name_of(call.path).lower() and other.id.lower() != call.path.lower():
            raise error
