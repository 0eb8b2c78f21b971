"""What is wrong with a policy document, said with the line and the column."""

import re

from backend_mtls.errors import PolicyDocumentError, Problem, Where

_LINE_END = re.compile(r"\r\n|\r|\n")
_SHOWN = 80


def problem(  # one keyword per part of a `Problem`
    document: str, position: int, what: str, *, allowed: str, fix: str, got: str | None = None
) -> PolicyDocumentError:
    """The error for what stands at the offset; `got` is the rest of its line when left out."""
    line_ends = list(_LINE_END.finditer(document, 0, position))
    column = position - (line_ends[-1].end() if line_ends else 0) + 1
    if got is None:
        got = _LINE_END.split(document[position : position + _SHOWN], maxsplit=1)[0].strip()
    return PolicyDocumentError(
        Problem(
            what=what,
            where=Where(inside=(f"policy document, line {len(line_ends) + 1}, column {column}",)),
            got=got or "the end of the document",
            allowed=allowed,
            fix=fix,
            kind="document",
        )
    )
