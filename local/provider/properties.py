"""Pulumi's property values: from and to the wire (google.protobuf.Struct), with secrets and unknowns.

source: sdk/go/common/resource/plugin/rpc.go of github.com/pulumi/pulumi (signatures and sentinels)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.struct_pb2 import ListValue, Struct, Value

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's marker of a secret, not one
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = {
    _UNKNOWN,  # string
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
}


class Unknown:
    """A value that only the deployment will know."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that the engine encrypts in the state and hides in its output."""

    value: Any

    def __repr__(self) -> str:
        return "[secret]"


def decode(struct: Struct) -> dict[str, Any]:
    """Properties from the wire. Nulls are left out: for Azure an absent property and a null one are the same."""
    return {name: _decode(value) for name, value in struct.fields.items() if value.WhichOneof("kind") != "null_value"}


def encode(properties: Mapping[str, Any]) -> Struct:
    """Properties to the wire, without nulls."""
    return Struct(fields={name: _encode(value) for name, value in properties.items() if value is not None})


def plain(value: Any) -> Any:
    """The value without its secret marks, at any depth: what goes to ARM, or is compared."""
    match value:
        case Secret():
            return plain(value.value)
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case list():
            return [plain(item) for item in value]
    return value


def mark_secrets(outputs: dict[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs, secret wherever the input of the same name is: a secret stays one (as the engine does for real)."""
    return {name: _mark(value, inputs.get(name)) for name, value in outputs.items()}


def _mark(output: Any, given: Any) -> Any:
    match output, given:
        case Secret(), _:
            return output
        case _, Secret():
            return Secret(output)
        case dict(), dict():
            return mark_secrets(output, given)
        case list(), list():
            rest = [None] * max(0, len(output) - len(given))
            return [_mark(*pair) for pair in zip(output, [*given, *rest], strict=False)]
    return output


def _decode(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            fields = decode(value.struct_value)
            return Secret(fields.get("value")) if fields.get(_SIGNATURE) == _SECRET else fields
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
        case "bool_value":
            return value.bool_value
    return None


def _encode(value: Any) -> Value:
    match value:
        case Secret():
            return Value(struct_value=encode({_SIGNATURE: _SECRET, "value": value.value}))
        case Unknown():
            return Value(string_value=_UNKNOWN)
        case dict():
            return Value(struct_value=encode(value))
        case list():
            return Value(list_value=ListValue(values=[_encode(item) for item in value]))
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
    return Value(null_value=0)
