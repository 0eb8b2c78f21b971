"""What changes in the policy documents: a unified diff of the real text, without what makes no difference.

White space between elements, line ends and the like are no change (backend_mtls.policy.meaning); white space in texts,
attributes and expressions is. Values that are secrets are hidden on both sides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from review import text
from review.change import Change
from review.likeness import alike
from rules import policy
from rules.graph import Resource
from rules.policy import Policy

_CONTEXT = 3
_SECRET = "[secret]"  # noqa: S105 - what stands in place of one
_MOST_HUNKS = 40
"""Hunks that are looked at one by one; of a document with more, all are shown."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_SECRET_ATTRIBUTE = re.compile(r"""(\b(?:password|body|secret|key)\s*=\s*)("(?![@{])[^"]*"|'(?![@{])[^']*')""")
_AUTHORIZATION = re.compile(
    r"""(<set-header\s[^>]*name\s*=\s*["'][^"']*(?:authorization|key|token|secret)[^"']*["'][^>]*>\s*<value>)(?![@{])([^<]*)""",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_NAMED_VALUE = re.compile(r"\{\{[^{}]*\}\}")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a diff."""

    sign: str
    """`+`, `-`, a space, or `@` between two parts."""
    text: str
    """The line, safe to show; white space at the end of a changed one is visible."""


@dataclass(frozen=True, kw_only=True)
class PolicyChange:
    """What changes in one document."""

    label: str
    """Whose policy it is."""
    what: str
    """`new`, `changed` or `removed`."""
    lines: tuple[Line, ...]
    """The diff; empty when there is nothing to show."""
    note: str
    """Why there is nothing to show, or what is hidden; empty otherwise."""


def changes(change: Change) -> list[PolicyChange]:
    """Every document that changes, by the label."""
    found = []
    for step in change.steps:
        if step.resource.type.removeprefix("azure-native:") not in policy.TYPES:
            continue
        old = policy.read(change.before, step.before) if step.before else None
        new = policy.read(change.after, step.after) if step.after else None
        if old and new and old.document is not None and old.document == new.document:
            continue
        found.append(_compared(old, new, step.resource))
    return sorted(found, key=lambda each: each.label)


def _compared(old: Policy | None, new: Policy | None, resource: Resource) -> PolicyChange:
    shown = new or old
    label = text.clean(shown.label if shown else resource.name)
    what = "changed" if old and new else "new" if new else "removed"
    if any(each and each.document is None for each in (old, new)):
        note = "The text is secret, or known after deployment."
        return PolicyChange(label=label, what=what, lines=(), note=note)
    before, after = (each.document or "" if each else "" for each in (old, new))
    if old and new and alike(before, after):
        note = "Only white space that makes no difference changes."
        return PolicyChange(label=label, what=what, lines=(), note=note)
    lines = tuple(_diff(_lines(before), _lines(after)))
    shows = any(_SECRET in each.text for each in lines) and _SECRET not in before + after
    hidden = shows or not lines
    return PolicyChange(label=label, what=what, lines=lines, note="Secret values are hidden." if hidden else "")


def _lines(document: str) -> list[str]:
    masked = _SECRET_ATTRIBUTE.sub(_masked, document)
    masked = _AUTHORIZATION.sub(_masked, masked)
    found = [text.LINE.sub(" ", each) for each in _LINE_END.split(masked)]
    return found[:-1] if found[-1] == "" else found  # what ends with a line end has no further line


def _masked(found: re.Match[str]) -> str:
    value = _NAMED_VALUE.sub("", found[2].strip("\"' "))
    if not value:
        return found[0]  # empty, or a named value, which is a name
    quote = found[2][0] if found[2][0] in "\"'" else ""
    return f"{found[1]}{quote}[secret]{quote}"


def _diff(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    edits = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    if len(edits) <= _MOST_HUNKS:
        edits = [each for each in edits if _matters(before, after, each)]
    last = 0
    for index, (_, a, b, c, d) in enumerate(edits):
        start = max(last, a - _CONTEXT)
        if index and start > last:
            yield Line(sign="@", text="…")
        yield from (_line(" ", each) for each in before[start:a])
        yield from (_line("-", each) for each in before[a:b])
        yield from (_line("+", each) for each in after[c:d])
        following = edits[index + 1][1] if index + 1 < len(edits) else len(before)
        last = min(b + _CONTEXT, following)
        yield from (_line(" ", each) for each in before[b:last])


def _matters(before: Sequence[str], after: Sequence[str], edit: tuple[str, int, int, int, int]) -> bool:
    """Whether this edit alone makes another policy."""
    _, a, b, c, d = edit
    if _SPACE.sub("", "".join(before[a:b])) != _SPACE.sub("", "".join(after[c:d])):
        return True
    return not alike("\n".join(before), "\n".join([*before[:a], *after[c:d], *before[b:]]))


def _line(sign: str, line: str) -> Line:
    shown = text.lines(line)
    content = shown[0] if shown else ""
    if sign != " ":
        stripped = content.rstrip(" \t")
        content = stripped + content[len(stripped) :].replace(" ", "·").replace("\t", "→")
    return Line(sign=sign, text=content)
