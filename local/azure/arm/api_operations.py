"""Operations of an API. source: REST 2024-05-01, Api Operation; azure-sdk-for-net#35802 (template parameters)."""

import re

from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.errors import invalid, not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import HOMES, resource
from local.azure.arm.reading import reading
from local.azure.store import Json


async def _put(call: Call) -> Answer:
    check_name(call.names["operation"], "[^*#&+:<>?]+", (1, 80), "operationId")
    return _write(call, call.body)


async def _patch(call: Call) -> Answer:
    before = call.entity()
    if before is None:
        raise not_found("Operation")
    return _write(call, patched(before.body, call.body))


def _write(call: Call, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    properties = {
        "displayName": inner.text("displayName", required=True, lengths=(1, 300)),
        "method": inner.text("method", required=True),
        "urlTemplate": inner.text("urlTemplate", required=True, lengths=(1, 1000)),
        "templateParameters": _parameters(inner),
        "description": inner.text("description", lengths=(0, 1000)),
        "request": inner.mapping("request"),
        "responses": inner.raw("responses") or [],
    }
    fields.finish()
    _check_template(properties)
    _check_unique(call, properties)
    shown = {name: value for name, value in properties.items() if value is not None}
    before = call.entity()
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    return written(call.azure.store.put(call.path, body), created=before is None)


def _parameters(fields: Fields) -> list[Json]:
    given = fields.raw("templateParameters") or []
    if isinstance(given, list) and all(isinstance(one, dict) and "name" in one for one in given):
        return given
    fields.problem("templateParameters", "'templateParameters' must be an array of objects with a name.")
    return []


def _check_template(properties: Json) -> None:
    """Every `{name}` of the template is declared, and nothing else is."""
    used = {name.lstrip("*") for name in re.findall(r"\{([^}]+)\}", properties["urlTemplate"])}
    declared = {str(parameter["name"]).lstrip("*") for parameter in properties["templateParameters"]}
    if used != declared:
        message = "All template parameters used in the UriTemplate must be defined in the Operation"
        raise invalid(("", f"{message} '{properties['displayName']}', and vice-versa."))


def _check_unique(call: Call, properties: Json) -> None:
    """The rule is documented for imports; the text is inferred."""
    method, template = properties["method"], properties["urlTemplate"]
    for other in call.azure.store.children(call.above(), "operations"):
        known = other.body["properties"]
        same = (known["method"].upper(), known["urlTemplate"]) == (method.upper(), template)
        if same and other.id.lower() != call.path.lower():
            message = f"Operation with the same method and URL template already exists: {method}, {template}."
            raise invalid(("", message))


async def _delete(call: Call) -> Answer:
    return Answer(status=200 if call.azure.store.delete(call.path) else 204)


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Operation"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/apis/{{api}}/operations/{{operation}}")]
