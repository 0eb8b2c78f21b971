"""Reads the files that a stack's configuration names, and collects what is wrong on the way."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr
from pydantic.alias_generators import to_camel

from backend_mtls.admission.conflicts import Declaration
from backend_mtls.errors import Problem


class Reading:
    """One reading of one configuration: every problem, and every value that must not be declared twice."""

    def __init__(self, project: Path, subscription_id: str | None) -> None:
        self.problems: list[Problem] = []
        self.declarations: list[Declaration] = []
        self.subscription_id = subscription_id
        self._project = project

    def add(self, what: str, where: str, got: str, allowed: str, fix: str) -> None:
        """Notes a problem."""
        self.problems.append(Problem(what=what, where=where, got=got, allowed=allowed, fix=fix))

    def found(self, where: str, problems: Sequence[Problem]) -> None:
        """Notes problems of a component's argument, all of them at the key `where`."""
        self.problems += [replace(problem, where=where) for problem in problems]

    def found_below(self, where: str, problems: Sequence[Problem], names: dict[str, str] | None = None) -> None:
        """Notes problems of a component's arguments, each at its key below `where`.

        A key is the camelCase form of the argument; `names` has those that are called otherwise.
        """
        for problem in problems:
            key = re.sub(r"[a-z]\w*", lambda word: (names or {}).get(word[0]) or to_camel(word[0]), problem.where)
            self.problems.append(problem.at(f"{where}.{key}"))

    def once(self, kind: str, value: str, where: str) -> None:
        """Declares a value that nothing else in the stack may have."""
        self.declarations.append(Declaration(kind=kind, owner="stack", value=value, where=where))

    def file(self, where: str, path: Path) -> bytes | None:
        """The file's content, or None after noting why it cannot be read."""
        try:
            return (self._project / path).read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            self.add(
                "The file cannot be read",
                where,
                f"{path}: {getattr(error, 'strerror', None) or error}",
                f"a readable file, relative to the project ({self._project})",
                "correct the name, or put the file there",
            )
            return None

    def text(self, what: str, where: str, path: Path) -> str | None:
        """The text of a UTF-8 file, or None after noting why it is none; `what` names the document."""
        data = self.file(where, path)
        if data is None:
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            self.add(
                f"{what} is not UTF-8 text",
                f"{where} ({path})",
                f"byte 0x{data[error.start]:02x} at offset {error.start}",
                "UTF-8, with or without a byte order mark",
                "save the file as UTF-8",
            )
            return None


def plain(secret: SecretStr | None) -> str | None:
    """The value of a secret key."""
    return None if secret is None else secret.get_secret_value()
