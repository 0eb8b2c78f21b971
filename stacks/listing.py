"""The listing of a stack: what its program registers, as text that a reviewer compares line by line.

Pure: no pulumi. The same resources give the same text, in whatever order they were registered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

SECRET = "[secret]"  # noqa: S105 -- what stands in place of one
UNKNOWN = "known after deployment"
_HEADER = """\
# What the stack {stack} declares, for review. Written by `make expected`; not read by Pulumi, and not to be edited.
# Providers: {providers}
"""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One registered resource."""

    urn: str
    """What others name it by."""
    type: str
    """Type token."""
    name: str
    """Logical name."""
    parent: str
    """URN of its parent; that of the stack for what stands at the top."""
    dependencies: Sequence[str]
    """URNs of what is created before it and deleted after it."""
    version: str = ""
    """Version of its provider; empty for a component."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Resource options that are not the default."""
    inputs: Mapping[str, Any]
    """Its inputs, secrets and unknown values replaced."""


_OTHER_BREAKS = "\x85\u2028\u2029"
"""What ends a line for YAML 1.1 besides a line feed."""


class _Dumper(yaml.SafeDumper):
    """Never an alias; a text of several lines is a block."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 -- the name and arguments are PyYAML's
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    if any(each in value for each in _OTHER_BREAKS):  # only an escape survives: PyYAML would fold them
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def write(stack: str, registered: Sequence[Registered]) -> str:
    """The listing; a resource stands behind its parent, siblings in the order of their types and names."""
    known = {each.urn: each for each in registered}
    entries = [_entry(each, known) for each in sorted(registered, key=lambda each: _path(each, known))]
    providers = {f"{each.type.partition(':')[0]} {each.version}" for each in registered if each.version}
    header = _HEADER.format(stack=stack, providers=", ".join(sorted(providers)) or "none")
    return header + yaml.dump(entries, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)


def _path(one: Registered, known: Mapping[str, Registered]) -> tuple[tuple[str, str], ...]:
    above = _path(known[one.parent], known) if one.parent in known else ()
    return (*above, (one.type, one.name))


def _entry(one: Registered, known: Mapping[str, Registered]) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": one.type, "name": one.name}
    if one.parent in known:
        entry["parent"] = _named(known[one.parent])
    if depends_on := sorted({_named(known[urn]) for urn in one.dependencies if urn in known}):
        entry["dependsOn"] = depends_on
    if one.options:
        entry["options"] = _readable(one.options)
    if one.inputs:
        entry["inputs"] = _readable(one.inputs)
    return entry


def _named(one: Registered) -> str:
    return f"{one.type} {one.name}"


def _readable(value: Any) -> Any:
    """The same with sorted keys, whole numbers, and as lines what YAML cannot show as a block."""
    if isinstance(value, Mapping):
        return {key: _readable(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_readable(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and "\n" in value and not _is_block(value):
        return value.split("\n")
    return value


def _is_block(text: str) -> bool:
    """Whether PyYAML writes a block: it escapes a text with tabs, carriage returns or trailing blanks as a whole."""
    return yaml.dump(text, Dumper=_Dumper, allow_unicode=True).startswith("|")
