"""How a call gets to a state: the conditions that held and did not hold on the way, and which of them still say so."""

from typing import NamedTuple

from backend_mtls.policy.expression import constant

from rules.outcome import Literal, Way


class Path(NamedTuple):
    """How a call got to a state."""

    way: Way = ()
    """The conditions."""
    fresh: int = 0
    """The conditions from here on still say what they said: nothing has run since that could change it."""
    answered: int = 0
    """Before these conditions a backend was called: those further back that look at a response say nothing any more."""

    @property
    def still(self) -> Way:
        """The conditions that still say what they said."""
        behind = tuple(each for each in self.way[self.fresh : self.answered] if "Response" not in each.text)
        return (*behind, *self.way[max(self.fresh, self.answered) :])

    @property
    def with_response(self) -> "Path":
        """The same, once a backend was called."""
        return self._replace(answered=len(self.way))

    def says(self, other: "Path") -> bool:
        """Whether every call that comes the other way comes this way."""
        return set(self.way) <= set(other.way)

    def covers(self, other: "Path") -> bool:
        """The same, and whatever runs later runs on this way, too."""
        return self.says(other) and set(self.still) <= set(other.still)


def said(condition: str, *, holds: bool) -> Way:
    """What a condition that turned out so says; nothing when it is constant."""
    return () if constant(condition) is not None else (Literal(_text(condition), holds),)


def split(paths: list[Path], condition: str) -> tuple[list[Path], list[Path]]:
    """The paths on which a condition holds, and those on which it does not."""
    known = constant(condition)
    if known is not None:
        return (paths, []) if known else ([], paths)
    yes, no = (Literal(_text(condition), holds) for holds in (True, False))
    found: tuple[list[Path], list[Path]] = ([], [])
    for path in paths:
        still = path.still
        for said, other, into in ((yes, no, found[0]), (no, yes, found[1])):
            if other not in still:
                into.append(path if said in still else path._replace(way=(*path.way, said)))
    return found


def _text(condition: str) -> str:
    text = condition.strip()
    return text[2:-1].strip() if text.startswith("@(") and text.endswith(")") else text


def joined(paths: list[Path]) -> list[Path]:
    """Without a condition that may hold or not."""
    by_way: dict[Way, Path] = {}
    for path in paths:
        known = by_way.get(path.way)
        by_way[path.way] = path if known is None else _stalest(path.way, path, known)
    waiting = list(by_way)
    while waiting:
        way = waiting.pop()
        if not way or way not in by_way:
            continue
        other = (*way[:-1], Literal(way[-1].text, not way[-1].holds))
        if other in by_way:
            shorter = way[:-1]
            both = by_way.pop(way), by_way.pop(other)
            by_way[shorter] = _stalest(shorter, *both, by_way.get(shorter, both[0]))
            waiting.append(shorter)
    return list(by_way.values())


def _stalest(way: Way, *paths: Path) -> Path:
    """One path for several that came to the same: a condition says something only where it does so on all of them."""
    fresh, answered = max(each.fresh for each in paths), max(each.answered for each in paths)
    return Path(way, min(fresh, len(way)), min(answered, len(way)))
