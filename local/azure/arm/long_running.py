"""Long-running operations: what they do is done when they are answered, and the first poll says so.

source of the header shapes: facts of REST 2024-05-01. Azure takes seconds (an API) to an hour (a service); a client
that polls cannot tell.
"""

import secrets

from local.azure.arm.call import Answer, Call, Route, etag
from local.azure.arm.errors import not_found
from local.azure.arm.paths import SERVICE, SUBSCRIPTION
from local.azure.store import Entity, Json


def of_service(call: Call, status: int, entity: Entity | None, body: Json | None = None) -> Answer:
    """A service's PUT, PATCH or DELETE: both headers point at the service's operation results."""
    number = _record(call, entity)
    where = call.url(f"{call.path}/operationresults/{number}", "&asyncResponse")
    return Answer(status=status, body=body, headers={"Location": where, "Azure-AsyncOperation": where})


def of_child(call: Call, service_id: str, entity: Entity | None, code: int) -> Answer:
    """PUT (answered with `code`) or DELETE (202) of something in a service; the location ends in the status `code`."""
    number = _record(call, entity)
    headers = {
        "Location": call.url(call.path, f"&asyncId={number}&asyncCode={code}"),
        "Azure-AsyncOperation": call.url(f"{service_id}/tenant/operationResults/{number}"),
    }
    if entity:
        return Answer(status=code, body=entity.body, headers=headers | etag(entity))
    return Answer(status=202, headers=headers)


def of_group(call: Call) -> Answer:
    """DELETE of a resource group."""
    path = f"/subscriptions/{call.names['subscription']}/operationresults/{_record(call, None)}"
    return Answer(status=202, headers={"Location": call.url(path)})


def result(call: Call) -> Answer:
    """What a `Location` with `asyncId` answers: the entity as it is now."""
    _operation(call, call.query["asyncId"])
    entity = call.entity()
    return Answer(
        status=int(call.query.get("asyncCode", "200")) if entity else 200, body=entity.body if entity else None
    )


async def poll(call: Call) -> Answer:
    """What the operation results of a service answer: it is done."""
    operation = _operation(call, call.names["operation"])
    entity = call.azure.store.get(operation.body["resource"] or "")
    body = {"id": call.path, "name": call.names["operation"], "status": "Succeeded"}
    return Answer(status=200, body=body | ({"properties": entity.body} if entity else {}))


async def _poll_group(call: Call) -> Answer:
    _operation(call, call.names["operation"])
    return Answer(status=200)


def _record(call: Call, entity: Entity | None) -> str:
    number = secrets.token_hex(12)
    call.azure.store.put(f"/operations/{number}", {"resource": entity.id if entity else None})
    return number


def _operation(call: Call, number: str) -> Entity:
    operation = call.azure.store.get(f"/operations/{number}")
    if operation is None:
        raise not_found("Operation")
    return operation


ROUTES = [
    Route(method="GET", path=f"{SERVICE}/operationresults/{{operation}}", handler=poll, needs_parents=False),
    Route(method="GET", path=f"{SERVICE}/tenant/operationResults/{{operation}}", handler=poll, needs_parents=False),
    Route(method="GET", path=f"{SUBSCRIPTION}/operationresults/{{operation}}", handler=_poll_group),
]
