"""How a program is refused: all problems at once, as a message and not as a traceback."""

import functools
import operator
from collections.abc import Sequence
from typing import Any

import pulumi

from backend_mtls.admission import argument_types
from backend_mtls.errors import BackendMtlsError, Problem, listed

NOTHING_DEPLOYED = "nothing was deployed"
"""What a message can claim when nothing was declared yet."""
NOTHING_REGISTERED = "nothing of these components was registered"
"""When components were declared; other resources of the program are not held back."""


class ArgumentsError(BackendMtlsError, pulumi.RunError):
    """One or more arguments cannot be deployed; no component that was declared together with them has been registered.

    A `pulumi.RunError`: the Python language host prints its text without a traceback.
    """

    def __init__(self, problems: Sequence[Problem], claim: str = NOTHING_REGISTERED) -> None:
        super().__init__(listed(problems, claim))
        self.problems = list(problems)


def refuse(problems: Sequence[Problem], claim: str) -> None:
    """Raises `ArgumentsError` when there is a problem; otherwise does nothing."""
    if problems:
        raise ArgumentsError(problems, claim)


def completed(args: Any, expected: tuple[type[Any], ...]) -> tuple[Any, list[Problem]]:
    """A component's arguments as one of the dataclasses `expected`, and what is wrong with their types.

    A dictionary stands for any dataclass in them; whatever can be awaited becomes an Output.
    """
    kind: Any = functools.reduce(operator.or_, expected)
    made, found = argument_types.completed(args, kind, pulumi.Output.from_input)
    return made, found or argument_types.problems(made, kind)
