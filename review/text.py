"""Text that comes from names, descriptions, messages and documents, made safe to show.

Whatever a format needs on top (HTML, Markdown, Mermaid) it does itself. Here: no control characters, nothing that turns
the direction of writing, no line without an end, no key material, no credentials, no absolute path.
"""

import re
import unicodedata
from functools import lru_cache

LONGEST = 300
"""Characters of one value that a report shows."""
LONGEST_LINE = 500
"""Characters of one line of a policy."""

_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}-----.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)", re.DOTALL)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{200,}={0,2}(?![A-Za-z0-9+/=])")
_AUTHORIZATION = re.compile(r"(?<![\w-])(Basic|Bearer|SharedAccessSignature) +[A-Za-z0-9+/=_.~&%-]{8,}", re.IGNORECASE)
_USER_PART = re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/?#@<>\"']{1,200}@", re.IGNORECASE)
_SIGNATURE = re.compile(r"([?&;](?:sig|sv|code|key|token|password|pwd|secret)=)[^&\s\"'<>]+", re.IGNORECASE)
_PATH = re.compile(
    r"(?:file://|(?<![\w:/.-]))(?:/(?:home|root|Users|tmp|var|opt|usr|etc|mnt|work|private|builds|builder|workspace|app|srv|"
    r"runner|agent|__w)(?:/[^\s\"'<>|:,;()\[\]]*)?|[A-Za-z]:\\[^\s\"'<>|,;()\[\]]+)"
)
LINE = re.compile(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What `str.splitlines` takes for a line end, and XML does not."""
_TRACEBACK = re.compile(r"^\s*(?:File \"|Traceback \(|at /|\^+\s*$|~+\^*)")


@lru_cache(maxsize=1 << 16)  # the same few words stand in every row of a large report
def clean(text: str, longest: int = LONGEST) -> str:
    """One line that is safe to show; what is longer than `longest` characters is cut, and says so."""
    shown = _visible(" ".join(_hidden(without_paths(text)).split()))
    return shown if len(shown) <= longest else f"{shown[:longest]}… ({len(shown)} characters)"


def lines(text: str) -> list[str]:
    """The lines of a document, with their white space; no key material, and no line without an end."""
    return [cut(_visible(each, keep_tabs=True)) for each in _hidden(text).splitlines()]


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
            kept.append(cut(_visible(without_paths(line.rstrip()))))
    return kept


def without_paths(text: str) -> str:
    """The text with absolute paths of a file system hidden; ARM ids and URLs stay."""
    return _PATH.sub("[path]", text)


def _hidden(text: str) -> str:
    text = _PEM.sub("[secret]", text)
    text = _BASE64.sub(lambda found: f"[base64, {len(found[0])} characters]", text)
    text = _AUTHORIZATION.sub(r"\1 [secret]", text)
    text = _USER_PART.sub(r"\1[secret]@", text)
    return _SIGNATURE.sub(r"\1[secret]", text)


def _visible(text: str, *, keep_tabs: bool = False) -> str:
    """Control and format characters as their code: a terminal obeys them, and a reader does not see them."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(each, keep_tabs=keep_tabs) for each in text)


def _shown(character: str, *, keep_tabs: bool) -> str:
    if character == "\t" and keep_tabs:
        return character
    category = unicodedata.category(character)
    return f"\\u{{{ord(character):x}}}" if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else character
