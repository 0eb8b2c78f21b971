"""Reads the files that a configuration names, and collects what is wrong on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr
from pydantic.alias_generators import to_camel

from backend_mtls.admission.conflicts import Declaration
from backend_mtls.admission.inputs import Later
from backend_mtls.errors import Problem, Step, Where

_LONGEST_NAME = 200
"""Characters of the name of a file that a message shows."""


class Reading:
    """One reading of one configuration: every problem, and every value that must not be declared twice."""

    def __init__(self, project: Path, subscription_id: str | None) -> None:
        self.problems: list[Problem] = []
        self.declarations: list[Declaration] = []
        self.subscription_id = subscription_id
        self._project = project

    def add(self, what: str, where: Where, got: str, allowed: str, fix: str) -> None:
        """Notes a problem."""
        self.problems.append(Problem(what=what, where=where, got=got, allowed=allowed, fix=fix))

    def found(self, where: Where, problems: Sequence[Problem], names: Mapping[str, str] | None = None) -> None:
        """Notes problems of a component's arguments, each at its key below `where`.

        A key is the camelCase form of the argument; `names` has those that are called otherwise, an empty text for
        those that are no key of their own.
        """
        for problem in problems:
            steps = tuple(_key(step, names or {}) for step in problem.where.steps)
            given = tuple(step for step in steps if step != "")
            inside = (*where.inside, *problem.where.inside)
            self.problems.append(problem.at(replace(where, steps=(*where.steps, *given), inside=inside)))

    def once(self, kind: str, value: str, where: Where) -> None:
        """Declares a value that nothing else in the configuration may have."""
        self.declarations.append(Declaration(kind=kind, owner="stack", value=value, where=where))

    def file(self, where: Where, path: Path) -> bytes | None:
        """The file's content, or None after noting why it cannot be read."""
        try:
            return (self._project / path).read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            self.add(
                "The file cannot be read",
                where,
                f"{_name(path)}: {getattr(error, 'strerror', None) or error}",
                f"a readable file, relative to the project ({self._project})",
                "correct the name, or put the file there",
            )
            return None

    def text(self, what: str, where: Where, path: Path) -> str | None:
        """The text of a UTF-8 file, or None after noting why it is none; `what` names the document."""
        data = self.file(where, path)
        if data is None:
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            self.add(
                f"{what} is not UTF-8 text",
                replace(where, inside=(str(path),)),
                f"byte 0x{data[error.start]:02x} at offset {error.start}",
                "UTF-8, with or without a byte order mark",
                "save the file as UTF-8",
            )
            return None


def plain(secret: SecretStr | Later[str] | None) -> str | Later[str] | None:
    """The value of a secret key."""
    return secret.get_secret_value() if isinstance(secret, SecretStr) else secret


def _name(path: Path) -> str:
    """The name of a file; what is no name may be the content itself, and a key in it."""
    return (
        str(path) if len(str(path)) <= _LONGEST_NAME else f"a text of {len(str(path))} characters, which is not shown"
    )


def text(secret: SecretStr | None) -> str | None:
    """The value of a secret key that has to be known."""
    return None if secret is None else secret.get_secret_value()


def _key(step: Step, names: Mapping[str, str]) -> Step:
    if isinstance(step, tuple):
        return tuple(str(_key(each, names)) for each in step)
    return names.get(step, to_camel(step)) if isinstance(step, str) else step
