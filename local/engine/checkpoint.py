"""The checkpoint file of a stack, where and how the CLI's `file://` backend keeps it.

source: pulumi/pulumi pkg/backend/diy/state.go, pkg/resource/stack/deployment.go, pkg/resource/deploy/snapshot.go
"""

import hashlib
import importlib.metadata
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.engine import urn as urns
from local.engine.properties import REFERENCE, SIGNATURE, UnsupportedError, is_secret, plain, secret
from local.engine.resource import now
from local.errors import LocalError

Json = dict[str, Any]
VERSION = 3


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where the files of one stack are."""

    root: Path
    """Folder that holds `.pulumi`."""
    project: str
    stack: str

    @property
    def checkpoint(self) -> Path:
        """The stack's state."""
        return self.root / ".pulumi" / "stacks" / self.project / f"{self.stack}.json"

    @property
    def backup(self) -> Path:
        """The state before the last operation."""
        return self.checkpoint.with_name(f"{self.stack}.json.bak")

    @property
    def journal(self) -> Path:
        """Changes that the checkpoint does not have yet."""
        return self.checkpoint.with_name(f".{self.stack}.journal")

    @property
    def locks(self) -> Path:
        """Folder with a file per process that works on the stack."""
        return self.root / ".pulumi" / "locks" / "organization" / self.project / self.stack

    @property
    def meta(self) -> Path:
        """Says which layout the folder has."""
        return self.root / ".pulumi" / "meta.yaml"


def locate(backend_url: str, project: str, stack: str) -> Location:
    """The files of a stack in a backend `file://FOLDER`."""
    if not backend_url.startswith("file://"):
        raise LocalError(f"the embedded engine keeps state in files only; PULUMI_BACKEND_URL is {backend_url!r}")
    root = Path(backend_url.removeprefix("file://")).expanduser().resolve()
    return Location(root=root, project=project, stack=stack)


def parse(content: bytes, source: Path) -> Json:
    """The `latest` deployment of a checkpoint, or the deployment of an export; empty if there is none."""
    try:
        document = json.loads(content)
        version = document["version"]
        latest = document["deployment"] if "deployment" in document else document["checkpoint"].get("latest")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LocalError(f"{source} is not a Pulumi checkpoint: {error}") from error
    if version != VERSION:
        raise LocalError(f"{source} has version {version}; the embedded engine reads and writes version {VERSION}")
    return latest or {}


def render(location: Location, deployment: Json) -> bytes:
    """The content of the checkpoint file."""
    name = f"organization/{location.project}/{location.stack}"
    document = {"version": VERSION, "checkpoint": {"stack": name, "latest": deployment}}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def assemble(resources: list[Json], pending: list[Json], salt: str) -> Json:
    """A deployment of encoded resources, with references to renamed resources put right."""
    version = f"v{importlib.metadata.version('pulumi')}"
    deployment: Json = {
        "manifest": {"time": now(), "magic": hashlib.sha256(version.encode()).hexdigest(), "version": version},
        "secrets_providers": {"type": "passphrase", "state": {"salt": salt}},
    }
    if resources:
        deployment["resources"] = _renamed(resources)
    if pending:
        deployment["pending_operations"] = pending
    return deployment | {"metadata": {}}


def _renamed(resources: list[Json]) -> list[Json]:
    """Every old URN replaced by the new one of the resource that goes on from it."""
    renames = {alias: row["urn"] for row in resources for alias in row.get("aliases", ())}
    if not renames:
        return resources
    for row in resources:
        parent = renames.get(row.get("parent", ""))
        if parent and row["urn"] not in renames and urns.resource_type(parent) != urns.STACK_TYPE:
            renames[row["urn"]] = urns.reparented(row["urn"], parent)

    def fix(urn: str) -> str:
        return str(renames.get(urn, urn))

    def fix_row(row: Json) -> Json:
        fixed = {key: value for key, value in row.items() if key != "aliases"}
        for key in {"urn", "parent", "deletedWith"} & row.keys():
            fixed[key] = fix(row[key])
        if "dependencies" in row:
            fixed["dependencies"] = [fix(urn) for urn in row["dependencies"]]
        if "propertyDependencies" in row:
            fixed["propertyDependencies"] = {
                key: [fix(urn) for urn in needed] for key, needed in row["propertyDependencies"].items()
            }
        if "provider" in row:
            urn, _, identity = row["provider"].rpartition("::")
            fixed["provider"] = f"{fix(urn)}::{identity}"
        return fixed

    return [fix_row(row) for row in resources]


def seal(value: Any, encrypt: Callable[[str], str]) -> Any:
    """The value with every secret encrypted."""
    if is_secret(value):
        text = json.dumps(plain(value), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        return {SIGNATURE: value[SIGNATURE], "ciphertext": encrypt(text)}
    if isinstance(value, dict):
        return {key: seal(item, encrypt) for key, item in sorted(value.items())}
    return [seal(item, encrypt) for item in value] if isinstance(value, list) else value


def unseal(value: Any, decrypt: Callable[[str], str]) -> Any:
    """The value with every secret decrypted."""
    if is_secret(value):
        text = value["plaintext"] if "plaintext" in value else decrypt(value["ciphertext"])
        return secret(json.loads(text))
    if isinstance(value, dict):
        if value.get(SIGNATURE) not in (None, REFERENCE):
            raise UnsupportedError("assets and archives in the state")
        return {key: unseal(item, decrypt) for key, item in value.items()}
    return [unseal(item, decrypt) for item in value] if isinstance(value, list) else value
