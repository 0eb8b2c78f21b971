"""Providers: the plugins behind them, and their configuration.

A provider is itself a resource (`pulumi:providers:<package>`): checked by CheckConfig, compared by DiffConfig, created
by Configure. `Configurations` gives it the face of a plugin, so that a deployment treats it like any other resource.
source: pulumi/pulumi pkg/resource/deploy/providers/registry.go
"""

import os
import threading
import uuid
from collections.abc import Mapping
from typing import Any

from local.engine import packages
from local.engine import urn as urns
from local.engine.packages import INTERNAL
from local.engine.plugin import Created, Diff, Plugin
from local.engine.properties import UNKNOWN, Properties
from local.engine.resource import Resource
from local.errors import LocalError


class Plugins:
    """The running plugins; each provider has a connection, and so a configuration, of its own.

    source: pulumi/pulumi pkg/resource/deploy/providers/registry.go (setProvider: a plugin for each URN and id)
    """

    def __init__(self, addresses: dict[str, str], folder: str, builtin: Mapping[str, Plugin] | None = None) -> None:
        self._addresses = addresses
        self._folder = folder
        self._builtin = builtin or {}
        self._lock = threading.Lock()
        self._connected: dict[tuple[str, str], Plugin] = {}
        self.engine_address = ""

    def get(self, package: str, provider: str, inputs: Properties) -> Plugin:
        """The plugin of a package, as one provider (`URN::id`) with these inputs uses it; connected to when needed."""
        if package in self._builtin:
            return self._builtin[package]
        with self._lock:
            if (package, provider) not in self._connected:
                self._connected[package, provider] = self._connect(package, inputs)
            return self._connected[package, provider]

    def _connect(self, package: str, inputs: Properties) -> Plugin:
        wanted = packages.of_provider(package, inputs)
        base = wanted.base if wanted else package
        if base not in self._addresses:
            raise LocalError(
                f"no provider plugin for the package {base!r} is running; the embedded engine has "
                f"{', '.join(sorted(self._addresses)) or 'none'}. For other packages install the Pulumi CLI: "
                "https://www.pulumi.com/docs/install/"
            )
        plugin = Plugin(self._addresses[base])
        plugin.handshake(self.engine_address, self._folder)
        if wanted:
            plugin.parameterize(wanted.name, wanted.version, wanted.value)
        return plugin

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
        self._configured: set[str] = set()

    def check(self, urn: str, olds: Properties, news: Properties, _seed: bytes) -> tuple[Properties, list[Any]]:
        """CheckConfig; version and internals stay as they are."""
        inputs, failures = self._plugin(urn, news).check_config(urn, _own(olds), _own(news))
        return inputs | {key: news[key] for key in ("version", INTERNAL) if key in news}, failures

    def diff(self, urn: str, old: Resource, news: Properties, _ignored: list[str]) -> Diff:
        """DiffConfig."""
        return self._plugin(urn, news).diff_config(urn, _own(old.inputs), old.outputs, _own(news))

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
            reference = f"{urn}::{identity}"
            plugin = self._plugins.get(urns.package(urns.resource_type(urn)), reference, inputs)
            plugin.configure(urn, identity, _own(inputs))
            self._configured.add(reference)

    def ready(self, provider: Resource) -> Plugin:
        """The plugin as this provider configures it; one out of the state is configured when first needed."""
        reference = f"{provider.urn}::{provider.id}"
        with self._lock:
            if reference not in self._configured:
                self.configure(provider.urn, provider.id, provider.inputs)
        return self._plugins.get(urns.package(provider.type), reference, provider.inputs)

    def _plugin(self, urn: str, inputs: Properties) -> Plugin:
        """Checks and compares configurations, and has none."""
        return self._plugins.get(urns.package(urns.resource_type(urn)), urn, inputs)


def _own(inputs: Properties) -> Properties:
    return {key: value for key, value in inputs.items() if key != INTERNAL}
