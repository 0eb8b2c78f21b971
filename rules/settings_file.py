"""The settings in a stack's file: those of the base branch, by which a change of them is judged.

Pure: the text of the file in, what `rules.settings.read` takes out.
"""

import re
from collections.abc import Mapping

import yaml

from rules.settings import Settings, SettingsError

_NAME = re.compile(r"Pulumi\.(?P<stack>.+)\.ya?ml")
_KEYS = {name for key, field in Settings.model_fields.items() for name in (key, field.alias or key)}


def stack_of(file_name: str) -> str | None:
    """The stack that a file is about, by its name; None when it is called otherwise."""
    found = _NAME.fullmatch(file_name)
    return found["stack"] if found else None


def given(text: str, project: str) -> object:
    """What the file says: its key `<project>:review`, or the mapping alone; None when it says nothing.

    Raises `SettingsError`.
    """
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = " ".join(str(error).split())
        raise SettingsError(f"review: got no YAML ({line:.200}), allowed: a stack's file") from error
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
