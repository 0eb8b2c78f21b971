"""What changes in the policy documents: a unified diff of the real text, without what makes no difference.

Compared is what the documents are; what is shown of it is made safe afterwards. So whatever changes has a line with `-`
or `+`, and two such lines are never alike: a secret has a number that says whether it is another one, of a long line
the part that differs is shown, and what looks the same is shown as its code.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from review import policy_text, sequences
from review.change import Change, Step
from review.likeness import alike
from review.policy_lines import Line as Part
from review.policy_lines import Lines, joined, lines_of, pieces, raw_lines_of
from review.policy_text import WIDEST, Secrets
from review.text import clean
from rules import policy
from rules.graph import Resource
from rules.policy import Policy

_CONTEXT = 3
_SAME = "Only white space that makes no difference changes."


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a diff."""

    sign: str
    """`+`, `-`, a space, or `@` between two parts."""
    text: str
    """The line, safe to show; white space in a changed one is visible. One that begins with `…` goes on."""


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


@dataclass(frozen=True)
class _Documents:
    """The two texts that are compared."""

    before: Lines
    after: Lines
    secrets: Secrets


def changes(change: Change) -> list[PolicyChange]:
    """Every policy whose text changes, or how it is read, by the label."""
    compared = [(_compared(change, step), step.resource) for step in change.steps if _is_policy(step.resource)]
    found = [(each, resource) for each, resource in compared if each.lines or each.note]
    labels = Counter(each.label for each, _ in found)
    told = [
        replace(each, label=clean(f"{each.label} ({resource.name})")) if labels[each.label] > 1 else each
        for each, resource in found
    ]
    return sorted(told, key=lambda each: each.label)


def _is_policy(resource: Resource | None) -> bool:
    return resource is not None and resource.type.removeprefix("azure-native:") in policy.TYPES


def _compared(change: Change, step: Step) -> PolicyChange:
    old = policy.read(change.before, step.before) if step.before and _is_policy(step.before) else None
    new = policy.read(change.after, step.after) if step.after and _is_policy(step.after) else None
    shown = new or old
    label = clean(shown.label if shown else step.resource.name)
    what = "changed" if old and new else "new" if new else "removed"
    before, after = _text(old), _text(new)
    notes = list(_notes(old, new))
    lines: tuple[Line, ...] = ()
    if before is not None and after is not None and before != after:
        if old and new and alike(before, after):
            notes.append(_SAME)
        else:
            lines, hidden = diff(before, after, whole=not (old and new))
            notes += hidden if lines or not (old and new) else [_SAME]
    return PolicyChange(label=label, what=what, lines=lines, note=" ".join(notes))


def _text(found: Policy | None) -> str | None:
    """The document; of a link to one, the link; empty for a policy that is not there. None: it is not known."""
    if found is None:
        return ""
    declared = found.resource.inputs.get("value")
    return found.document if found.document is not None or not isinstance(declared, str) else declared


def _notes(old: Policy | None, new: Policy | None) -> Iterator[str]:
    if any(each and _text(each) is None for each in (old, new)):
        yield "The text is secret, or known after deployment."
    elif any(each and each.document is None for each in (old, new)):
        yield "The text stands behind the link, which is not followed."
    if old and new:
        was, will = (str(each.resource.get("format") or "xml") for each in (old, new))
        if was != will:
            yield f"It is read as {clean(will)}, and was as {clean(was)}."


def diff(before: str, after: str, *, whole: bool = False) -> tuple[tuple[Line, ...], list[str]]:
    """The diff of two texts, and notes on it. `whole`: one of them is not there, and of the other all is shown."""
    old, new = lines_of(before), lines_of(after)
    if whole or not (old.is_readable and new.is_readable):
        old, new = raw_lines_of(before), raw_lines_of(after)
    documents = _Documents(old, new, Secrets((before, after)))
    lines = tuple(_lines(documents, old.lines, new.lines, _CONTEXT))
    was, will = (Counter(documents.secrets.values(each)) for each in (before, after))
    notes = []
    if documents.secrets:
        notes.append(f"Secret values are hidden{'' if whole or was == will else '; a secret value changes'}.")
    return lines, notes


def _lines(documents: _Documents, old: Sequence[Part], new: Sequence[Part], context: int) -> Iterator[Line]:
    """The lines of all edits that make a difference, with what stands around them."""
    edits = [
        each
        for each in sequences.edits([one.parts for one in old], [one.parts for one in new])
        if _counts(old[each.a : each.b]) != _counts(new[each.c : each.d])
    ]
    last = 0
    for index, each in enumerate(edits):
        start = max(last, each.c - context)
        if start > last and (index or context < _CONTEXT):
            yield Line(sign="@", text="…")
        yield from (_beside(documents, one) for one in new[start : each.c])
        yield from _edit(documents, old[each.a : each.b], new[each.c : each.d], is_fine=context < _CONTEXT)
        following = edits[index + 1].c if index + 1 < len(edits) else len(new)
        last = min(each.d + context, following)
        yield from (_beside(documents, one) for one in new[each.d : last])


def _counts(lines: Sequence[Part]) -> list[tuple[str, str]]:
    return joined(part for line in lines for part in line.parts)


def _beside(documents: _Documents, part: Part) -> Line:
    shown = policy_text.unchanged(documents.secrets.hidden(documents.after.document, part.start, part.end))
    return Line(sign=" ", text=shown if part.is_whole else f"… {shown}")


def _edit(documents: _Documents, old: Sequence[Part], new: Sequence[Part], *, is_fine: bool) -> Iterator[Line]:
    """The lines of one edit; of long lines, those parts that differ."""
    if not is_fine and any(map(_is_long, (*old, *new))):
        aligned = bool(old and new)
        finer, others = (
            [each for line in side for each in (pieces(text, line) if aligned or _is_long(line) else [line])]
            for text, side in ((documents.before, old), (documents.after, new))
        )
        yield from _lines(documents, finer, others, 1)
        return
    removed, added = _shown(documents, old, new)
    if removed == added:  # what is written instead of it is in the document itself
        added = [*added[:-1], f"{added[-1]} (it differs from the line above in what is hidden)"]
    yield from (Line(sign="-", text=line) for each in removed for line in policy_text.wrapped(each))
    yield from (Line(sign="+", text=line) for each in added for line in policy_text.wrapped(each))


def _is_long(part: Part) -> bool:
    return part.end - part.start > WIDEST


def _shown(documents: _Documents, old: Sequence[Part], new: Sequence[Part]) -> tuple[list[str], list[str]]:
    before, after = documents.before.document, documents.after.document
    if len(old) != len(new):
        one, other = (
            "\n".join(text[each.start : each.end] for each in side) for text, side in ((before, old), (after, new))
        )
        strict = policy_text.alike_to_the_eye(one, other)
        return (
            [_whole(documents.secrets, before, each, strict=strict) for each in old],
            [_whole(documents.secrets, after, each, strict=strict) for each in new],
        )
    pairs = [_pair(documents, each, other) for each, other in zip(old, new, strict=True)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def _pair(documents: _Documents, old: Part, new: Part) -> tuple[str, str]:
    """Two lines that stand in the same place; of long ones what is the same at their ends is left out."""
    before, after = documents.before.document, documents.after.document
    one, other = before[old.start : old.end], after[new.start : new.end]
    strict = one != other and policy_text.alike_to_the_eye(one, other)
    start, end = policy_text.window(one, other) if max(len(one), len(other)) > WIDEST else (0, 0)
    return (
        _whole(documents.secrets, before, old, strict=strict, start=start, end=end),
        _whole(documents.secrets, after, new, strict=strict, start=start, end=end),
    )


def _whole(secrets: Secrets, document: str, part: Part, *, strict: bool, start: int = 0, end: int = 0) -> str:
    hidden = secrets.hidden(document, part.start + start, part.end - end)
    text = policy_text.changed(hidden, strict=strict)
    return f"{'' if part.is_whole and not start else '… '}{text}{' …' if end else ''}"
