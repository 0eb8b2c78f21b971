"""The package as it is parameterized: another API version of one module, under tokens of its own.

The value is base64 of `{"module": "apimanagement", "version": "v20250301preview"}`; the arguments are the two words.
Afterwards the connection serves the new tokens alone, with the configuration that is called by the new package.
source: pulumi-azure-native provider/pkg/provider/provider_parameterize.go; pulumi-azure-native#4755 (the
configuration's prefix)
"""

import base64
import binascii
import json
from typing import Any

from local.provider.errors import ProviderError, UnknownTokenError
from local.provider.resources.api_management import PREVIEW_MODULE, PREVIEW_PACKAGE, PREVIEW_VERSION

BASE = "azure-native"
"""What it is called without parameters."""


def package(request: Any) -> str:
    """What the package is called with the parameters of a ParameterizeRequest."""
    module, version = _parameters(request)
    if (module, version) != (PREVIEW_MODULE, PREVIEW_VERSION):
        raise UnknownTokenError(
            f"The stand-in azure-native provider of local Azure does not serve the package for '{module} {version}'. "
            f"It serves: {PREVIEW_MODULE} {PREVIEW_VERSION}. Deploy this program to Azure with the real provider."
        )
    return PREVIEW_PACKAGE


def refuse_other(token: str, package: str) -> None:
    """Refuses a token of another package than the one that this connection serves."""
    if token.partition(":")[0] != package:
        raise UnknownTokenError(f"Resource type {token} not found: this provider serves the package {package}.")


def _parameters(request: Any) -> tuple[str, str]:
    if request.WhichOneof("parameters") == "args":
        words = list(request.args.args)
        if len(words) != 2:
            raise ProviderError(f"expected 2 arguments (module and API version), got {len(words)}")
        return words[0], words[1]
    try:
        given = json.loads(base64.b64decode(request.value.value, validate=True))
        return str(given["module"]), str(given["version"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise ProviderError(f"failed to deserialize parameterize args: {error}") from None
