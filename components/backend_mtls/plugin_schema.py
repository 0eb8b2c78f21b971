"""The schema of the plugin: what each language's SDK is generated from. Made from the models of a configuration.

Pure. Source: pulumi.com/docs/iac/using-pulumi/extending-pulumi/schema. `python -m backend_mtls.plugin_schema >
docs/backend-mtls.schema.json` writes the golden file.
"""

import json
import sys
from typing import Any

from backend_mtls.admission import tokens
from backend_mtls.configuration import schema as configuration

_INPUTS = ("service", "certificates", "apis")
_OUTPUTS = {
    "ServiceOutputs": (
        "The service, as it is deployed.",
        {"id": "ARM id.", "name": "Its name.", "gatewayUrl": "URL of the gateway, without a trailing slash."},
    ),
    "ApiOutputs": (
        "One API, as it is deployed.",
        {
            "path": "Path under the gateway's URL; absent for an API that exists already.",
            "url": "URL of the API on the gateway.",
            "certificate": "Id of the client certificate that is presented.",
            "thumbprint": "SHA-1 of that certificate, 40 upper-case hex digits.",
            "subject": "Its distinguished name.",
            "backend": "Id of the backend.",
            "validation": "How the backend's server certificate is validated, in words.",
        },
    ),
}
_TEXT = {"type": "string"}
_STACK = configuration.Stack.model_json_schema(by_alias=True)
_DEFINITIONS = _STACK["$defs"]


def schema(version: str) -> dict[str, Any]:
    """The schema of this version of the package."""
    types = {_token(name): _object(each) for name, each in _DEFINITIONS.items() if name != "Preflight"}
    for name, (description, properties) in _OUTPUTS.items():
        described = {key: {**_TEXT, "description": text} for key, text in properties.items()}
        required = sorted(set(properties) - {"path"})
        types[_token(name)] = _made(description, described, required)
    inputs = {name: _property(_STACK["properties"][name]) for name in _INPUTS}
    outputs = {
        "service": {"$ref": f"#/types/{_token('ServiceOutputs')}", "description": "The service, as it is deployed."},
        "apis": {
            "type": "object",
            "additionalProperties": {"$ref": f"#/types/{_token('ApiOutputs')}"},
            "description": "The APIs by name, as they are deployed.",
        },
    }
    return {
        "name": tokens.PACKAGE,
        "displayName": "Backend mTLS in Azure API Management",
        "description": "An API gateway that presents a client certificate to its backends, from Key Vault or a PFX.",
        "version": version,
        "license": "Apache-2.0",
        "keywords": ["pulumi", "azure", "api-management", "mtls", "category/infrastructure", "kind/component"],
        "types": dict(sorted(types.items())),
        "resources": {
            tokens.of("BackendMtls"): {
                "isComponent": True,
                "description": "A service, its client certificates, and APIs behind mTLS.",
                "inputProperties": inputs,
                "requiredInputs": ["service"],
                "properties": outputs,
                "required": sorted(outputs),
            }
        },
        "language": {each: {"respectSchemaVersion": True} for each in ("csharp", "go", "nodejs", "python")},
    }


def _token(name: str) -> str:
    return tokens.of(name)


def _object(model: dict[str, Any]) -> dict[str, Any]:
    properties = {name: _property(each) for name, each in model["properties"].items()}
    return _made(model["description"], properties, model.get("required", []))


def _made(description: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    text = " ".join(description.split())
    return {"type": "object", "description": text, "properties": properties, "required": required}


def _property(given: dict[str, Any]) -> dict[str, Any]:
    """A key: its type, and what is said of it."""
    text = given.get("description") or _DEFINITIONS[given["$ref"].rpartition("/")[2]]["description"]
    found = _type(given) | {"description": " ".join(text.split())}
    default = given.get("default")
    if isinstance(default, bool | int | float | str):
        found["default"] = default
    if "secret" in str(_without_null(given).get("format", "")) or _without_null(given).get("writeOnly"):
        found["secret"] = True
    return found


def _type(given: dict[str, Any]) -> dict[str, Any]:
    given = _without_null(given)
    if "$ref" in given:
        return {"$ref": f"#/types/{_token(given['$ref'].rpartition('/')[2])}"}
    if given["type"] == "array":
        inner = given.get("items") or (given.get("prefixItems") or [_TEXT])[0]
        return {"type": "array", "items": _type(inner)}
    if given["type"] == "object":
        values = given.get("additionalProperties") or next(iter(given.get("patternProperties", {}).values()), None)
        inner = _type(values) if isinstance(values, dict) else {"$ref": "pulumi.json#/Any"}
        return {"type": "object", "additionalProperties": inner}
    return {"type": given["type"]}


def _without_null(given: dict[str, Any]) -> dict[str, Any]:
    """The first alternative that is not null: a text, where numbers are taken for one, too."""
    others = [each for each in given.get("anyOf", []) if each.get("type") != "null"]
    return _without_null(others[0]) if others else given


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema("0.1.0"), indent=2, ensure_ascii=False) + "\n")
