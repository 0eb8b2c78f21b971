"""Subscriptions of a service: the built-in one, `master`, and its keys. source: REST 2024-05-01, Subscription."""

from local.azure.arm.call import Answer, Call, Route, etag
from local.azure.arm.errors import not_found
from local.azure.arm.paths import SERVICE
from local.azure.arm.reading import reading

_PATH = f"{SERVICE}/subscriptions/{{key}}"


async def _list_secrets(call: Call) -> Answer:
    entity = call.azure.store.get(call.path.rpartition("/")[0])
    if entity is None:
        raise not_found("Subscription")
    return Answer(status=200, body=dict(entity.private), headers=etag(entity))


ROUTES = [
    *reading(_PATH, "Subscription"),
    Route(method="POST", path=f"{_PATH}/listSecrets", handler=_list_secrets),
]
