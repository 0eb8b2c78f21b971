"""Why a validation is off, as a line of the backend's description: written and read here. Pure.

    Chain validation is off: the appliance has a self-signed certificate
        until it is replaced in June

A reason of several lines goes on in indented ones; white space around a line does not count.
"""

import re
from typing import Literal

Validation = Literal["Chain", "Name"]
"""What is off: the chain of the server certificate, or the name in it."""
_REASON = re.compile(
    r"^(?P<what>Chain|Name) validation is off:[ \t]*(?P<reason>\S[^\r\n]*(?:\r?\n {4}[^\r\n]*)*)", re.MULTILINE
)


def written(what: Validation, reason: str) -> str:
    """The line, or lines, that say the reason."""
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    return f"{what} validation is off: " + "\n    ".join(lines)


def read(description: str) -> dict[str, str]:
    """`Chain`, `Name` or both -> the reason that the description gives, its lines joined as they were written."""
    return {
        found["what"]: "\n".join(line.strip() for line in found["reason"].splitlines())
        for found in _REASON.finditer(description)
    }
