"""The default provider of each package: what it is called and configured with, and whether a stack may use it.

source: pulumi/pulumi pkg/resource/deploy/default_providers.go
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from local.engine import urn as urns
from local.engine.config import Value
from local.engine.packages import INTERNAL, Package
from local.engine.properties import Properties, secret
from local.errors import LocalError

_DISABLED = "pulumi:disable-default-providers"


def default_name(version: str, url: str) -> str:
    """`default_3_29_0`, as the CLI calls the default provider of that version."""
    parts = ["default", *re.split(r"[.+-]", version)] if version else ["default"]
    path = "/".join(re.sub(r"[^A-Za-z0-9_.-]", "_", part) for part in url.split("/") if part)
    return "_".join([*parts, path] if path else parts)


def wanted(
    request: Any, token: str, package: Package | None, config: Mapping[str, Value]
) -> tuple[str, str, Properties]:
    """Type, name and inputs of the default provider for a request; `package` is the parameterized one that it names."""
    if package:
        inputs = package.provider_inputs(configuration(package.name, config))
        return urns.PROVIDER_PREFIX + package.name, default_name(package.version, package.url), inputs
    name, version, url = urns.package(token), request.version, request.pluginDownloadURL
    inputs = default_inputs(version, url, configuration(name, config))
    return urns.PROVIDER_PREFIX + name, default_name(version, url), inputs


def default_inputs(version: str, url: str, config: dict[str, Any]) -> Properties:
    """Configuration of a default provider: the stack's for its package, and the version that was asked for."""
    inputs = dict(config)
    if version:
        inputs |= {"version": version, INTERNAL: {}}
    return inputs | ({INTERNAL: {"pluginDownloadURL": url}} if url else {})


def configuration(package: str, config: Mapping[str, Value]) -> Properties:
    """What the stack's configuration says for a package."""
    prefix = f"{package}:"
    return {
        key.removeprefix(prefix): secret(value.text) if value.secret else value.text
        for key, value in config.items()
        if key.startswith(prefix)
    }


def refuse_disabled(request: Any, urn: str, config: Mapping[str, Value]) -> None:
    """Raises LocalError when the stack wants an explicit provider for what is requested; `urn` of what is registered.

    source: default_providers.go (shouldDenyRequest); sdk/go/common/diag/errors.go (GetDefaultProviderDenied), which is
    told the package and the function, twice the type of what is read, or the package and the URN of what is registered
    """
    token = getattr(request, "tok", "") or request.type
    package = urns.package(token)
    if package == "pulumi" or not _barred(config) & {"*", package}:
        return
    of = package if urn or getattr(request, "tok", "") else token
    raise LocalError(f"Default provider for '{of}' disabled. '{urn or token}' must use an explicit provider.")


def _barred(config: Mapping[str, Value]) -> set[str]:
    text = config[_DISABLED].text if _DISABLED in config else ""
    try:
        barred = json.loads(text or "[]")
    except ValueError as error:
        raise LocalError(f"Failed to parse {text}: {error}") from error
    if not isinstance(barred, list):
        raise LocalError(f"Failed to parse {text}: not a list of packages")
    for index, each in enumerate(barred):
        if not isinstance(each, str):
            raise LocalError(f"{_DISABLED}[{index}] must be a string")
    return {each.strip() for each in barred}
