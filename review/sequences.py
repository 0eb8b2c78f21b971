"""What differs between two sequences, in a time that grows with their length and not with its square.

What stands once in both holds the two together (patience), and between two such places the search goes on in the same
way. Where nothing stands once, as few edits as possible are looked for (Myers), with a bound: a stretch that takes
longer is one edit. So what is found is always true, and not always the shortest.
Source: bramcohen.livejournal.com/73318.html (patience); E. W. Myers, An O(ND) Difference Algorithm, 1986.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

_DEEPEST = 40
_STEPS = 200_000
"""Of the bounded search, for two sequences together."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`before[a:b]` becomes `after[c:d]`."""

    a: int
    """First of the old ones."""
    b: int
    """Behind the last of them."""
    c: int
    """First of the new ones."""
    d: int
    """Behind the last of them."""


def edits(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Edit]:
    """What makes `after` of `before`, in order; two edits never touch."""
    numbers: dict[Hashable, int] = {}
    old, new = ([numbers.setdefault(each, len(numbers)) for each in side] for side in (before, after))
    steps = [_STEPS]
    found: list[Edit] = []
    for each in _edits(old, new, steps):
        if found and found[-1].b == each.a and found[-1].d == each.c:
            found[-1] = Edit(found[-1].a, each.b, found[-1].c, each.d)
        else:
            found.append(each)
    return found


def _edits(old: list[int], new: list[int], steps: list[int]) -> Iterator[Edit]:
    waiting = [(Edit(0, len(old), 0, len(new)), 0)]
    while waiting:
        part, depth = waiting.pop()
        part = _stripped(old, new, part)
        if part.a == part.b or part.c == part.d:
            if (part.a, part.c) != (part.b, part.d):
                yield part
            continue
        kept = _once_in_both(old, new, part) if depth < _DEEPEST else []
        if kept:
            starts = [(part.a, part.c), *((i + 1, j + 1) for i, j in kept)]
            ends = [*kept, (part.b, part.d)]
            parts = [Edit(a, b, c, d) for (a, c), (b, d) in zip(starts, ends, strict=True)]
            waiting += [(each, depth + 1) for each in reversed(parts)]
        else:
            yield from _fewest(old, new, part, steps)


def _stripped(old: list[int], new: list[int], part: Edit) -> Edit:
    """Without what is the same at both ends."""
    a, b, c, d = part.a, part.b, part.c, part.d
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    return Edit(a, b, c, d)


def _once_in_both(old: list[int], new: list[int], part: Edit) -> list[tuple[int, int]]:
    """The places, rising in both, of what stands once on either side: as many as possible."""
    places = _once(old, part.a, part.b)
    others = _once(new, part.c, part.d)
    pairs = [(i, others[each]) for each, i in places.items() if each in others]
    tops: list[int] = []
    last: list[int] = []
    before = [-1] * len(pairs)
    for index, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        before[index] = last[at - 1] if at else -1
        tops[at : at + 1] = [j]
        last[at : at + 1] = [index]
    kept = []
    index = last[-1] if last else -1
    while index >= 0:
        kept.append(pairs[index])
        index = before[index]
    return kept[::-1]


def _once(sequence: list[int], start: int, end: int) -> dict[int, int]:
    found: dict[int, int] = {}
    twice: set[int] = set()
    for index in range(start, end):
        each = sequence[index]
        if each in found:
            twice.add(each)
        found[each] = index
    return {each: index for each, index in found.items() if each not in twice}


def _fewest(old: list[int], new: list[int], part: Edit, steps: list[int]) -> Iterator[Edit]:
    """The fewest edits, if the search ends within its bound; otherwise one."""
    rounds = _rounds(old, new, part, steps)
    if rounds is None:
        yield part
        return
    x, y = part.b - part.a, part.d - part.c
    found: list[Edit] = []
    for reached in reversed(rounds):
        k, distance = x - y, len(rounds) - 1 - len(found)
        down = k == -distance or (k != distance and reached.get(k - 1, -1) < reached.get(k + 1, -1))
        start = reached[k + 1] if down else reached[k - 1]
        began = start - (k + 1 if down else k - 1)
        ended = start if down else start + 1
        at = part.a + start, part.c + began
        found.append(Edit(at[0], part.a + ended, at[1], at[1] + (1 if down else 0)))
        x, y = start, began
    yield from reversed(found)


def _rounds(old: list[int], new: list[int], part: Edit, steps: list[int]) -> list[dict[int, int]] | None:
    """What was reached before each edit, by diagonal; None when the bound comes first."""
    height, width = part.b - part.a, part.d - part.c
    reached = {1: 0}
    rounds: list[dict[int, int]] = []
    for distance in range(height + width + 1):
        before = dict(reached)
        for k in range(-distance, distance + 1, 2):
            down = k == -distance or (k != distance and reached.get(k - 1, -1) < reached.get(k + 1, -1))
            x = reached[k + 1] if down else reached[k - 1] + 1
            began = x
            while x < height and x - k < width and old[part.a + x] == new[part.c + x - k]:
                x += 1
            steps[0] -= x - began + 1
            reached[k] = x
            if x >= height and x - k >= width:
                return [*rounds, before][1:] if distance else rounds
        rounds.append(before)
        steps[0] -= len(before)
        if steps[0] < 0:
            return None
    return None
