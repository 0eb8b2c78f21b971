"""Text that comes from names, descriptions, messages and documents, made safe to show.

Whatever a format needs on top (HTML, Markdown, Mermaid) it does itself. Here: no control characters, nothing that turns
the direction of writing or is not seen, no line without an end, no key material, no credentials, no absolute path.
"""

import re
import unicodedata
from functools import lru_cache

from review import secret_text

LONGEST = 300
"""Characters of one value that a report shows."""
LONGEST_LINE = 500
"""Characters of one line of a message."""
SECRET = "[secret]"  # noqa: S105 - what stands in place of one
_LONG = 200
"""Characters from which on a reader is told how long a secret is: it is a file, or a name that only looks like one."""
_AROUND = 40
"""Characters that are shown before and behind what differs in a long value."""

_PATH = re.compile(
    r"(?:file://|(?<![\w:/.-]))(?:/(?:home|root|Users|tmp|var|opt|usr|etc|mnt|work|private|builds|builder|workspace|app|srv|"
    r"runner|agent|__w)(?:/[^\s\"'<>|:,;()\[\]]*)?|[A-Za-z]:\\[^\s\"'<>|,;()\[\]]+)"
)
_TRACEBACK = re.compile(r"^\s*(?:File \"|Traceback \(|at /|\^+\s*$|~+\^*)")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that leave no trace, or look like a space."""


@lru_cache(maxsize=1 << 16)  # the same few words stand in every row of a large report
def clean(text: str, longest: int = LONGEST) -> str:
    """One line that is safe to show; what is longer than `longest` characters is cut, and says so."""
    shown = visible(" ".join(_hidden(without_paths(text)).split()))
    return shown if len(shown) <= longest else f"{shown[:longest]}… ({len(shown)} characters)"


def compared(before: str, after: str) -> tuple[str, str]:
    """Both as `clean` shows them, and never alike when they differ: by a secret, behind the cut, in white space."""
    old, new = clean(before), clean(after)
    if before == after or old != new:
        return old, new
    hidden_before, hidden_after = (visible(_hidden(without_paths(each))) for each in (before, after))
    if hidden_before == hidden_after:
        return old, f"{new} (it differs in what is hidden)"
    start = _common(hidden_before, hidden_after)
    first = max(0, start - _AROUND)
    old, new = (f"{'…' if first else ''}{each[first : start + LONGEST]}" for each in (hidden_before, hidden_after))
    return old, new if old != new else f"{new} (it differs behind this)"


def _common(one: str, other: str) -> int:
    """How many characters the two begin with together."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def cut(line: str) -> str:
    """A line that is not longer than a reader wants it."""
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line)} characters)"


def message(text: str) -> list[str]:
    """The lines of an error or a warning, without a traceback, paths, or anything secret."""
    kept = []
    skipped = False
    for line in _hidden(text).splitlines():
        if _TRACEBACK.match(line):
            skipped = True
        elif skipped and line.startswith("    "):
            continue  # the source line that a traceback shows
        elif line.strip():
            skipped = False
            kept.append(cut(visible(without_paths(line.rstrip()))))
    return kept


def without_paths(text: str) -> str:
    """The text with absolute paths of a file system hidden; ARM ids and URLs stay."""
    return _PATH.sub("[path]", text)


def _hidden(text: str) -> str:
    parts: list[str] = []
    position = 0
    for start, end in secret_text.found(text):
        parts += text[position:start], SECRET if end - start < _LONG else f"[secret, {end - start} characters]"
        position = end
    return "".join([*parts, text[position:]]) if parts else text


def visible(text: str, *, ascii_only: bool = False) -> str:
    """What a terminal obeys and what a reader does not see as its code; with `ascii_only`, all that is not ASCII."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(each if each.isascii() and each.isprintable() else _shown(each, ascii_only) for each in text)


@lru_cache(maxsize=1 << 12)
def _shown(character: str, ascii_only: bool) -> str:
    category = unicodedata.category(character)
    is_hidden = category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs") or _UNSEEN.match(character)
    return f"\\u{{{ord(character):x}}}" if is_hidden or ascii_only else character
