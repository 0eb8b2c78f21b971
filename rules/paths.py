"""How a call gets to a state: the conditions that held and did not hold on the way, and which of them still say so."""

from typing import NamedTuple

from rules.outcome import Literal, Way, together

_CONSTANT = {"true": True, "false": False, "@(true)": True, "@(false)": False}


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
        return tuple(
            each
            for index, each in enumerate(self.way[self.fresh :], self.fresh)
            if index >= self.answered or "Response" not in each.text
        )

    @property
    def with_response(self) -> "Path":
        """The same, once a backend was called."""
        return self._replace(answered=len(self.way))


def said(condition: str, *, holds: bool) -> Way:
    """What a condition that turned out so says; nothing when it is constant."""
    return () if _constant(condition) is not None else (Literal(_text(condition), holds),)


def split(paths: list[Path], condition: str) -> tuple[list[Path], list[Path]]:
    """The paths on which a condition holds, and those on which it does not."""
    known = _constant(condition)
    if known is not None:
        return (paths, []) if known else ([], paths)
    text = _text(condition)
    return _with(paths, Literal(text, holds=True)), _with(paths, Literal(text, holds=False))


def _with(paths: list[Path], said: Literal) -> list[Path]:
    """The paths on which it can be so, saying so."""
    return [
        path if said in path.still else path._replace(way=(*path.way, said))
        for path in paths
        if together(path.still, (said,))
    ]


def _constant(condition: str) -> bool | None:
    return _CONSTANT.get("".join(condition.split()).lower())


def _text(condition: str) -> str:
    text = condition.strip()
    return text[2:-1].strip() if text.startswith("@(") and text.endswith(")") else text


def joined(paths: list[Path]) -> list[Path]:
    """Without a condition that may hold or not."""
    by_way: dict[Way, Path] = {}
    for path in paths:
        by_way[path.way] = _stalest(path.way, path, by_way.get(path.way, path))
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
