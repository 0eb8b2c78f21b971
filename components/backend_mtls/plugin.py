"""The plugin that serves `BackendMtls` to programs in every Pulumi language.

Owns: the schema of the component, made from the models of a configuration, and its construction.
Does not own: what the component builds (`backend_mtls.py`).
"""

import asyncio
import json
import sys
from importlib.metadata import version
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider, main

from backend_mtls import plugin_schema
from backend_mtls.admission import tokens
from backend_mtls.admission.inputs import is_later
from backend_mtls.backend_mtls import BackendMtls, BackendMtlsArgs

_GROUPS = ("service", "certificates", "apis")


def serve() -> None:
    """Serves until Pulumi ends the process."""
    main(Plugin(), sys.argv[1:])


class Plugin(Provider):
    """One component."""

    def __init__(self) -> None:
        release = version("pulumi-backend-mtls")
        super().__init__(release, json.dumps(plugin_schema.schema(release)))

    def construct(
        self, name: str, resource_type: str, inputs: pulumi.Inputs, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """The component of this name. Raises `ArgumentsError`, which Pulumi prints."""
        if resource_type != tokens.of("BackendMtls"):
            raise ValueError(f"{resource_type}: got an unknown type, allowed: {tokens.of('BackendMtls')}")
        given = {each: _known(inputs[each]) for each in _GROUPS if inputs.get(each) is not None}
        component = BackendMtls(name, BackendMtlsArgs(**{"service": {}} | given), options)
        return ConstructResult(component.urn, {"service": component.service, "apis": component.apis})


def _known(value: Any) -> Any:
    """A group of keys that the program marked as a secret as a whole: its values are known nevertheless.

    What in it is a secret by its key is one in the state.
    """
    if not is_later(value):
        return value
    data: asyncio.Future[Any] = value._data  # noqa: SLF001 -- made with its result by the SDK, before this call
    return data.result().value if data.done() and data.result().is_known else value
