"""Everything that can be wrong with what a user gives, as one tree.

    BackendMtlsError
    ├── PfxError                 a PFX that APIM could not use, or could not present
    ├── PolicyDocumentError      a policy document that cannot be bound
    ├── SecretIdentifierError    a URL that is no Key Vault secret
    ├── ArgumentProblemError     any other single argument
    ├── CredentialError          nobody could log in to look into Key Vault (`azure_credential.py`)
    └── ArgumentsError           one or more arguments of a component, all at once

The first four are raised by the pure modules and carry one `Problem`. `ArgumentsError` is what a Pulumi program sees:
it is also a `pulumi.RunError`, which the language host prints as a message, without a traceback
(`arguments.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

_LONGEST = 200
"""Characters of a value that a message shows."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, in the five parts that somebody needs to put it right."""

    what: str
    """What is wrong, as a sentence without a full stop."""
    where: str
    """Configuration key or argument, for instance `certificates.legacy.pfx.file`."""
    got: str
    """The value that was found. Never a secret."""
    allowed: str
    """What would have been accepted."""
    fix: str
    """What to do, as a command or an instruction."""

    def at(self, where: str) -> "Problem":
        """The same problem, at the place that the caller knows."""
        return replace(self, where=where)

    def __str__(self) -> str:
        given = str(self.got)
        got = given if len(given) <= _LONGEST else f"{given[:_LONGEST]}… ({len(given)} characters)"
        return (
            f"{self.what}\n"
            f"    where:   {self.where}\n"
            f"    got:     {got}\n"
            f"    allowed: {self.allowed}\n"
            f"    fix:     {self.fix}"
        )


class BackendMtlsError(Exception):
    """Base of every error that this package raises on purpose."""


class ProblemError(BackendMtlsError):
    """An error that is exactly one `Problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class PfxError(ProblemError):
    """A PFX that APIM could not use, or could not present to a backend."""


class PolicyDocumentError(ProblemError):
    """A policy document into which certificate and backend cannot be bound."""


class SecretIdentifierError(ProblemError):
    """A URL that is not the secret identifier of a Key Vault certificate."""


class ArgumentProblemError(ProblemError):
    """An argument that APIM would refuse, or that would not do what it says."""


def listed(problems: Sequence[Problem]) -> str:
    """The problems as one message: how many, then each, numbered."""
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    return f"{count} found; nothing was deployed\n" + "\n".join(
        f"{number}. {problem}" for number, problem in enumerate(problems, 1)
    )


def located(place: str, problems: Sequence[Problem]) -> list[Problem]:
    """The problems of a component's arguments, each with the component's place: `ClientCertificate orders: pfx`."""
    return [problem.at(f"{place}: {problem.where}") for problem in problems]
