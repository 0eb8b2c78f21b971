"""A stack's file, read as the Pulumi CLI reads it: every value is a text for the program, JSON for what is structured.

Owns: which stacks have a listing, the project's defaults, what is encrypted.
Does not own: what a value means (`settings.py`), or a passphrase: only the CLI decrypts.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from backend_mtls.errors import BackendMtlsError

WITHOUT_LISTING = "local"
"""Its certificates are made anew on each machine, and it is never deployed to Azure."""
SUBSCRIPTION = "azure-native:subscriptionId"
_HIDDEN = (("backend", "credentials"), ("backend", "proxy"))
"""Where, below `apis.<name>`, a secret is only passed on: the program does the same whatever it is."""


class StackFileError(BackendMtlsError):
    """The file is no YAML text."""


class EncryptedError(BackendMtlsError):
    """The stack's configuration cannot be read without its key."""


class _Loader(yaml.SafeLoader):
    """Only true and false are booleans, and a date is a text, as for the CLI."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), None)


def names(project: Path) -> list[str]:
    """The stacks that are deployed to Azure."""
    found = (each.name.removeprefix("Pulumi.").removesuffix(".yaml") for each in project.glob("stacks/Pulumi.*.yaml"))
    return sorted(each for each in found if each != WITHOUT_LISTING)


def project_name(project: Path) -> str:
    """The namespace of the program's own configuration keys."""
    return str(_read(project / "Pulumi.yaml")["name"])


def values(project: Path, stack: str) -> dict[str, Any]:
    """The program's own keys, without their namespace, as they stand in the file: a secret is `{secure: …}`."""
    given = _full(project, _read(project / f"stacks/Pulumi.{stack}.yaml").get("config"))
    prefix = project_name(project) + ":"
    return {key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix)}


def texts(project: Path, stack: str) -> dict[str, str]:
    """What the program is given: its own keys and the subscription; raises `EncryptedError`.

    A secret that is only passed on becomes `[secret]`. One that the program has to read is asked of the CLI.
    """
    needed = [path for path in _encrypted(values(project, stack)) if not _is_passed_on(path)]
    if needed:
        return _decrypted(project, stack, ".".join(needed[0]))
    given = _full(project, _read(project / f"stacks/Pulumi.{stack}.yaml").get("config"))
    declared = _full(project, _read(project / "Pulumi.yaml").get("config"))
    defaults = {key: each.get("value", each.get("default")) for key, each in declared.items() if isinstance(each, dict)}
    known = {key: value for key, value in defaults.items() if value is not None} | given
    return _for_the_program(project, {key: _text(hidden(value)) for key, value in known.items()})


def hidden(value: Any) -> Any:
    """The same with `[secret]` for everything that is encrypted."""
    if isinstance(value, dict):
        return "[secret]" if value.keys() == {"secure"} else {str(key): hidden(each) for key, each in value.items()}
    return [hidden(each) for each in value] if isinstance(value, list) else value


def _decrypted(project: Path, stack: str, needed: str) -> dict[str, str]:
    if shutil.which("pulumi") is None:
        raise EncryptedError(f"{needed} is encrypted, and the pulumi CLI, which decrypts it, is not on PATH")
    words = ["pulumi", "config", "--show-secrets", "--json", "--non-interactive", "--stack", stack]
    ended = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    if ended.returncode:
        reason = ended.stderr.strip().removeprefix("error: ").partition("\n")[0]
        raise EncryptedError(f"{needed} is encrypted, and the pulumi CLI does not decrypt it: {reason}")
    return _for_the_program(project, {key: each["value"] for key, each in json.loads(ended.stdout).items()})


def _for_the_program(project: Path, found: dict[str, str]) -> dict[str, str]:
    prefix = project_name(project) + ":"
    return {key: text for key, text in found.items() if key.startswith(prefix) or key == SUBSCRIPTION}


def _encrypted(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        if value.keys() == {"secure"}:
            yield path
            return
        for key, each in value.items():
            yield from _encrypted(each, (*path, str(key)))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _encrypted(each, (*path, str(index)))


def _is_passed_on(path: tuple[str, ...]) -> bool:
    return path[0] == "apis" and path[2:4] in _HIDDEN


def _full(project: Path, config: Any) -> dict[str, Any]:
    """The keys with their namespace, which may be left out for the project's own."""
    given = config if isinstance(config, dict) else {}
    return {key if ":" in key else f"{project_name(project)}:{key}": value for key, value in given.items()}


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506 -- a SafeLoader
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise StackFileError(f"{file.name} cannot be read: {_reason(error)}") from None
    return content if isinstance(content, dict) else {}


def _reason(error: UnicodeDecodeError | yaml.YAMLError) -> str:
    """What is wrong and where, without the line itself, which may hold a secret."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte 0x{error.object[error.start]:02x} at offset {error.start} is not UTF-8"
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or "no YAML"
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return place + re.sub(r"(['\"]).{2,}\1", "…", problem)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
