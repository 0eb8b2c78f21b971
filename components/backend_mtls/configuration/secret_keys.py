"""Which keys of a configuration may hold a secret, also by mistake: the secret itself, and every group around one.

A PFX that is written at `pfx` instead of `pfx.data`, or at the certificate itself, is as secret as where it belongs.
"""

import re
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
    is_name = False
    for part in path:
        if is_name or isinstance(part, int) or group is None:  # a name that the user chose, a place in a list
            is_name = False
            continue
        key = next((each for each in described.keys(group) if each.name == part), None)
        if key is None:  # no key at all: what is meant is not known
            return True
        if _MARK in key.kind:
            return True
        group, is_name = key.group, key.many == "names"
    return group is not None and _holds_one(group)


def shown(root: type[BaseModel], path: _Path) -> _Path:
    """The path as it can be shown: a name among secrets, such as that of a header, may be one."""
    found: list[str | int] = []
    group: type[BaseModel] | None = root
    hides = is_name = False
    for part in path:
        if is_name or isinstance(part, int) or group is None:
            found.append(described.NAME if hides and isinstance(part, str) else part)
            is_name = False
            continue
        key = next((each for each in described.keys(group) if each.name == part), None)
        found.append(part)
        if key is None:
            continue
        group, is_name, hides = key.group, key.many == "names", _MARK in key.kind
    return tuple(found)


def is_a_key(text: str) -> bool:
    """Whether the text looks like a key that somebody misspelled, rather than like a secret in its place."""
    return bool(_KEY.fullmatch(text))


@cache
def _holds_one(group: type[BaseModel]) -> bool:
    return any(_MARK in key.kind or (key.group is not None and _holds_one(key.group)) for key in described.keys(group))
