"""Policies of every scope. source: REST 2024-05-01, Policy, and Product, Api, Api Operation, Workspace … Policy.

The document is checked on save; GET gives it back re-serialised, in `format=xml` (default) or `rawxml`.
"""

from functools import partial

from local.azure import policy
from local.azure.arm import policy_documents
from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.default_policy import put_default
from local.azure.arm.errors import invalid
from local.azure.arm.fields import Fields
from local.azure.arm.paths import PARENTS, resource
from local.azure.arm.reading import reading

_SCOPES = ("operation", "api", "product", "workspace")
"""Innermost first."""


async def _put(call: Call) -> Answer:
    if call.names["policy"].lower() != "policy":
        raise invalid(("policyId", f"The id of a policy is 'policy', not '{call.names['policy']}'."))
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    document, given = policy_documents.read(fields.part("properties"))
    fields.finish()
    policy_documents.check(call, document, given, partial(policy.problems, scope=_scope(call)))
    before = call.entity()
    stored = resource(call.path, call.kind) | {"properties": {"format": "rawxml", "value": document}}
    entity = call.azure.store.put(call.path, stored, {"rawxml": document})
    return written(entity, created=before is None, body=policy_documents.written_as(entity, given))


def _scope(call: Call) -> str:
    return next((scope for scope in _SCOPES if scope in call.names), "global")


async def _delete(call: Call) -> Answer:
    """The service always has a policy: deleting it brings the default back."""
    if call.entity() is None:
        return Answer(status=204)
    if _scope(call) == "global":
        return Answer(status=200, headers=etag(put_default(call.azure.store, call.above())))
    call.azure.store.delete(call.path)
    return Answer(status=200)


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Policy", policy_documents.show),
        Route(method="PUT", path=path, handler=_put),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for parent in PARENTS for route in _routes(f"{parent}/policies/{{policy}}")]
