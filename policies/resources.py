"""What Pulumi says of a stack's resources, as the rules' graph."""

from collections.abc import Iterable, Mapping
from typing import Any

from rules.graph import SECRET, SIGNATURE, UNKNOWN, UNKNOWN_SENTINEL, Graph, Resource, unversioned

_UNKNOWN = {
    UNKNOWN_SENTINEL,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
"""Stands for an unknown text, truth value, number, list or object (…/resource/plugin/rpc.go, Unknown…Value)."""


def values(struct: Any) -> dict[str, Any]:
    """The properties of a resource, marks in place of unknowns and secrets. A secret comes in plain text here."""
    return {key: _value(each) for key, each in struct.fields.items()}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return SECRET if SIGNATURE in value.struct_value.fields else values(value.struct_value)
    if kind == "list_value":
        return [_value(each) for each in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    if kind == "string_value":
        return UNKNOWN if value.string_value in _UNKNOWN else value.string_value
    return value.bool_value if kind == "bool_value" else None


def graph(listed: Iterable[Any], inputs: Mapping[str, dict[str, Any]], *, stack: str, project: str) -> Graph:
    """All resources of the stack (AnalyzerResource), with the inputs that came before (URN -> properties)."""
    return Graph(stack=stack, project=project, resources=tuple(_resource(each, inputs) for each in listed))


def _resource(given: Any, inputs: Mapping[str, dict[str, Any]]) -> Resource:
    outputs = values(given.properties)
    return Resource(
        urn=given.urn,
        type=unversioned(given.type),
        name=given.name,
        inputs=inputs.get(given.urn, outputs),  # none came for what a targeted deployment leaves alone
        outputs=outputs,
        parent=given.parent,
        dependencies=frozenset(given.dependencies),
        property_dependencies={key: tuple(each.urns) for key, each in given.propertyDependencies.items()},
        protect=given.options.protect,
    )
