"""Which keys of a configuration may hold a secret, also by mistake: the secret itself, and every group around one.

A PFX that is written at `pfx` instead of `pfx.data`, or at the certificate itself, is as secret as where it belongs.
"""

import re
from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from backend_mtls.configuration import described

HIDDEN = "[secret]"
_KEY = re.compile(r"[A-Za-z][A-Za-z-_.]{1,30}")
_MARK = "secret"
"""Stands in the words for the type of a secret key (`described.words`)."""
_Path = tuple[str | int, ...]


def may_hold_one(root: type[BaseModel], path: _Path) -> bool:
    """Whether the value at the path, or something that belongs below it, is a secret."""
    group: type[BaseModel] | None = root
    for _, key, is_free in _steps(root, path):
        if is_free:
            continue
        if key is None or _MARK in key.kind:  # where there is no such key, nobody knows what is meant
            return True
        group = key.group
    return group is not None and _holds_one(group)


def shown(root: type[BaseModel], path: _Path) -> _Path:
    """The path as it can be shown: a name among secrets, such as that of a header, may be one."""
    found: list[str | int] = []
    hides = False
    for part, key, is_free in _steps(root, path):
        found.append(described.NAME if is_free and hides and isinstance(part, str) else part)
        hides = _MARK in key.kind if key else hides
    return tuple(found)


def is_beside_one(root: type[BaseModel], path: _Path) -> bool:
    """Whether the group at the path has a key that is a secret itself, which may stand there without its key."""
    group: type[BaseModel] | None = root
    for _, key, is_free in _steps(root, path):
        group = group if is_free else key.group if key else None
    return group is not None and any(_MARK in key.kind for key in described.keys(group))


def is_a_key(text: str) -> bool:
    """Whether the text looks like a key that somebody misspelled, rather than like a secret in its place."""
    return bool(_KEY.fullmatch(text))


def _steps(root: type[BaseModel], path: _Path) -> Iterator[tuple[str | int, described.Key | None, bool]]:
    """Each part of a path with the key that it is, and whether it is free: a name that the user chose, a place."""
    group: type[BaseModel] | None = root
    is_name = False
    for part in path:
        is_free = is_name or isinstance(part, int) or group is None
        key = None if is_free or group is None else next((e for e in described.keys(group) if e.name == part), None)
        yield part, key, is_free
        is_name = key is not None and key.many == "names"
        group = key.group if key else group


@cache
def _holds_one(group: type[BaseModel]) -> bool:
    return any(_MARK in key.kind or (key.group is not None and _holds_one(key.group)) for key in described.keys(group))
