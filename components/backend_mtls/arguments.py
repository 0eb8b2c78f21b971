"""How a program is refused: all problems at once, as a message and not as a traceback."""

from collections.abc import Sequence

import pulumi

from backend_mtls.errors import BackendMtlsError, Problem, listed


class ArgumentsError(BackendMtlsError, pulumi.RunError):
    """One or more arguments cannot be deployed; no component that was declared together with them has been registered.

    A `pulumi.RunError`: the Python language host prints its text without a traceback.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(listed(problems))
        self.problems = list(problems)


def refuse(problems: Sequence[Problem]) -> None:
    """Raises `ArgumentsError` when there is a problem; otherwise does nothing."""
    if problems:
        raise ArgumentsError(problems)
