"""Asks a service whether it holds, under another id, what is going to come from Key Vault: it stores a thumbprint once.

azure-native lists nothing, so only an id that is known can be asked for: the one that a PFX of the same content has by
default, which is the id that is left behind when a PFX moves into Key Vault. Only a service that exists already is
asked: one that is defined in the program may not be there yet, and what it holds is in the state, where the review sees
it. What cannot be read is no problem: Azure says it better.

A preview knows the id of what is in the state, and not of what will be created. So whatever will be created on an
existing service is asked for by its id: if it is there, somebody else has it, and the deployment would end in its
middle. A preview without anything new asks nothing.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import pulumi

from backend_mtls import adoption, asking, before_deployment
from backend_mtls.errors import Problem, Where
from backend_mtls.placement import Placement


def pfx_id(name: str, thumbprint: str) -> str:
    """The id that a PFX has when none is given: it follows from its content."""
    return f"{name}-{thumbprint[:8].lower()}"


def is_asked(place: Placement) -> bool:
    """Whether the service exists, and is named by texts."""
    return place.service.is_named and not place.service.resources


def refuse_taken(
    resource: pulumi.CustomResource, place: Placement, function: str, names: dict[str, Any], component: pulumi.Resource
) -> None:
    """Ends a preview that would create what the service has already; `function` and `names` read it."""
    if not is_asked(place):
        return

    async def check() -> list[Problem]:
        try:
            if await resource.id.is_known():
                return []
            found = await asking.ask_later(f"apimanagement:{function}", names, component)
        except asking.AskingError as error:
            if not error.is_missing:
                pulumi.log.info(f"Not checked beforehand whether {_named(names)} is there already: {error}")
            return []
        except Exception:  # noqa: BLE001 (it is not registered, and whoever refused it says why)
            return []
        return [_taken(place, names, component)] if found else []

    before_deployment.ask(check)


_OF_POLICY = (
    "take it over with adopt, and give what it does now as the document (policy in an MtlsApi or a stack's file): what "
    "the document does not say is removed; or remove the policy first"
)


def _taken(place: Placement, names: dict[str, Any], component: pulumi.Resource) -> Problem:
    kind = component.pulumi_resource_type.rpartition(":")[2]
    return Problem(
        what="The service has it already, and it is not of this stack",
        where=Where(owner=f"{kind} {component.pulumi_resource_name}"),
        got=f"{_named(names)} on {place.key}",
        allowed="an id that is free, or one that is adopted",
        fix=_OF_POLICY
        if "policy_id" in names
        else "give it another id, or take it over with adopt; if it belongs to another stack, leave it to that one",
        kind="conflict",
    )


def _named(names: dict[str, Any]) -> str:
    own = {key: value for key, value in names.items() if key.endswith("_id") and key != "workspace_id"}
    return ", ".join(f"{key} {value}" for key, value in own.items())


async def problems(
    place: Placement, name: str, thumbprints: Sequence[str], component: pulumi.Resource
) -> list[Problem]:
    """What the service holds already of certificates with these thumbprints, under the id that a PFX had."""
    found = await asyncio.gather(*(_problem(place, name, each, component) for each in thumbprints))
    return [each for each in found if each]


async def _problem(place: Placement, name: str, thumbprint: str, component: pulumi.Resource) -> Problem | None:
    former = pfx_id(name, thumbprint)
    found = await adoption.live_later(
        "apimanagement:getCertificate", {**place.names, "certificate_id": former}, component
    )
    if found is None or str(found.get("thumbprint", "")).upper() != thumbprint.upper():
        return None
    return Problem(
        what="The service stores this certificate under another id, and each thumbprint only once",
        where=Where.of("certificate_id"),
        got=f"{name}, and {former} on {place.key} has thumbprint {thumbprint}",
        allowed="the id under which it is stored",
        fix=f"set certificate_id to {former}: the certificate is then moved into Key Vault in place; if it belongs to "
        "another stack, use another certificate, or have that stack remove it first",
        kind="conflict",
    )
