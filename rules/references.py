"""Where a rule comes from, as links: documents, and threads that are named `owner/repository#number`."""

import re
from dataclasses import dataclass

_LINK = re.compile(r"https://([^\s,()/]+)[^\s,()]*|([\w.-]+/[\w.-]+)#(\d+)")


@dataclass(frozen=True, kw_only=True)
class Link:
    """One source."""

    label: str
    """The host of a document, or the thread."""
    url: str
    """`https://…`."""


def links(reference: str) -> tuple[Link, ...]:
    """Every source that a rule's `reference` names, in order."""
    return tuple(
        Link(label=host, url=each[0])
        if (host := each[1])
        else Link(label=f"{each[2]}#{each[3]}", url=f"https://github.com/{each[2]}/issues/{each[3]}")
        for each in _LINK.finditer(reference)
    )
