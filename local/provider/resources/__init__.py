"""The served resource types: one table of token, API version, ARM path, and where each input goes.

Names and API versions are those of pulumi-azure-native 3.29. Path parameters carry the SDK's names. Every path
parameter forces a new resource, and so does what `force_new` lists (source: gen/replacement.go, and x-ms-mutability in
the REST specifications). As in the real package no input is secret by itself: the program has to mark it.
"""

import re

from local.provider.errors import UnknownTokenError
from local.provider.resources.api_management import API_MANAGEMENT, PREVIEW
from local.provider.resources.platform import PLATFORM
from local.provider.resources.resource import Resource

__all__ = ["RESOURCES", "Resource", "getter", "lookup"]

RESOURCES = {resource.token: resource for resource in (*PLATFORM, *API_MANAGEMENT, *PREVIEW)}


def lookup(token: str) -> Resource:
    """The resource type with this token."""
    if token not in RESOURCES:
        raise UnknownTokenError(
            f"The stand-in azure-native provider of local Azure does not serve the resource type '{token}'. "
            f"It serves: {', '.join(sorted(RESOURCES))}. Deploy this program to Azure with the real provider."
        )
    return RESOURCES[token]


def getter(token: str) -> Resource:
    """The resource type that a function like `azure-native:keyvault:getVault` reads."""
    resource = RESOURCES.get(re.sub(r":get(?=[A-Z]\w*$)", ":", token))
    if resource is None or not resource.api_version:
        names = sorted(re.sub(r":(?=[A-Z])", ":get", name) for name, known in RESOURCES.items() if known.api_version)
        raise UnknownTokenError(
            f"The stand-in azure-native provider of local Azure does not serve the function '{token}'. "
            f"It serves: azure-native:authorization:getClientConfig and getClientToken, {', '.join(names)}."
        )
    return resource
