"""What several declarations of one program must not share: a thumbprint, an id, a path, a policy's place.

Pure. The components declare (`gate.py`), and so does a configuration (`configuration/`): the same
rules, with the places that each of them knows. Sources: facts of API Management (a service stores each thumbprint once,
each API has its path for itself, every scope has one policy), `tiers.py`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from backend_mtls.admission.tiers import CERTIFICATES_ON_CONSUMPTION
from backend_mtls.errors import Problem, Where

THUMBPRINT = "thumbprint"
SECRET = "secret"  # noqa: S105 (a kind of declaration, not one)
CERTIFICATE = "certificate"
BACKEND = "backend"
API = "API"
PATH = "path"
EMPTY = '""'
"""How a value without characters is shown."""
POLICY = "policy"
GRANT = "grant"

_RULES = {
    THUMBPRINT: (
        "Two certificates have the same thumbprint, and a service stores each only once",
        "share one ClientCertificate between the APIs, or remove one",
    ),
    SECRET: (
        "Two certificates come from the same Key Vault secret, and a service stores each thumbprint only once",
        "share one ClientCertificate between the APIs, or remove one",
    ),
    CERTIFICATE: ("Two certificates have the same id", "give one of them another id"),
    BACKEND: ("Two backends have the same id", "give one of them another id, or share one backend"),
    API: ("Two APIs have the same id", "give one of them another name; upper and lower case do not count"),
    PATH: ("Two APIs have the same path", "give one of them another path"),
    POLICY: ("Two components own the same policy", "bind once: a scope has one policy document"),
    GRANT: (
        "Two grants give the same identity the same right, which Azure takes once",
        "share one VaultAccess between the certificates, or remove one; upper and lower case do not count",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """One value that nothing else on the same service (and in the same workspace) may have."""

    kind: str
    """One of the constants above."""
    owner: str
    """The service, and the workspace when there is one: `group/name[/workspace]`."""
    value: str
    """The value; compared without regard to case."""
    where: Where
    """Configuration key, or component and argument."""
    consumption: bool = False
    """Whether the service is on the Consumption tier."""


def problems(declarations: Iterable[Declaration]) -> list[Problem]:
    """One problem for every value that is declared again, and one for every service with too many certificates."""
    found: list[Problem] = []
    first: dict[tuple[str, str, str], Declaration] = {}
    certificates: dict[str, list[Declaration]] = defaultdict(list)
    for each in declarations:
        key = (each.kind, each.owner.lower(), each.value.lower())
        if key in first:
            found.append(_twice(first[key], each))
        first.setdefault(key, each)
        if each.kind == CERTIFICATE and each.consumption:
            certificates[each.owner.lower()].append(each)
    return found + [_too_many(each) for each in certificates.values() if len(each) > CERTIFICATES_ON_CONSUMPTION]


def _twice(earlier: Declaration, later: Declaration) -> Problem:
    what, fix = _RULES[later.kind]
    return Problem(
        what=what,
        where=later.where,
        got=f"{later.value or EMPTY}, also at {earlier.where}",
        allowed=f"each {later.kind} once per service",
        fix=fix,
        kind="conflict",
    )


def _too_many(certificates: list[Declaration]) -> Problem:
    return Problem(
        what="The service has more client certificates than the Consumption tier takes",
        where=certificates[CERTIFICATES_ON_CONSUMPTION].where,
        got=f"{len(certificates)} certificates on {certificates[0].owner}",
        allowed=f"at most {CERTIFICATES_ON_CONSUMPTION}",
        fix="share certificates between APIs, or use another tier",
    )
