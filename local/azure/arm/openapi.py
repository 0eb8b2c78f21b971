"""What an OpenAPI 3 document says about an API and its operations.

source: learn.microsoft.com/azure/api-management/api-management-api-import-restrictions (operation ids, display names,
required query parameters become part of the template, `$ref` stays in the document). Schemas and examples are not
kept. The texts for a document that cannot be read are inferred.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from local.azure.arm.errors import ArmError, invalid
from local.azure.store import Json

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_LONGEST_ID = 76
"""Four characters less than the name of an operation may have: room for a suffix."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """An API as a document describes it."""

    title: str | None
    description: str | None
    server: str | None
    """The first absolute server URL."""
    operations: dict[str, Json]
    """Name -> properties."""


def read(text: str, given: str, *, query_in_template: bool) -> Document:
    """Reads `openapi` (YAML or JSON) or `openapi+json`; raises ArmError 400."""
    source = _parsed(text, given)
    info = _mapping(source.get("info"))
    servers = [str(_mapping(one).get("url", "")) for one in _sequence(source.get("servers"))]
    operations: dict[str, Json] = {}
    for path, method, item, operation in _operations(source):
        properties = _properties(source, path, method, item, operation, query_in_template=query_in_template)
        operations[_name(operation.get("operationId") or f"{method}-{path}", operations)] = properties
    return Document(
        title=_text(info.get("title")),
        description=_text(info.get("description")),
        server=next((url for url in servers if url.startswith(("http://", "https://"))), None),
        operations=operations,
    )


def _parsed(text: str, given: str) -> Json:
    try:
        source = json.loads(text) if given == "openapi+json" else yaml.safe_load(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise _unreadable(str(error).replace("\n", " ")) from None
    if not isinstance(source, dict) or not str(source.get("openapi", "")).startswith("3."):
        raise _unreadable("The document has no 'openapi' version 3.")
    return source


def _operations(source: Json) -> Iterator[tuple[str, str, Json, Json]]:
    for path, item in _mapping(source.get("paths")).items():
        for method, operation in _mapping(item).items():
            if str(method).lower() in _METHODS:
                yield str(path), str(method).lower(), _mapping(item), _mapping(operation)


def _properties(source: Json, path: str, method: str, item: Json, operation: Json, *, query_in_template: bool) -> Json:
    parameters = {
        (str(one.get("in")), one["name"]): one
        for given in (item, operation)
        for one in (_resolved(source, each) for each in _sequence(given.get("parameters")))
    }.values()
    query = [one for one in parameters if one.get("in") == "query"]
    moved = [one for one in query if one.get("required")] if query_in_template else []
    in_path = [one for one in parameters if one.get("in") == "path"]
    _check_path(path, in_path)
    template = path + ("?" + "&".join(f"{one['name']}={{{one['name']}}}" for one in moved) if moved else "")
    shown = str(operation.get("summary") or operation.get("operationId") or f"{method.title()} - {path}")[:300]
    properties = {
        "displayName": shown,
        "method": method.upper(),
        "urlTemplate": template,
        "templateParameters": [_parameter(one, required=True) for one in (*in_path, *moved)],
        "description": str(operation["description"])[:1000] if operation.get("description") else None,
        "request": {
            "queryParameters": [_parameter(one) for one in query if one not in moved],
            "headers": [_parameter(one) for one in parameters if one.get("in") == "header"],
        },
        "responses": [
            {"statusCode": int(status), "description": _text(_mapping(answer).get("description")) or ""}
            for status, answer in _mapping(operation.get("responses")).items()
            if str(status).isdecimal()
        ],
    }
    return {name: value for name, value in properties.items() if value is not None}


def _check_path(path: str, parameters: list[Json]) -> None:
    declared, used = {str(one["name"]) for one in parameters}, set(re.findall(r"\{([^}]+)\}", path))
    if declared != used:
        raise _unreadable(f"The path '{path}' has the parameters {sorted(used)}, declared are {sorted(declared)}.")


def _parameter(source: Json, *, required: bool | None = None) -> Json:
    kind = _mapping(source.get("schema")).get("type", "string")
    needed = bool(source.get("required")) if required is None else required
    described = {"description": str(source["description"])} if source.get("description") else {}
    return {"name": source["name"], "type": str(kind), "required": needed, **described}


def _resolved(source: Json, parameter: Any) -> Json:
    reference = _mapping(parameter).get("$ref")
    if reference is not None:
        target: Any = source
        if not str(reference).startswith("#/"):
            raise _unreadable(f"The reference '{reference}' leaves the document.")
        for step in str(reference)[2:].split("/"):
            target = _mapping(target).get(step.replace("~1", "/").replace("~0", "~"))
        parameter = target
    if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
        raise _unreadable(f"The parameter {reference or parameter!r} has no name.")
    return parameter


def _name(given: str, taken: dict[str, Json]) -> str:
    """Lower case, dashes for everything else, 76 characters, a number if it is taken."""
    name = re.sub(r"[^a-z0-9]+", "-", str(given).lower()).strip("-")[:_LONGEST_ID]
    numbered = (f"{name}-{number}" for number in range(1, len(taken) + 2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _unreadable(reason: str) -> ArmError:
    return invalid(("representation", f"Parsing error(s): {reason}"))
