"""The settings in a stack's file: those of the base branch, by which a change of them is judged."""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from rules.settings import Settings, SettingsError

_NAME = re.compile(r"Pulumi\.(?P<stack>.+)\.ya?ml")
_KEYS = {name for key, field in Settings.model_fields.items() for name in (key, field.alias or key)}


def stack_of(file_name: str) -> str | None:
    """The stack that a file is about, by its name; None when it is called otherwise."""
    found = _NAME.fullmatch(file_name)
    return found["stack"] if found else None


def load(file: Path, project: str) -> object:
    """What a stack's file says or, where it says nothing, `Pulumi.yaml` beside it or above; None when neither does.

    Raises `SettingsError`, and `OSError` when the file cannot be read.
    """
    found = given(_text(file), project)
    if found is not None:
        return found
    beside = (folder / "Pulumi.yaml" for folder in (file.parent, file.parent.parent))
    of_project = next((each for each in beside if each.is_file()), None)
    return default(_text(of_project), project) if of_project else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError("review: got bytes that are not UTF-8, allowed: a stack's file") from error


def default(text: str, project: str) -> object:
    """What a project's file says for every stack: the default of its key `review`; None when it says nothing."""
    config = given(text, project)
    return config.get("default", config.get("value")) if isinstance(config, Mapping) else None


def given(text: str, project: str) -> object:
    """What a stack's file says: its key `<project>:review`, or the mapping alone; None when it says nothing.

    Raises `SettingsError`.
    """
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError(f"review: got no YAML ({_reason(error)}), allowed: a stack's file") from None
    if content is None:
        return None
    if not isinstance(content, Mapping):
        raise SettingsError(f"review: got {type(content).__name__}, allowed: a stack's file, or the mapping `review`")
    if content.keys() and content.keys() <= _KEYS - {"now"}:
        return content
    config = content.get("config", content)
    if not isinstance(config, Mapping):
        return None
    for key in (f"{project}:review", "review"):
        if key in config:
            return config[key]
    # a change that renames the project is judged by the settings under the old name
    return next((value for key, value in config.items() if str(key).endswith(":review")), None)


def _reason(error: Exception) -> str:
    """What is wrong and where, without the line itself, which may hold a secret."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return place + (re.sub(r"(['\"]).{2,}\1", "…", problem) if problem else type(error).__name__)
