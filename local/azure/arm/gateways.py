"""The managed gateway: debug credentials and traces.

source: REST 2024-05-01, Gateway - List Debug Credentials, Gateway - List Trace.
"""

from local.azure.arm.call import Answer, Call, Route
from local.azure.arm.errors import not_found
from local.azure.arm.fields import Fields
from local.azure.arm.paths import SERVICE, name_of, service_of

_PATH = f"{SERVICE}/gateways/managed"


async def _list_debug_credentials(call: Call) -> Answer:
    fields = Fields(call.body)
    fields.ignore("credentialsExpireAfter")
    api, purposes = fields.text("apiId", required=True) or "", fields.items("purposes")
    if purposes != ["tracing"]:
        fields.problem("purposes", "'purposes' must be [\"tracing\"].")
    fields.finish()
    service_id = service_of(call.path)
    if call.azure.store.get(f"{service_id}/apis/{name_of(api)}") is None:
        raise not_found("API")
    return Answer(status=200, body={"token": call.azure.traces.issue_token(service_id)})


async def _list_trace(call: Call) -> Answer:
    fields = Fields(call.body)
    trace_id = fields.text("traceId", required=True) or ""
    fields.finish()
    trace = call.azure.traces.get(trace_id)
    if trace is None:
        raise not_found("Trace")
    return Answer(status=200, body=trace)


ROUTES = [
    Route(method="POST", path=f"{_PATH}/listDebugCredentials", handler=_list_debug_credentials),
    Route(method="POST", path=f"{_PATH}/listTrace", handler=_list_trace),
]
