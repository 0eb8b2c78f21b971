"""GET, HEAD and list, the same for every entity of a service."""

from collections.abc import Callable

from local.azure.arm.call import Answer, Call, Route, etag
from local.azure.arm.errors import not_found
from local.azure.arm.filters import page
from local.azure.store import Entity, Json

Show = Callable[[Call, Entity], Json]


def reading(path: str, title: str, show: Show | None = None) -> list[Route]:
    """The reading routes of an entity; `title` is what an error calls it, `show` makes the body from what is stored."""

    async def get(call: Call) -> Answer:
        entity = call.entity()
        if entity is None:
            raise not_found(title)
        body = show(call, entity) if show else entity.body
        return Answer(status=200, body=None if call.method == "HEAD" else body, headers=etag(entity))

    async def every(call: Call) -> Answer:
        parent, _, kind = call.path.rpartition("/")
        found, counts = page(call, call.azure.store.children(parent, kind))
        return Answer(status=200, body={"value": [show(call, one) if show else one.body for one in found], **counts})

    return [
        Route(method="GET", path=path, handler=get),
        Route(method="HEAD", path=path, handler=get),
        Route(method="GET", path=path.rpartition("/")[0], handler=every),
    ]
