"""Policies of a service, an API, an operation. source: REST 2024-05-01, Policy, Api Policy, Api Operation Policy.

The document is checked on save; GET gives it back re-serialised, in `format=xml` (default) or `rawxml`.
"""

from xml.parsers import expat

from local.azure import policy
from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.errors import invalid, not_found, not_served
from local.azure.arm.fields import Fields
from local.azure.arm.paths import API, OPERATION, SERVICE, resource, resource_type, service_of
from local.azure.arm.policy_references import check_references
from local.azure.arm.reading import reading
from local.azure.arm.services import DEFAULT_POLICY
from local.azure.store import Entity, Json

_SCOPES = {"global": SERVICE, "api": API, "operation": OPERATION}
_LARGEST = 256 * 1024
_LARGEST_CONSUMPTION = 16 * 1024


def _show(call: Call, entity: Entity) -> Json:
    given = call.query.get("format", "xml")
    if given not in {"xml", "rawxml"}:
        raise invalid(("format", f"'format' has an invalid value '{given}'. Allowed: xml, rawxml."))
    return _body(entity.body, entity.private["rawxml"], given)


def _body(body: Json, document: str, given: str) -> Json:
    value = policy.serialise(document, "rawxml" if given == "rawxml" else "xml")
    return body | {"properties": {"format": given, "value": value}}


async def _put(call: Call) -> Answer:
    if call.names["policy"].lower() != "policy":
        raise invalid(("policyId", f"The id of a policy is 'policy', not '{call.names['policy']}'."))
    parent = call.azure.store.get(call.above())
    if parent is None:
        raise not_found("Parent")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    document = inner.text("value", required=True) or ""
    given = inner.text("format", choices=["xml", "rawxml", "xml-link", "rawxml-link"]) or "xml"
    fields.finish()
    if given.endswith("-link"):
        raise not_served(f"policy format '{given}'")
    _check(call, document, given)
    before = call.entity()
    kind = resource_type(f"{_scope(call)[1]}/policies/{{policy}}")
    stored = resource(call.path, kind) | {"properties": {"format": "rawxml", "value": document}}
    entity = call.azure.store.put(call.path, stored, {"rawxml": document})
    return written(entity, created=before is None, body=_body(entity.body, document, given))


def _check(call: Call, document: str, given: str) -> None:
    """Everything that Azure refuses; a document that cannot be read has no further problems."""
    service = call.azure.store.get(service_of(call.path))
    consumption = service is not None and service.body["sku"]["name"] == "Consumption"
    largest = _LARGEST_CONSUMPTION if consumption else _LARGEST
    size = len(document.encode())
    if size > largest:  # documented limit, inferred text
        raise invalid(("representation", f"The policy document has {size} bytes; it may have {largest // 1024} KiB."))
    if given == "xml":
        _check_well_formed(document)
    try:
        root = policy.parse(document)
    except policy.PolicySyntaxError as error:
        raise invalid(("representation", error.message)) from None
    scope = _scope(call)[0]
    found = [(problem.target, problem.message) for problem in policy.problems(root, scope)]
    found += check_references(call.azure.store, service_of(call.path), root)
    if found:
        raise invalid(*found)


def _check_well_formed(document: str) -> None:
    """`xml` is stricter than `rawxml`: quotes in expressions have to be escaped (azure-docs#18475)."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        text = expat.errors.messages[error.code].capitalize()
        message = f"{text}. Line {error.lineno}, position {error.offset + 1}."
        raise invalid(("representation", message)) from None


def _scope(call: Call) -> tuple[str, str]:
    name = "operation" if "operation" in call.names else "api" if "api" in call.names else "global"
    return name, _SCOPES[name]


async def _delete(call: Call) -> Answer:
    """The service always has a policy: deleting it brings the default back."""
    entity = call.entity()
    if entity is None:
        return Answer(status=204)
    if _scope(call)[0] == "global":
        body = entity.body | {"properties": {"format": "rawxml", "value": DEFAULT_POLICY}}
        return Answer(status=200, headers=etag(call.azure.store.put(call.path, body, {"rawxml": DEFAULT_POLICY})))
    call.azure.store.delete(call.path)
    return Answer(status=200)


ROUTES = [
    route
    for scope in _SCOPES.values()
    for path in [f"{scope}/policies/{{policy}}"]
    for route in (
        *reading(path, "Policy", _show),
        Route(method="PUT", path=path, handler=_put),
        Route(method="DELETE", path=path, handler=_delete),
    )
]
