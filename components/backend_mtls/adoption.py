"""Takes over what exists already, without a change.

An adopted resource is imported: read by its id, and owned from then on. Pulumi compares what the program declares with
what was read, and updates what differs in the same `up`. Some things are never read back as they were written: the key
in a PFX, and the text of a policy (re-serialised, in another format). For these the component asks Azure what is there;
as long as it means what the program says, these inputs are ignored (`ignore_changes`): the state keeps what it has.
So are the properties that no argument says, or that are left out: an update would take them away from whoever uses
them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from backend_mtls import asking
from backend_mtls.admission.inputs import has_later

UNSAID_OF_API = (
    "apiRevision",
    "apiRevisionDescription",
    "apiType",
    "apiVersion",
    "apiVersionDescription",
    "apiVersionSetId",
    "authenticationSettings",
    "contact",
    "description",
    "isCurrent",
    "license",
    "serviceUrl",
    "subscriptionKeyParameterNames",
    "termsOfServiceUrl",
)
"""What an API has and no argument says: an adopted one keeps it, since calls and callers may depend on it."""
UNSAID_OF_BACKEND = ("resourceId", "properties")
"""The same of a backend."""


def kept(unsaid: Iterable[str], declared: Mapping[str, Any]) -> list[str]:
    """The properties of something adopted that stay as they are: what cannot be said, and what is left out.

    `declared` has the SDK's names; None is left out.
    """
    given = {asking.camel(name) for name, value in declared.items() if value is not None}
    left_out = [asking.camel(name) for name, value in declared.items() if value is None]
    return sorted({*unsaid, *left_out} - given)


def live(function: str, arguments: dict[str, Any], component: pulumi.Resource) -> dict[str, Any] | None:
    """What Azure answers to an azure-native function, for instance `apimanagement:getCertificate`; None for nothing.

    Nothing is raised: what cannot be read cannot be imported either, and the import says so better. None as well when
    an argument is not known yet.
    """
    if has_later(arguments):
        return None
    try:
        return asking.ask(function, arguments, component)
    except asking.AskingError:
        return None


async def live_later(function: str, arguments: dict[str, Any], component: pulumi.Resource) -> dict[str, Any] | None:
    """The same for arguments that have just become known, in an `apply`."""
    try:
        return await asking.ask_later(function, arguments, component)
    except asking.AskingError:
        return None
