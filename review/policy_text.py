"""How the text of a policy is shown: secrets as numbers, nothing that is not seen, no line without an end."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

from review import secret_places
from review.text import visible

WIDEST = 240
"""Characters of one line."""
_AROUND = 60
"""Characters that are shown before and behind what differs in a long line."""
_FEW_SPACES, _MOST_INDENTATION = 20, 60
_SPACE = re.compile(r"[ \t]")
_NOT_SINGLE = re.compile(r" {2,}|\t+| $")
_LABEL = re.compile(r"\[secret·([0-9]+)\]")
_RUN = re.compile(r" +|·+|→+|\t+")
_WORD = re.compile(r"\w*[^\x00-\x7f]\w*")
_LETTERS = set("ßæøœłđðþÆØŒŁĐÐÞıĸŋ")


class Secrets:
    """The secrets of two documents, by number: the same value has the same one."""

    def __init__(self, documents: Iterable[str]) -> None:
        self._spans = {each: secret_places.spans(each) for each in documents}
        values = (text[start:end] for text, spans in self._spans.items() for start, end in spans)
        self._numbers = {value: number for number, value in enumerate(dict.fromkeys(values), 1)}
        self._starts = {text: [start for start, _ in spans] for text, spans in self._spans.items()}

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def values(self, document: str) -> list[str]:
        """Those of one document, in order."""
        return [document[start:end] for start, end in self._spans[document]]

    def hidden(self, document: str, start: int, end: int) -> list[tuple[str, bool]]:
        """`document[start:end]` in parts: each a text, and whether it stands in place of a secret."""
        spans, parts, position = self._spans[document], [], start
        index = max(0, bisect_right(self._starts[document], start) - 1)
        while index < len(spans) and spans[index][0] < end:
            first, last = spans[index]
            index += 1
            if last <= start:
                continue
            parts += [(document[position : max(first, start)], False), (self._label(document[first:last]), True)]
            position = min(last, end)
        return [*parts, (document[position:end], False)]

    def _label(self, value: str) -> str:
        return f"[secret {self._numbers[value]}]" if len(self._numbers) > 1 else "[secret]"


def unchanged(parts: Iterable[tuple[str, bool]]) -> str:
    """A line beside one that changes."""
    text = "".join(each if is_label else _safe(each, ascii_only=False) for each, is_label in parts)
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}… ({len(text)} characters)"


def changed(parts: Iterable[tuple[str, bool]], *, strict: bool) -> str:
    """One that changes, whole, and its white space is seen; `strict`: and whatever looks like something else."""
    text = "".join(each if is_label else _safe(_apart(each), ascii_only=strict) for each, is_label in parts)
    if strict:
        return _without_runs(_LABEL.sub(r"[secret \1]", _SPACE.sub(_marks, text)))
    indentation = len(text) - len(text.lstrip(" \t")) if text.strip(" \t") else 0
    return _without_runs(text[:indentation] + _NOT_SINGLE.sub(_marks, text[indentation:]))


def wrapped(text: str) -> list[str]:
    """The text in lines that are not too wide; one that goes on begins with `…`."""
    first, rest = text[:WIDEST], text[WIDEST:]
    return [first, *(f"… {rest[at : at + WIDEST]}" for at in range(0, len(rest), WIDEST))]


def window(one: str, other: str) -> tuple[int, int]:
    """How many characters of two long lines are not shown, since they are the same: at the start, and at the end."""
    start = _same(one, other)
    rest = min(len(one), len(other)) - start
    end = _same(one[::-1][:rest], other[::-1][:rest])
    start, end = max(0, start - _AROUND), max(0, end - _AROUND)
    return (start if start > 1 else 0), (end if end > 1 else 0)


def alike_to_the_eye(one: str, other: str) -> bool:
    """Whether two different texts may look the same: white space aside, or of as many characters, some not ASCII."""
    if "".join(one.split()) == "".join(other.split()):
        return True
    return len(one) == len(other) and not (one.isascii() and other.isascii())


def _same(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _safe(text: str, *, ascii_only: bool) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "\t".join(visible(each, ascii_only=ascii_only) for each in text.split("\t"))


def _marks(found: re.Match[str]) -> str:
    return found[0].replace(" ", "·").replace("\t", "→")


def _without_runs(text: str) -> str:
    """Long runs of spaces by their number: what stands behind them would be out of sight."""
    return _RUN.sub(_run, text)


def _run(found: re.Match[str]) -> str:
    most = _MOST_INDENTATION if found.start() == 0 else _FEW_SPACES
    kind = "spaces" if found[0][0] in " ·" else "tabs"
    return found[0] if len(found[0]) <= most else f"[{len(found[0])} {kind}]"


def _apart(text: str) -> str:
    """Letters that look like those of the alphabet around them, in one word with it, as their code."""
    if text.isascii():
        return text
    return _WORD.sub(lambda found: _told(found[0]), text)


def _told(word: str) -> str:
    if not any(each.isascii() and each.isalpha() for each in word):
        return word
    return "".join(each if each.isascii() or _is_latin(each) else visible(each, ascii_only=True) for each in word)


def _is_latin(character: str) -> bool:
    base = unicodedata.normalize("NFD", character)[0]
    return base.isascii() or character in _LETTERS
