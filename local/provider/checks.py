"""What Check adds to a program's inputs - names, location, API version - and what it misses.

source: provider/provider.go (applyDefaults, getDefaultName), resources/resources.go (autonaming)
"""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.provider.properties import UNKNOWN, plain
from local.provider.resources import Resource

AUTONAMED = "__createBeforeDelete"
"""Input that the provider adds when the name is random: only then a replacement may be made before the old one goes."""


@dataclass(frozen=True, kw_only=True)
class Naming:
    """What the engine says about names."""

    name: str
    """The resource's name in the program."""
    seed: bytes = b""
    """Same seed, same random name: so preview and update agree. Empty: truly random."""
    proposed: str = ""
    """A name by the `pulumi:autonaming` configuration; empty without one."""
    enforced: bool = False
    disabled: bool = False


def with_defaults(
    resource: Resource,
    given: Mapping[str, Any],
    old: Mapping[str, Any],
    naming: Naming,
    find_location: Callable[[str], str | None],
) -> dict[str, Any]:
    """The inputs with name, location and API version filled in; `find_location` gives a resource group's location."""
    inputs = dict(given)
    if resource.autonamed and resource.name_parameter not in inputs:
        inputs |= _name(resource, old, naming)
    if "location" in resource.body and "location" not in inputs:
        group = plain(inputs.get("resourceGroupName"))
        location = old.get("location") or (UNKNOWN if group is UNKNOWN else find_location(group or ""))
        inputs |= {"location": location} if location else {}
    return inputs | ({"azureApiVersion": resource.api_version} if resource.api_version else {})


def missing(resource: Resource, inputs: Mapping[str, Any]) -> list[str]:
    """One sentence for each required input that is not there, in the real provider's words."""
    reasons = []
    for name in (*resource.parameters, *resource.required):
        if name not in inputs:
            hint = ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
            reasons.append(f"missing required property '{name}'" + (hint if name == "location" else ""))
    return reasons


def _name(resource: Resource, old: Mapping[str, Any], naming: Naming) -> dict[str, Any]:
    """The old name, otherwise random for what stands in a group, a GUID for a role assignment, a copy for children."""
    parameter = resource.name_parameter
    if parameter in old:
        kept = {parameter: old[parameter]}
        return kept | ({AUTONAMED: old[AUTONAMED]} if AUTONAMED in old else {})
    if naming.disabled:
        return {}
    is_guid = parameter == "roleAssignmentName"
    if naming.proposed and (naming.enforced or not is_guid):
        return {parameter: naming.proposed, AUTONAMED: True}
    digits = hashlib.sha256(naming.seed).hexdigest() if naming.seed else secrets.token_hex(16)
    if is_guid:
        return {parameter: str(uuid.UUID(digits[:32])), AUTONAMED: True}
    if resource.path.partition("/providers/")[2].count("{") <= 1:
        return {parameter: naming.name + digits[:8], AUTONAMED: True}
    return {parameter: naming.name}
