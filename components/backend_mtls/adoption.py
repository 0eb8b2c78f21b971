"""Takes over what exists already, without a change.

An adopted resource is imported: read by its id, and owned from then on. Pulumi compares what the program declares with
what was read, and updates what differs in the same `up`. Some things are never read back as they were written: the key
in a PFX, and the text of a policy (re-serialised, in another format). For these the component asks Azure what is there;
as long as it means what the program says, these inputs are ignored (`ignore_changes`): the state keeps what it has.
"""

from importlib.metadata import version
from typing import Any

import pulumi

from backend_mtls import gate

_PACKAGE = "azure-native"


def live(function: str, arguments: dict[str, Any], module: str = "apimanagement") -> dict[str, Any] | None:
    """What Azure answers to an azure-native function, for instance `getCertificate`; None when there is no such thing.

    `arguments` has the SDK's names. Nothing is raised: what cannot be read cannot be imported either, and the import
    says so better.
    """
    options = pulumi.InvokeOptions(version=version(f"pulumi-{_PACKAGE}"))
    names = {_camel(name): value for name, value in arguments.items()}
    try:
        with gate.held():
            found = pulumi.runtime.invoke(f"{_PACKAGE}:{module}:{function}", names, options)
    except Exception:  # noqa: BLE001 (the SDK raises nothing more exact when an invoke fails)
        return None
    value: dict[str, Any] | None = found.value
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
