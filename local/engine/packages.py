"""Parameterized packages: a provider plugin that serves another package's tokens, after it was told what to become.

A program registers one and refers to it; the provider resource keeps what is needed to make the plugin that again.
source: pulumi/pulumi pkg/resource/deploy/source_eval.go (RegisterPackage), pkg/resource/deploy/providers/registry.go
(SetProviderParameterization, GetProviderParameterization)
"""

import base64
import threading
import uuid
from dataclasses import dataclass
from typing import Any

from local.engine.properties import Properties, UnsupportedError
from local.errors import LocalError

INTERNAL = "__internal"
"""Input of a provider that is the engine's, not the plugin's."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package, and the plugin that it is made of."""

    name: str
    """What its tokens begin with."""
    version: str
    """Its own version."""
    base: str
    """Name of the plugin."""
    base_version: str
    """Version of the plugin."""
    url: str
    """Where the plugin is downloaded from; empty for the usual place."""
    value: bytes
    """What the plugin is told."""

    def provider_inputs(self, config: Properties) -> Properties:
        """Of a provider with this configuration."""
        internal = {"name": self.base, "version": self.base_version}
        internal |= {"pluginDownloadURL": self.url} if self.url else {}
        internal |= {"parameterization": base64.b64encode(self.value).decode()}
        return config | {"version": self.version, INTERNAL: internal}


class Packages:
    """Those that the program has registered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Package] = {}

    def register(self, request: Any) -> str:
        """The reference for a RegisterPackageRequest: the same one for the same package."""
        if request.HasField("extension") or not request.HasField("parameterization"):
            raise UnsupportedError(f"the extension package {request.extension.name} of {request.name}")
        given = request.parameterization
        package = Package(
            name=given.name,
            version=given.version,
            base=request.name,
            base_version=request.version,
            url=request.download_url,
            value=given.value,
        )
        with self._lock:
            reference = next((known for known, each in self._known.items() if each == package), str(uuid.uuid4()))
            self._known[reference] = package
        return reference

    def get(self, reference: str) -> Package | None:
        """The package of a request's reference; None for a request without one."""
        if not reference:
            return None
        if reference not in self._known:
            raise LocalError(f"unknown provider package '{reference}'")
        return self._known[reference]


def of_provider(package: str, inputs: Properties) -> Package | None:
    """What the plugin of a provider resource has to become; None for one that stays what it is."""
    internal = inputs.get(INTERNAL)
    if not isinstance(internal, dict) or "parameterization" not in internal:
        return None
    return Package(
        name=package,
        version=str(inputs.get("version", "")),
        base=str(internal["name"]),
        base_version=str(internal.get("version", "")),
        url=str(internal.get("pluginDownloadURL", "")),
        value=base64.b64decode(str(internal["parameterization"])),
    )
