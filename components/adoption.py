"""Takes over what exists already, without a change.

An adopted resource is imported: read by its id, and owned from then on. Pulumi compares what the program declares with
what was read, and updates what differs in the same `up`. Two things are never read back as they were written: the key
in a PFX, and the text of a policy (re-serialised, in another format). For these the component asks Azure what is there,
and declares just that as long as it means what the program says.
"""

from importlib.metadata import version
from typing import Any

import pulumi

_PACKAGE = "azure-native"


def live(function: str, arguments: dict[str, Any]) -> pulumi.Output[dict[str, Any] | None]:
    """What Azure answers to an azure-native function, for instance `getCertificate`; None when there is no such thing.

    `arguments` has the SDK's names. Nothing is raised: what cannot be read cannot be imported either, and the import
    says so better.
    """

    async def look_up() -> dict[str, Any] | None:
        options = pulumi.InvokeOptions(version=version(f"pulumi-{_PACKAGE}"))
        names = {_camel(name): value for name, value in arguments.items()}
        try:
            found: dict[str, Any] = await pulumi.runtime.invoke_async(
                f"{_PACKAGE}:apimanagement:{function}", names, options
            )
        except Exception:  # noqa: BLE001 (the SDK raises nothing more exact when an invoke fails)
            return None
        return found

    return pulumi.Output.from_input(look_up())


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
