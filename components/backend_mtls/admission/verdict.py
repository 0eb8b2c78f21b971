"""What is found out about one component's arguments. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend_mtls.admission.conflicts import Declaration
from backend_mtls.errors import Problem, Where
from backend_mtls.vault.secret_identifier import SecretIdentifier


@dataclass(frozen=True, kw_only=True)
class VaultDeclaration:
    """A certificate in Key Vault that a service is to have."""

    secret: SecretIdentifier
    """Its secret."""
    owner: str
    """The service."""
    where: Where
    """The argument that names it."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """As far as the values are known: nothing is said of one that is not."""

    problems: Sequence[Problem] = ()
    """What Azure would refuse, or what would not do what it says."""
    declarations: Sequence[Declaration] = ()
    """What nothing else on the service may have."""
    secrets: Sequence[VaultDeclaration] = ()
    """What Key Vault is to be asked about."""
