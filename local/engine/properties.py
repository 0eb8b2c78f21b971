"""Property values: what a protobuf Struct carries, as plain Python.

Special values are objects with a signature, exactly as Pulumi's wire protocol has them: a secret is
`{SIGNATURE: SECRET, "value": …}` here and on the wire, and holds a ciphertext instead of the value in a checkpoint.
source: pulumi/pulumi sdk/go/common/resource/properties.go
"""

from collections.abc import Iterable
from typing import Any

from google.protobuf import struct_pb2

Properties = dict[str, Any]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the public signature of a secret, not one
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
ASSETS = ("c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7")
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that is not known before the deployment."""


class UnsupportedError(Exception):
    """The program or the state uses a feature of Pulumi that this engine does not have."""


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """The content of a Struct; whole numbers become int."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        content = from_struct(value.struct_value)
        if content.get(SIGNATURE) in ASSETS:
            raise UnsupportedError("assets and archives")
        if content.get(SIGNATURE) == REFERENCE:
            content.setdefault("packageVersion", "")
        return content
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number: float = value.number_value
        return int(number) if number.is_integer() else number
    return None if kind is None or kind == "null_value" else getattr(value, kind)


def to_struct(properties: Properties) -> struct_pb2.Struct:
    """The properties as a Struct."""
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def secret(value: Any) -> Any:
    """The value as a secret; what is one stays as it is."""
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Whether the value is a secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def plain(value: Any) -> Any:
    """The value without its secret envelopes, at every depth."""
    if is_secret(value):
        return plain(value.get("value"))  # a secret null has none
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def redacted(value: Any) -> Any:
    """The value with `[secret]` in place of every secret."""
    if is_secret(value):
        return "[secret]"
    if isinstance(value, dict):
        return {key: redacted(item) for key, item in value.items()}
    return [redacted(item) for item in value] if isinstance(value, list) else value


def has_unknown(value: Any) -> bool:
    """Whether something in the value is not known yet."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else value == UNKNOWN


def without_references(value: Any) -> Any:
    """The value with ids (or URNs) in place of resource references, for a peer that does not know them."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == REFERENCE:
            return value["id"] if "id" in value else value["urn"]
        return {key: without_references(item) for key, item in value.items()}
    return [without_references(item) for item in value] if isinstance(value, list) else value


def keep_secret(outputs: Properties, inputs: Properties, names: Iterable[str] = ()) -> Properties:
    """Outputs in which everything named, or secret among the inputs, is secret."""
    hidden = {key for key, value in inputs.items() if is_secret(value)} | set(names)
    return {key: secret(value) if key in hidden else value for key, value in outputs.items()}


def restore(new: Properties, old: Properties, paths: Iterable[str]) -> Properties:
    """`ignoreChanges`: the new inputs, with the old value (or absence) of each path (`name`, `a.b`, `a[0].b`)."""
    result = dict(new)
    for path in paths:
        keys = [key for key in path.replace("[", ".").replace("]", "").replace('"', "").split(".") if key]
        _restore(result, old, keys)
    return result


def _restore(new: Any, old: Any, keys: list[str]) -> None:
    key, rest = keys[0], keys[1:]
    if key == "*":
        for each in set(old) | set(new) if isinstance(new, dict) else ():
            _restore(new, old, [each, *rest])
    elif isinstance(new, list) and isinstance(old, list) and key.isdigit() and int(key) < min(len(new), len(old)):
        if rest:
            _restore(new[int(key)], old[int(key)], rest)
        else:
            new[int(key)] = old[int(key)]
    elif isinstance(new, dict) and isinstance(old, dict):
        if rest and key in new and key in old:
            _restore(new[key], old[key], rest)
        elif not rest and key in old:
            new[key] = old[key]
        elif not rest:
            new.pop(key, None)
