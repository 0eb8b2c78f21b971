"""How the components ask Azure: with the provider that they were given.

A component hands its provider to its children by itself, but an invoke knows no component: it has to be told, otherwise
it uses the default provider, which may look into another subscription, or be switched off
(`pulumi:disable-default-providers`).
"""

import re
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi

from backend_mtls import gate

_PACKAGE = "azure-native"
_MISSING = re.compile(r"\bnot (?:be )?found\b", re.IGNORECASE)
"""Of an entity, the resource it is in (`ParentResourceNotFound`), or its resource group (`ResourceGroupNotFound`)."""


class AskingError(Exception):
    """What Azure, or the provider, answered instead."""

    @property
    def is_missing(self) -> bool:
        """Whether the answer is that there is no such thing."""
        return bool(_MISSING.search(str(self)))


def ask(function: str, arguments: dict[str, Any], component: pulumi.Resource) -> dict[str, Any] | None:
    """What an azure-native function answers, for instance `apimanagement:getApi`; the program waits for it.

    `arguments` has the SDK's names. None when there is no such thing, or an argument is not known. Raises
    `AskingError`.
    """
    try:
        with gate.held():
            found = pulumi.runtime.invoke(f"{_PACKAGE}:{function}", _camel_keys(arguments), _options(component))
    except Exception as error:  # the SDK raises nothing more exact when an invoke fails
        raise AskingError(str(error).rpartition("Message=")[2]) from error
    value: dict[str, Any] | None = found.value
    return value or None


def ask_existing(function: str, arguments: dict[str, Any], component: pulumi.Resource) -> dict[str, Any] | None:
    """What an azure-native function answers, None when there is no such thing; raises `AskingError` for all else.

    For decisions that a wrong None would turn into the deletion of what exists.
    """
    try:
        return ask(function, arguments, component)
    except AskingError as error:
        if error.is_missing:
            return None
        raise


async def ask_later(function: str, arguments: dict[str, Any], component: pulumi.Resource) -> dict[str, Any] | None:
    """The same for arguments that have just become known, in an `apply`."""
    try:
        found = await pulumi.runtime.invoke_async(f"{_PACKAGE}:{function}", _camel_keys(arguments), _options(component))
    except Exception as error:  # as above
        raise AskingError(str(error).rpartition("Message=")[2]) from error
    return found or None


def _options(component: pulumi.Resource) -> pulumi.InvokeOptions:
    """Of the component's own provider; without one, the default one's version."""
    return pulumi.InvokeOptions(parent=component, version=version_of_provider())


@cache
def version_of_provider() -> str:
    """The version of azure-native that this program uses."""
    return version(f"pulumi-{_PACKAGE}")


def _camel_keys(arguments: dict[str, Any]) -> dict[str, Any]:
    return {camel(name): value for name, value in arguments.items()}


def camel(name: str) -> str:
    """A name of the SDK, as the provider calls it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
