"""How a component refuses its arguments: all problems at once, as a message and not as a traceback."""

import pulumi

from components.errors import BackendMtlsError, Problem, listed


class ArgumentsError(BackendMtlsError, pulumi.RunError):
    """One or more arguments cannot be deployed; nothing that depends on them has been registered.

    A `pulumi.RunError`: the Python language host prints its text without a traceback.
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(listed(problems))
        self.problems = problems


def refuse(problems: list[Problem]) -> None:
    """Raises `ArgumentsError` when there is a problem; otherwise does nothing."""
    if problems:
        raise ArgumentsError(problems)
