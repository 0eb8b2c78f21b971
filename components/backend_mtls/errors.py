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

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

_LONGEST = 200
"""Characters of a value that a message shows."""
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zs", "Zl", "Zp"})
"""Unicode categories without a picture of their own."""

Step = str | int | tuple[str, ...]
"""The name of an argument or key, an index, or several names that are wrong together."""
Kind = Literal["argument", "type", "conflict", "document", "password", "lookup"]
"""What a problem is about: a value; its type; a value that something else has, too; the text of a document; the
password of a file; what Azure answered."""


@dataclass(frozen=True)
class Where:
    """A place, from the outside in. It becomes text only where somebody reads it."""

    steps: tuple[Step, ...] = ()
    """Arguments of a component, or keys of a configuration."""
    inside: tuple[str, ...] = ()
    """Within the value: a file's name, a line and column."""
    owner: str = ""
    """The component that has the arguments, for instance `MtlsApi orders`; empty for a configuration."""

    @classmethod
    def of(cls, *steps: Step) -> "Where":
        """The place of an argument: `Where.of("members", 0, "weight")`."""
        return cls(steps)

    def below(self, *steps: Step) -> "Where":
        """The same place, seen from further outside."""
        return replace(self, steps=(*steps, *self.steps))

    def __str__(self) -> str:
        path = ""
        for step in self.steps:
            name = ", ".join(step) if isinstance(step, tuple) else step
            path += f"[{name}]" if isinstance(name, int) else f".{name}" if path else name
        inside = ", ".join(self.inside)
        place = f"{path} ({inside})" if path and inside else path or inside
        return f"{self.owner}: {place}" if self.owner else place


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, in the five parts that somebody needs to put it right."""

    what: str
    """What is wrong, as a sentence without a full stop."""
    where: Where
    """Configuration key or argument."""
    got: str
    """The value that was found. Never a secret."""
    allowed: str
    """What would have been accepted."""
    fix: str
    """What to do, as a command or an instruction."""
    kind: Kind = "argument"
    """What it is about."""

    def below(self, *steps: Step) -> "Problem":
        """The same problem, its place seen from further outside."""
        return replace(self, where=self.where.below(*steps))

    def at(self, where: Where) -> "Problem":
        """The same problem, at the place that the caller knows."""
        return replace(self, where=where)

    def __str__(self) -> str:
        given = visible(str(self.got))
        got = given if len(given) <= _LONGEST else f"{given[:_LONGEST]}… ({len(given)} characters)"
        return (
            f"{self.what}\n"
            f"    where:   {self.where}\n"
            f"    got:     {got}\n"
            f"    allowed: {self.allowed}\n"
            f"    fix:     {self.fix}"
        )


def visible(text: str) -> str:
    """The text with the name of each character that cannot be seen, or looks like a space and is none."""
    return "".join(f"<{_named(each)}>" if _is_invisible(each) else each for each in text)


def _is_invisible(character: str) -> bool:
    return character not in " \n\t" and unicodedata.category(character) in _INVISIBLE


def _named(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".strip()


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


def listed(problems: Sequence[Problem], claim: str) -> str:
    """The problems as one message: how many, what can be said of the deployment, then each, numbered."""
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    return f"{count} found; {claim}\n" + "\n".join(f"{number}. {problem}" for number, problem in enumerate(problems, 1))


def located(owner: str, problems: Sequence[Problem]) -> list[Problem]:
    """The problems of a component's arguments, each with the component: `ClientCertificate orders: pfx`."""
    return [problem.at(replace(problem.where, owner=owner)) for problem in problems]
