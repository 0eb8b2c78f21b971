"""Where the boxes and lines of the picture go, as SVG wants it: numbers, paths, and labels broken into lines.

A column stands beside the next; a thing stands beside what it refers to, as far as there is room. A reference that
skips a column runs above it. The work grows with the nodes and edges, of which a picture has few by construction.
"""

import unicodedata
from dataclasses import dataclass, replace

from review.picture import COLUMNS, Column, Edge, Node, Picture

TITLES: dict[Column, str] = {
    "vault": "Key Vault",
    "certificate": "Certificates",
    "api": "APIs",
    "backend": "Backends",
    "service": "Service",
}
WIDTH = 164
"""Of a box, in pixels."""
GAP = 66
"""Between two columns."""
LINE = 15
"""From one line of text to the next."""
_LONGEST = 20
"""Letters on a line, so that it fits into a box."""
_MOST_LINES = 4
_PADDING = 9
_TOP = 50
_LANE = 12
_SPACE = 14
_ARROW = 7


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The head of a column."""

    x: int
    """Its left side."""
    title: str
    """What stands in it."""
    relation: str
    """What it is to the next ones."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """One thing."""

    node: Node
    """What it shows."""
    x: int
    """Its left side."""
    y: int
    """Its upper side."""
    height: int
    """Down to its lower side."""
    lines: tuple[str, ...]
    """The label."""

    @property
    def middle(self) -> int:
        """Where lines start and end."""
        return self.y + self.height // 2


@dataclass(frozen=True, kw_only=True)
class Line:
    """One reference."""

    edge: Edge
    """What it shows."""
    start: Node
    """What refers, or is referred to: the left end."""
    end: Node
    """The right end."""
    path: str
    """The curve."""
    arrow: str
    """The corners of its head."""
    x: int
    """Where its sign stands."""
    y: int
    """Likewise."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The whole of it."""

    width: int
    """In pixels."""
    height: int
    """Likewise."""
    headings: tuple[Heading, ...]
    """One for each column that has something in it."""
    boxes: tuple[Box, ...]
    """One for each node."""
    lines: tuple[Line, ...]
    """One for each edge."""


def drawing(picture: Picture) -> Drawing:
    """The picture, laid out."""
    shown = [each for each in COLUMNS if any(node.column == each for node in picture.nodes)]
    lanes = _lanes(picture, shown)
    boxes = _boxes(picture, shown, lanes)
    return Drawing(
        width=max(len(shown) * (WIDTH + GAP) - GAP, 0) + 4,
        height=max((each.y + each.height for each in boxes.values()), default=0) + 4,
        headings=tuple(_heading(picture, shown, each) for each in shown),
        boxes=tuple(boxes.values()),
        lines=tuple(_line(each, boxes, lanes) for each in picture.edges),
    )


def broken(label: str) -> tuple[str, ...]:
    """The label in lines that fit into a box, broken after a separator where there is one."""
    found: list[str] = []
    line, width = "", 0
    for character in label:
        wide = _columns(character)
        if width + wide > _LONGEST:
            cut = max(line.rfind(each) for each in " .-/_") + 1
            cut = cut if cut >= _LONGEST // 3 else len(line)
            found.append(line[:cut])
            line = line[cut:]
            width = sum(map(_columns, line))
        line += character
        width += wide
    found.append(line)
    if len(found) > _MOST_LINES:
        found = [*found[: _MOST_LINES - 1], found[_MOST_LINES - 1][: _LONGEST // 2] + "…"]
    return tuple(found)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _heading(picture: Picture, shown: list[Column], column: Column) -> Heading:
    inside = {each.id for each in picture.nodes if each.column == column}
    relations = dict.fromkeys(each.label for each in picture.edges if each.start in inside)
    relation = broken(", ".join(relations))[0] if relations else ""
    return Heading(x=_left(shown, column), title=TITLES[column], relation=relation)


def _left(shown: list[Column], column: Column) -> int:
    return 2 + shown.index(column) * (WIDTH + GAP)


def _lanes(picture: Picture, shown: list[Column]) -> dict[str, int]:
    """Id of a node that is referred to across a column -> how high the references run."""
    place = {each.id: shown.index(each.column) for each in picture.nodes}
    ends = dict.fromkeys(each.end for each in picture.edges if place[each.end] - place[each.start] != 1)
    return {end: _TOP + 16 + number * _LANE for number, end in enumerate(ends)}


def _boxes(picture: Picture, shown: list[Column], lanes: dict[str, int]) -> dict[str, Box]:
    """Id of a node -> its box. The APIs stand one below the other, and everything else beside what it belongs to."""
    near: dict[str, list[str]] = {}
    for edge in picture.edges:
        near.setdefault(edge.start, []).append(edge.end)
        near.setdefault(edge.end, []).append(edge.start)
    top = max(lanes.values(), default=_TOP - 16) + 16
    found: dict[str, Box] = {}
    for column in (each for each in ("api", "backend", "certificate", "vault", "service") if each in shown):
        nodes = [each for each in picture.nodes if each.column == column]
        wanted = {each.id: _wanted(each, near, found, lanes) for each in nodes}
        found |= _column(_left(shown, column), _TOP if lanes.keys() & wanted.keys() else top, nodes, wanted)
    return {each.id: found[each.id] for each in picture.nodes}


def _column(x: int, top: int, nodes: list[Node], wanted: dict[str, int]) -> dict[str, Box]:
    """One below the other, each where it wants to be as far as there is room."""
    boxes = []
    y = top
    for node in sorted(nodes, key=lambda each: wanted[each.id]):
        lines = broken(node.label)
        height = 2 * _PADDING + LINE * (len(lines) + (node.mark != "same"))
        y = max(y, wanted[node.id] - height // 2)
        boxes.append(Box(node=node, x=x, y=y, height=height, lines=lines))
        y += height + _SPACE
    # where many want the same place, the column as a whole moves up to stand around it
    too_low = sum(each.middle - wanted[each.node.id] for each in boxes) // len(boxes)
    up = max(0, min(too_low, boxes[0].y - top))
    return {each.node.id: replace(each, y=each.y - up) for each in boxes}


def _wanted(node: Node, near: dict[str, list[str]], found: dict[str, Box], lanes: dict[str, int]) -> int:
    """The middle that it would like to have."""
    if node.id in lanes:
        return lanes[node.id]
    middles = [found[each].middle for each in near.get(node.id, ()) if each in found]
    return sum(middles) // len(middles) if middles else 0


def _line(edge: Edge, boxes: dict[str, Box], lanes: dict[str, int]) -> Line:
    start, end = boxes[edge.start], boxes[edge.end]
    a, b = (start.x + WIDTH, start.middle), (end.x - _ARROW, end.middle)
    lane = lanes.get(edge.end)
    across = lane is not None and b[0] - a[0] != GAP - _ARROW
    corner = (a[0] + GAP, lane if across and lane is not None else b[1])
    first = _curve(*a, corner[0] if across else b[0], corner[1])
    path = f"M{a[0]} {a[1]}{first}"
    if across:
        path += f"H{b[0] + _ARROW - GAP}{_curve(b[0] + _ARROW - GAP, corner[1], *b)}"
    x, y = b[0] + _ARROW, b[1]
    return Line(
        edge=edge,
        start=start.node,
        end=end.node,
        path=path,
        arrow=f"{x},{y} {x - _ARROW - 1},{y - 4} {x - _ARROW - 1},{y + 4}",
        # a quarter of the way where it goes on above a column, so that it keeps clear of the signs of the others
        x=a[0] + (20 if across else GAP // 2 - 3),
        y=a[1] + (corner[1] - a[1]) * (16 if across else 50) // 100,
    )


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"C{middle} {y} {middle} {to_y} {to_x} {to_y}"
