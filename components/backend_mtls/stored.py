"""Asks a service whether it holds, under another id, what is going to come from Key Vault: it stores a thumbprint once.

azure-native lists nothing, so only an id that is known can be asked for: the one that a PFX of the same content has by
default, which is the id that is left behind when a PFX moves into Key Vault. Only a service that exists already is
asked: one that is defined in the program may not be there yet, and what it holds is in the state, where the review sees
it. What cannot be read is no problem: Azure says it better.
"""

import asyncio
from collections.abc import Sequence

import pulumi

from backend_mtls import adoption
from backend_mtls.errors import Problem, Where
from backend_mtls.placement import Placement


def pfx_id(name: str, thumbprint: str) -> str:
    """The id that a PFX has when none is given: it follows from its content."""
    return f"{name}-{thumbprint[:8].lower()}"


def is_asked(place: Placement) -> bool:
    """Whether the service exists, and is named by texts."""
    return place.service.is_named and not place.service.resources


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
