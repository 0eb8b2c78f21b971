"""A Pulumi project on disk: `Pulumi.yaml` and the file with a stack's settings."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.errors import LocalError


@dataclass(frozen=True, kw_only=True)
class Project:
    """What `Pulumi.yaml` says."""

    folder: Path
    name: str
    main: Path
    """Folder or file of the program."""
    language: str
    """Name of the runtime, for instance `python`."""
    virtualenv: Path | None
    """The virtualenv that the project names; it need not exist."""
    config: dict[str, Any]
    """Declarations of configuration keys."""
    stack_folder: Path

    @property
    def python(self) -> str:
        """Interpreter of the program: that of the project's virtualenv if there is one, otherwise this one."""
        interpreter = self.virtualenv / "bin" / "python" if self.virtualenv else None
        return str(interpreter) if interpreter and interpreter.exists() else sys.executable

    def refuse_other_languages(self) -> None:
        """Raises `LocalError` for a project that only the CLI can run."""
        if self.language != "python":
            raise LocalError(
                f"{self.folder / 'Pulumi.yaml'}: the embedded engine runs Python programs, this project's runtime is "
                f"{self.language!r}. Install the Pulumi CLI: https://www.pulumi.com/docs/install/"
            )

    def stack_file(self, stack: str) -> Path:
        """The file with the settings of a stack; it need not exist."""
        return self.stack_folder / f"Pulumi.{stack}.yaml"

    def stack_settings(self, stack: str) -> dict[str, Any]:
        """The content of that file."""
        path = self.stack_file(stack)
        return _read(path) if path.exists() else {}

    def save_salt(self, stack: str, salt: str) -> None:
        """Adds the salt to a stack's settings and leaves every other line alone."""
        path = self.stack_file(stack)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text() if path.exists() else ""
        path.write_text(f"encryptionsalt: {salt}\n{text}")


def load(folder: Path) -> Project:
    """Reads the project in a folder."""
    path = folder / "Pulumi.yaml"
    if not path.exists():
        raise LocalError(f"no Pulumi.yaml project file found in {folder}. Name the project's folder with --cwd")
    content = _read(path)
    runtime = content.get("runtime")
    options = runtime.get("options") or {} if isinstance(runtime, dict) else {}
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    return Project(
        folder=folder,
        language=str(language),
        name=str(content["name"]),
        main=folder / content.get("main", "."),
        virtualenv=folder / options["virtualenv"] if options.get("virtualenv") else None,
        config=content.get("config") or {},
        stack_folder=folder / content.get("stackConfigDir", "."),
    )


class _Loader(yaml.SafeLoader):
    """Reads YAML as Go does: `on`, `12:30` and dates are strings."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - declared so by the base class


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), [*_first, ""])


def _place(error: Exception) -> str:
    """Where it is not; the line itself may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    return f": line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LocalError(f"{path} is not valid YAML (in UTF-8){_place(error)}") from None
    if not isinstance(content, dict):
        raise LocalError(f"{path} must be a mapping, but is a {type(content).__name__}")
    return content
