"""Reads what Pulumi writes: `preview --json`, and a state (`stack export`, or a checkpoint of the file backend).

Only what a report needs is taken over: `sourcePosition` and `stackTrace`, which hold absolute paths, are never read.
source: pulumi/pulumi pkg/display/json.go (PreviewDigest), sdk/go/common/apitype/core.go (DeploymentV3, ResourceV3)
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from review.errors import ReviewError
from review.text import clean
from rules.graph import unversioned

Operation = Literal[
    "same",
    "create",
    "update",
    "delete",
    "replace",
    "create-replacement",
    "delete-replaced",
    "read",
    "read-replacement",
    "refresh",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
    "import",
    "import-replacement",
]
VERSIONS = (3, 4)
"""Of a checkpoint: 4 is 3 with a list of the features that were used."""
_PROBLEMS = 5
_LONGEST = 1_000
"""Characters of what was found instead."""

Values = Annotated[dict[str, Any], BeforeValidator(lambda given: {} if given is None else given)]
Names = Annotated[list[str], BeforeValidator(lambda given: [] if given is None else given)]
NamesBy = Annotated[dict[str, Names], BeforeValidator(lambda given: {} if given is None else given)]
_Model = TypeVar("_Model", bound=BaseModel)


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, strict=True)


class State(_Part):
    """One resource, as it was or is going to be."""

    urn: str
    """Its URN."""
    type: str
    """Type token."""
    custom: bool = True
    """Whether it is a resource of a provider, and not a component."""
    delete: bool = False
    """Whether it is only still there to be deleted."""
    external: bool = False
    """Whether the stack only reads it."""
    id: str = ""
    """Id in Azure; empty before it is created."""
    inputs: Values = Field(default_factory=dict)
    """What was declared."""
    outputs: Values = Field(default_factory=dict)
    """What the provider said of it."""
    parent: str = ""
    """URN of what it belongs to."""
    protect: bool = False
    """Whether a deletion is refused."""
    dependencies: Names = Field(default_factory=list)
    """URNs of what it is created after."""
    property_dependencies: NamesBy = Field(default_factory=dict)
    """Input -> URNs of the resources that its value comes from."""


class Step(_Part):
    """One thing that the engine would do."""

    op: Operation
    """What would be done."""
    urn: str
    """To which resource."""
    old_state: State | None = None
    """As it was."""
    new_state: State | None = None
    """As it would be."""
    diff_reasons: Names = Field(default_factory=list)
    """The properties that differ."""
    replace_reasons: Names = Field(default_factory=list)
    """Those that cannot be changed in place."""
    detailed_diff: dict[str, Any] | None = None
    """Path of a property -> how it differs."""

    @model_validator(mode="after")
    def _is_of_one_type(self) -> "Step":
        """A resource stays what it is: no engine makes one kind of entity of another."""
        types = {unversioned(each.type) for each in (self.old_state, self.new_state) if each}
        if len(types) > 1 and any(each.startswith("azure-native:apimanagement:") for each in types):
            raise ValueError(f"oldState and newState are of two types, {' and '.join(sorted(types))}")
        return self


class Diagnostic(_Part):
    """What the program, the engine or a provider said."""

    urn: str = ""
    """The resource that it is about; empty: the whole program."""
    message: str = ""
    """What was said."""
    severity: str = "info"
    """`info`, `warning` or `error`."""


class Preview(_Part):
    """What `pulumi preview --json` prints."""

    config: dict[str, Any] = Field(default_factory=dict)
    """The stack's configuration, secrets hidden."""
    steps: list[Step] = Field(default_factory=list)
    """In the engine's order."""
    diagnostics: list[Diagnostic] = Field(default_factory=list)
    """What was said meanwhile."""
    change_summary: dict[str, int] = Field(default_factory=dict)
    """Operation -> how many."""


class Deployment(_Part):
    """The resources of a state."""

    resources: Annotated[list[State], BeforeValidator(lambda given: [] if given is None else given)] = Field(
        default_factory=list
    )
    """In the order of their creation."""


def read_preview(path: Path) -> Preview:
    """The preview in a file (`-`: standard input). Raises `ReviewError`."""
    allowed = "what `pulumi preview --json` prints"
    content = _json(path, allowed)
    for key, got in _OTHERS.items():
        if key in content:
            raise _error(path, f"The file is no preview, but {got}", key, allowed, "pulumi preview --json > FILE")
    if not {"steps", "changeSummary", "diagnostics"} & content.keys():
        got = ", ".join(list(content)[:8]) or "an empty object"
        raise _error(path, "The file is no preview", got, allowed, "pulumi preview --json > FILE")
    return _model(Preview, content, path, allowed)


_OTHERS = {
    "resourcePlans": "an update plan (`--save-plan`)",
    "deployment": "a state (`pulumi stack export`)",
    "checkpoint": "a state (a checkpoint of the file backend)",
}


def read_state(path: Path) -> Deployment:
    """The state in a file. Raises `ReviewError`."""
    allowed = "what `pulumi stack export` prints, or a checkpoint of the file backend"
    fix = "pulumi stack export --file FILE"
    content = _json(path, allowed)
    if "version" not in content or not {"deployment", "checkpoint"} & content.keys():
        raise _error(path, "The file is no state", ", ".join(list(content)[:8]) or "an empty object", allowed, fix)
    version = content["version"]
    if version not in VERSIONS:
        known = " and ".join(str(each) for each in VERSIONS)
        fix = "export the state with a Pulumi CLI whose checkpoints have one of these versions"
        raise _error(path, "The version of the state is not known", f"version {version!r}", f"versions {known}", fix)
    checkpoint = content.get("checkpoint")
    latest = checkpoint.get("latest") if isinstance(checkpoint, Mapping) else checkpoint
    inner = content.get("deployment") or latest or {}
    return _model(Deployment, inner, path, allowed)


def _json(path: Path, allowed: str) -> dict[str, Any]:
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise _error(path, "The file cannot be read", str(error.strerror), allowed, "name another file") from error
    except UnicodeDecodeError as error:
        raise _error(path, "The file is no text", "bytes that are not UTF-8", allowed, "write it as UTF-8") from error
    fix = "make it again; a preview that failed at once prints no JSON, and says why on standard error"
    if not text.strip():
        raise _error(path, "The file is empty", "nothing", allowed, fix)
    try:
        found = json.loads(text)
        found = _readable(found) if _HALF.search(text) else found
    except json.JSONDecodeError as error:
        got = f"{error.msg} at line {error.lineno}, column {error.colno} of {text.count(chr(10)) + 1} lines"
        raise _error(path, "The file is no JSON, or was cut off", got, allowed, fix) from error
    except RecursionError as error:
        raise too_deep(path) from error
    except ValueError as error:  # a number of thousands of digits
        raise _error(path, "The file holds a number that is too long", "thousands of digits", allowed, fix) from error
    if not isinstance(found, Mapping):
        raise _error(path, "The file holds no object", type(found).__name__, allowed, fix)
    return dict(found)


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of half a character, of which the other half may be missing."""


def _readable(value: Any) -> Any:
    """The same with halves of characters replaced, as Go does it: no text can hold them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return {_readable(key): _readable(each) for key, each in value.items()} if isinstance(value, dict) else value


def too_deep(path: Path) -> ReviewError:
    """What is said of a preview, or of a state, in which lists or objects stand in each other without end."""
    fix = "make it again; Pulumi nests no deeper than a resource's own properties do"
    return _error(path, "The file is nested too deeply", "JSON without an end", "what Pulumi writes", fix)


def _model(kind: type[_Model], content: object, path: Path, allowed: str) -> _Model:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        places = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in found[:_PROBLEMS]]
        more = f"; and {len(found) - _PROBLEMS} more" if len(found) > _PROBLEMS else ""
        fix = "make it again with a Pulumi CLI of this year"
        raise _error(path, "The file is not as Pulumi writes it", "; ".join(places) + more, allowed, fix) from error


def _error(path: Path, what: str, got: str, allowed: str, fix: str) -> ReviewError:
    where = "standard input" if str(path) == "-" else clean(path.name)
    return ReviewError(
        f"{what}\n    where:   {where}\n    got:     {clean(got, _LONGEST)}\n    allowed: {allowed}\n    fix:     {fix}"
    )
