"""Providers: the plugins behind them, their configuration, and the default provider of each package.

A provider is itself a resource (`pulumi:providers:<package>`): checked by CheckConfig, compared by DiffConfig, created
by Configure. `Configurations` gives it the face of a plugin, so that a deployment treats it like any other resource.
source: pulumi/pulumi pkg/resource/deploy/providers/registry.go, default_providers.go
"""

import json
import os
import re
import threading
import uuid
from collections.abc import Mapping
from typing import Any

from local.engine import urn as urns
from local.engine.config import Value
from local.engine.plugin import Created, Diff, Plugin
from local.engine.properties import UNKNOWN, Properties
from local.engine.resource import Resource
from local.errors import LocalError

_INTERNAL = "__internal"


class Plugins:
    """The running plugins; each provider has a connection of its own, as with the CLI, and so its own configuration."""

    def __init__(self, addresses: dict[str, str], folder: str, builtin: Mapping[str, Plugin] | None = None) -> None:
        self._addresses = addresses
        self._folder = folder
        self._lock = threading.Lock()
        self._builtin = builtin or {}
        self._connected: dict[tuple[str, str], Plugin] = {}
        self.engine_address = ""

    def get(self, package: str, provider: str) -> Plugin:
        """The plugin of a package, as the provider with this URN uses it; connected to when first needed."""
        with self._lock:
            if package in self._builtin:
                return self._builtin[package]
            if (package, provider) not in self._connected:
                if package not in self._addresses:
                    raise LocalError(
                        f"no provider plugin for the package {package!r} is running; the embedded engine has "
                        f"{', '.join(sorted(self._addresses)) or 'none'}. For other packages install the Pulumi CLI: "
                        "https://www.pulumi.com/docs/install/"
                    )
                plugin = Plugin(self._addresses[package])
                plugin.handshake(self.engine_address, self._folder)
                self._connected[package, provider] = plugin
            return self._connected[package, provider]

    def close(self) -> None:
        """Closes every connection."""
        for plugin in self._connected.values():
            plugin.close()


def from_environment(text: str | None = None) -> dict[str, str]:
    """Package -> address, from `PULUMI_DEBUG_PROVIDERS` (`azure-native:PORT,…`)."""
    text = os.environ.get("PULUMI_DEBUG_PROVIDERS", "") if text is None else text
    pairs = [entry.rsplit(":", 1) for entry in text.split(",") if ":" in entry]
    return {package.strip(): f"127.0.0.1:{port.strip()}" for package, port in pairs}


class Configurations:
    """Provider resources, with the methods of a plugin."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._lock = threading.RLock()
        self._configured: dict[str, str] = {}
        """URN of a provider -> id that its connection is configured for."""

    def check(self, urn: str, olds: Properties, news: Properties, _seed: bytes) -> tuple[Properties, list[Any]]:
        """CheckConfig; version and internals stay as they are."""
        inputs, failures = self._plugin(urn).check_config(urn, _own(olds), _own(news))
        return inputs | {key: news[key] for key in ("version", _INTERNAL) if key in news}, failures

    def diff(self, urn: str, old: Resource, news: Properties, _ignored: list[str]) -> Diff:
        """DiffConfig."""
        return self._plugin(urn).diff_config(urn, _own(old.inputs), old.outputs, _own(news))

    def create(self, urn: str, inputs: Properties, _timeout: float, *, preview: bool) -> Created:
        """Configures the plugin."""
        identity = UNKNOWN if preview else str(uuid.uuid4())
        self.configure(urn, identity, inputs)
        return Created(id=identity, outputs=_own(inputs))

    def update(self, urn: str, old: Resource, new: Resource, *, preview: bool) -> Created:
        """Configures the plugin anew."""
        del preview
        self.configure(urn, old.id, new.inputs)
        return Created(id=old.id, outputs=_own(new.inputs))

    def delete(self, resource: Resource) -> None:
        """A provider leaves nothing behind."""

    def configure(self, urn: str, identity: str, inputs: Properties) -> None:
        """Makes the provider ready for its resources."""
        with self._lock:
            self._plugin(urn).configure(urn, identity, _own(inputs))
            self._configured[urn] = identity

    def ensure(self, provider: Resource) -> None:
        """Configures a provider out of the state, unless it is ready."""
        with self._lock:
            if self._configured.get(provider.urn) != provider.id:
                self.configure(provider.urn, provider.id, provider.inputs)

    def _plugin(self, urn: str) -> Plugin:
        return self._plugins.get(urns.package(urns.resource_type(urn)), urn)


def _own(inputs: Properties) -> Properties:
    return {key: value for key, value in inputs.items() if key != _INTERNAL}


def default_name(version: str, url: str) -> str:
    """`default_3_29_0`, as the CLI calls the default provider of that version."""
    parts = ["default", *re.split(r"[.+-]", version)] if version else ["default"]
    path = "/".join(re.sub(r"[^A-Za-z0-9_.-]", "_", part) for part in url.split("/") if part)
    return "_".join([*parts, path] if path else parts)


def default_inputs(version: str, url: str, config: dict[str, Any]) -> Properties:
    """Configuration of a default provider: the stack's for its package, and the version that was asked for."""
    inputs = dict(config)
    if version:
        inputs |= {"version": version, _INTERNAL: {}}
    return inputs | ({_INTERNAL: {"pluginDownloadURL": url}} if url else {})


def refuse_disabled(package: str, asking: str, config: Mapping[str, Value]) -> None:
    """Raises `LocalError` when the stack's configuration switches the default provider of the package off.

    `pulumi:disable-default-providers` is a list of packages, or of `*`; `asking` is the resource or function.
    source: default_providers.go, shouldDenyRequest
    """
    value = config.get("pulumi:disable-default-providers")
    barred = json.loads(value.text) if value and value.text else []
    if package != "pulumi" and any(str(each).strip() in {"*", package} for each in barred):
        raise LocalError(f"Default provider for '{package}' disabled. '{asking}' must use an explicit provider.")
