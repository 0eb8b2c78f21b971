"""From the SDK's flat inputs to ARM's bodies, and from ARM's bodies to the SDK's flat outputs and inputs.

source: convert/*.go, provider/crud/crud.go
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from local.provider.errors import ProviderError
from local.provider.properties import UNKNOWN, Secret, plain
from local.provider.resources import Resource

_STABLE = ("name", "location")
"""Outputs that an update never changes, so a preview of one knows them (source: provider/provider.go)."""


def resource_id(resource: Resource, inputs: Mapping[str, Any], subscription_id: str) -> str:
    """The ARM id that the inputs name."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        given = subscription_id if name == "subscriptionId" else inputs.get(name)
        if not isinstance(given, str):
            raise ProviderError(
                f"{resource.token}: '{name}' must be a string to build the resource's id, got {given!r}"
            )
        return given.strip("/") if name == "scope" else quote(given, safe="$&+:=@")

    return re.sub(r"{(\w+)}", value, resource.path)


def request_body(resource: Resource, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a PUT for plain inputs."""
    body = {name: inputs[name] for name in resource.body if name in inputs}
    if resource.properties:
        given = {resource.renamed.get(name, name): inputs[name] for name in resource.properties if name in inputs}
        body["properties"] = given
    identity = body.get("identity")
    if isinstance(identity, dict) and isinstance(identity.get("userAssignedIdentities"), list):
        # a list of ids in the SDK, a map of ids to empty objects in ARM
        body["identity"] = identity | {
            "userAssignedIdentities": {one: {} for one in identity["userAssignedIdentities"]}
        }
    return body


def request_query(resource: Resource, inputs: Mapping[str, Any]) -> dict[str, str]:
    """The query parameters of a PUT for plain inputs, besides the API version."""
    given = {name: inputs[name] for name in resource.query if name in inputs}
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}


def outputs(resource: Resource, response: Mapping[str, Any]) -> dict[str, Any]:
    """What the SDK calls the resource's outputs, from ARM's answer."""
    inner = response.get("properties") or {}
    readable = [name for name in resource.properties if name not in resource.write_only]
    flat = {name: inner.get(resource.renamed.get(name, name)) for name in (*readable, *resource.read_only_properties)}
    top = {name: response.get(name) for name in ("name", "type", *resource.body, *resource.read_only)}
    found = {name: value for name, value in (flat | top).items() if value is not None}
    return found | {"azureApiVersion": resource.api_version}


def preview(resource: Resource, inputs: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs as far as the inputs tell them, the rest unknown; `old` are the outputs before an update."""
    if not resource.api_version:
        return dict(inputs)
    names = (*resource.body, *resource.properties, *resource.read_only, *resource.read_only_properties)
    known = {name: inputs.get(name, UNKNOWN) for name in names if name not in resource.write_only}
    for name, parts in resource.read_only_parts.items():
        if isinstance(known[name], dict):
            known[name] = dict.fromkeys(parts, UNKNOWN) | known[name]
    known |= {"name": UNKNOWN, "type": UNKNOWN, "azureApiVersion": resource.api_version}
    return known | {name: old[name] for name in _STABLE if name in old}


def imported_inputs(resource: Resource, arm_id: str, response: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that would make the resource that ARM describes: for `import` and `get`."""
    pattern = re.sub(
        r"{(\w+)}", lambda match: f"(?P<{match[1]}>{'.+' if match[1] == 'scope' else '[^/]+'})", resource.path
    )
    match = re.fullmatch(pattern, arm_id, re.IGNORECASE)
    if match is None:
        raise ProviderError(f"'{arm_id}' is not the id of a {resource.token}; expected the form {resource.path}")
    found = {name: "/" + match[name] if name == "scope" else unquote(match[name]) for name in resource.parameters}
    shaped = _as_inputs(resource, outputs(resource, response))
    if "type" in resource.properties:  # of a backend: here the answer still has both, the outputs only the resource's
        shaped["type"] = (response.get("properties") or {}).get("type")
    body = {name: _without_empty(value) for name, value in shaped.items()}
    return found | {name: value for name, value in body.items() if value is not None}


def refreshed_inputs(
    resource: Resource, inputs: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs, with what changed in Azure between the plain outputs `old` and `new`: no defaults chosen by Azure."""
    before, after = (_without_others(resource, inputs, _as_inputs(resource, found)) for found in (old, new))
    merged: dict[str, Any] = _merge(dict(inputs), before, after)
    return merged


def _without_others(resource: Resource, inputs: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Without what other resources write and the program leaves out (source: provider/provider.go)."""
    if not resource.maintained:
        return found
    parent, name = resource.maintained
    given, shaped = plain(inputs.get(parent)), found.get(parent)
    if not isinstance(shaped, dict) or (isinstance(given, dict) and name in given):
        return found
    return found | {parent: {part: value for part, value in shaped.items() if part != name}}


def _as_inputs(resource: Resource, found: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in (*resource.body, *resource.properties) if name not in resource.write_only]
    shaped = {name: found[name] for name in names if name in found}
    shaped.pop("type", None)  # the output is the resource's type in ARM, the input (of a backend) is not
    for name, parts in resource.read_only_parts.items():
        if isinstance(shaped.get(name), dict):
            shaped[name] = {part: value for part, value in shaped[name].items() if part not in parts}
    identity = shaped.get("identity")
    if isinstance(identity, dict) and isinstance(identity.get("userAssignedIdentities"), dict):
        shaped["identity"] = identity | {"userAssignedIdentities": list(identity["userAssignedIdentities"])}
    return shaped


def _merge(base: Any, old: Any, new: Any) -> Any:
    """`base` with the difference between `old` and `new` applied, secret where it was (source: provider/diff.go)."""
    if old == new:
        return base
    match base, old, new:
        case Secret(), _, _:
            return Secret(_merge(base.value, old, new))
        case dict(), dict(), dict():
            kept = {name: value for name, value in base.items() if name in new or name not in old}
            changed = [name for name in new if old.get(name) != new[name]]
            return kept | {name: _merge(base.get(name), old.get(name), new[name]) for name in changed}
        case list(), list(), list():
            pairs = zip(base, old, new, strict=False)
            return [_merge(*items) for items in pairs] + new[min(len(base), len(old)) :]
    return new


def _without_empty(value: Any) -> Any:
    """Empty lists and objects count as absent, so that an import shows no defaults."""
    match value:
        case dict():
            return {name: kept for name, item in value.items() if (kept := _without_empty(item)) is not None} or None
        case list():
            return [kept for item in value if (kept := _without_empty(item)) is not None] or None
    return value
