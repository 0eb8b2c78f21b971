"""A stack's file as a JSON schema, for editors: keys, types, descriptions, what is not allowed.

Pure. Draft 7, which every editor knows. The CLI decides what may stand in a file: it writes `{secure: …}` for a secret
at any place, and a flag or a fraction as a text; a key of the project may leave its namespace out.
"""

from collections.abc import Mapping
from typing import Any

from backend_mtls.configuration import described
from backend_mtls.configuration.schema import Stack
from pydantic import BaseModel

_SECURE = "secure"
_SCALARS: dict[str, list[dict[str, Any]]] = {
    "string": [],
    "boolean": [{"type": "string", "enum": ["true", "false"]}],
    "integer": [{"type": "string", "pattern": r"^-?\d+$"}],
    "number": [{"type": "string", "pattern": r"^-?\d+(?:\.\d+)?$"}],
}
"""Type -> how the CLI may write it besides."""
_TEXT = {"type": "string"}
_FILE = {
    "secretsprovider": _TEXT | {"description": "Who encrypts the secrets of the stack. Written by Pulumi."},
    "encryptedkey": _TEXT | {"description": "The key of the secrets, encrypted by the provider. Written by Pulumi."},
    "encryptionsalt": _TEXT | {"description": "The salt of the passphrase. Written by Pulumi."},
    "environment": {"description": "Pulumi ESC environments.", "type": ["array", "object"]},
}


def schema(project: str, review: Mapping[str, Any]) -> dict[str, Any]:
    """The schema; `project` is the namespace of its keys, `review` the schema of the rules' settings."""
    whole = Stack.model_json_schema(by_alias=True)
    models = {group.__name__: group for _, key in described.every(Stack) if (group := key.group)}
    definitions = {name: _group(node, models[name]) for name, node in whole["$defs"].items()}
    definitions |= {name: _allowed(node) for name, node in review["$defs"].items()}
    own = _group(whole, Stack)["properties"]
    about = {"description": own["review"]["description"]}
    own["review"] = _allowed({key: value for key, value in review.items() if key != "$defs"}) | about
    properties = {
        name: {key: value for key, value in node.items() if key == "description"}
        | {"anyOf": [node, {"$ref": f"#/$defs/{_SECURE}"}]}
        for key, node in own.items()
        for name in (f"{project}:{key}", key)
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Configuration of a stack of {project}",
        "description": "Written by `make expected`, and not to be edited. Described in docs/configuration.md.",
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {"config": _config(project, properties), **_FILE},
        "$defs": definitions | {_SECURE: _secure()},
    }


def _config(project: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "description": "The configuration, by namespace and key.",
        "additionalProperties": False,
        "properties": dict(properties),
        "patternProperties": {f"^(?!{project}:)[^:]+:.+$": {}},
    }


def _secure() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "An encrypted value: pulumi config set --secret.",
        "additionalProperties": False,
        "required": [_SECURE],
        "properties": {_SECURE: {"type": "string"}},
    }


def _group(node: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """A group of keys, each described; or a text, where one stands for one of the keys."""
    found = _allowed(node)
    for key in described.keys(model):
        about = {"description": key.description, "examples": list(key.examples)}
        found["properties"][key.name] = _beside(found["properties"][key.name], about)
    return {"anyOf": [dict(_TEXT), found]} if "shorthand" in node else found


def _beside(node: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    """Draft 7 ignores what stands beside a `$ref`."""
    return {"allOf": [node], **about} if "$ref" in node else {**node, **about}


def _allowed(node: Mapping[str, Any]) -> dict[str, Any]:
    """What may stand in a file where the model has this value."""
    kept = {
        key: value for key, value in node.items() if key not in {"title", "unit", "shorthand", "writeOnly", "$defs"}
    }
    if kept.get("default", 0) is None or "$ref" in kept:
        kept.pop("default", None)
    about = {key: kept.pop(key) for key in ("description", "default", "examples") if key in kept}
    if "properties" in kept:
        kept["properties"] = {key: _allowed(each) for key, each in kept["properties"].items()}
        return kept | about
    return _value(kept) | about


def _value(node: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in node:
        return {"anyOf": _distinct([one for each in node["anyOf"] for one in _alternatives(_allowed(each))])}
    if node.get("type") in _SCALARS:
        node.pop("format", None)
        return {"anyOf": _distinct([node, *_SCALARS[node["type"]], {"$ref": f"#/$defs/{_SECURE}"}])}
    if node.get("type") == "array":
        items = node.pop("prefixItems", None)
        given = [_allowed(each) for each in items] if items else _allowed(node["items"])
        return node | {"items": given}
    for keyword in ("patternProperties", "additionalProperties"):
        if isinstance(node.get(keyword), Mapping):
            below = node[keyword]
            names = {key: _allowed(each) for key, each in below.items()} if keyword[0] == "p" else _allowed(below)
            node = node | {keyword: names}
    return node | {"additionalProperties": False} if "patternProperties" in node else node


def _alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
    return list(node["anyOf"]) if node.keys() == {"anyOf"} else [node]


def _distinct(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each once, that of a secret last."""
    found = [each for index, each in enumerate(nodes) if each not in nodes[:index]]
    return sorted(found, key=lambda each: each == {"$ref": f"#/$defs/{_SECURE}"})
