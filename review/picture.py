"""A picture of what a change touches: vaults, certificates, APIs, backends, services, and who refers to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from review.change import Change
from review.routes import Route
from review.text import clean
from rules.vault import vault_of

Column = Literal["vault", "certificate", "api", "backend", "service"]
Mark = Literal["same", "new", "changed", "removed"]
COLUMNS: tuple[Column, ...] = ("vault", "certificate", "api", "backend", "service")
MOST = 60
"""Nodes that a reader can take in; of more, only those that change and what they refer to."""
_SHORT = 60


@dataclass(frozen=True, kw_only=True)
class Node:
    """One thing."""

    id: str
    """`n1` and so on."""
    column: Column
    """What it is."""
    label: str
    """Its name."""
    mark: Mark
    """Whether it changes."""


@dataclass(frozen=True, kw_only=True)
class Edge:
    """One reference."""

    start: str
    """Id of a node."""
    end: str
    """Id of a node."""
    label: str
    """What it is for: `is read into`, `is presented by`, `calls`, `is on`."""
    mark: Mark
    """Whether it is new, or gone."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The whole of it."""

    nodes: tuple[Node, ...]
    """In the order of the columns."""
    edges: tuple[Edge, ...]
    """Between them."""
    left_out: int
    """Nodes that are not shown, because there are too many."""


_Key = tuple[Column, str]
_Link = tuple[_Key, _Key, str]


def picture(change: Change, before: dict[str, Route], after: dict[str, Route]) -> Picture:
    """The picture of both, one over the other."""
    old, new = _Sketch(change, before.values()), _Sketch(change, after.values())
    marks = {
        key: _mark(key in old.names, key in new.names, changed=key in new.touched) for key in [*new.names, *old.names]
    }
    links = {link: _mark(link in old.links, link in new.links, changed=False) for link in [*new.links, *old.links]}
    names = old.names | new.names
    shown = _shown(names, marks, links)
    ids = {key: f"n{number}" for number, key in enumerate(shown, 1)}
    place = {key: number for number, key in enumerate(shown)}
    visible = [(link, mark) for link, mark in links.items() if link[0] in ids and link[1] in ids]
    return Picture(
        nodes=tuple(Node(id=ids[key], column=key[0], label=names[key], mark=marks[key]) for key in shown),
        edges=tuple(
            Edge(start=ids[start], end=ids[end], label=label, mark=mark)
            for (start, end, label), mark in sorted(visible, key=lambda each: (place[each[0][0]], place[each[0][1]]))
        ),
        left_out=len(marks) - len(shown),
    )


def _mark(was: bool, is_there: bool, *, changed: bool) -> Mark:
    if not was:
        return "new"
    return "removed" if not is_there else "changed" if changed else "same"


def _shown(names: dict[_Key, str], marks: dict[_Key, Mark], links: dict[_Link, Mark]) -> list[_Key]:
    ordered = sorted(marks, key=lambda key: (COLUMNS.index(key[0]), names[key], key[1]))
    if len(ordered) <= MOST:
        return ordered
    moving = {key for key, mark in marks.items() if mark != "same"}
    moving |= {end for link, mark in links.items() if mark != "same" for end in link[:2]}
    beside: dict[_Key, dict[_Key, None]] = {}
    for start, end, _ in links:
        beside.setdefault(start, {})[end] = None
        beside.setdefault(end, {})[start] = None
    kept = dict.fromkeys([key for key in ordered if key in moving][:MOST])
    near = {other for key in kept for other in beside.get(key, ())}
    for key in (each for each in ordered if each in near and each not in kept):
        # an API is shown with all that it refers to, or not at all
        whole = [key, *beside.get(key, ())] if key[0] == "api" else [key]
        if len(kept.keys() | set(whole)) <= MOST:
            kept |= dict.fromkeys(whole)
    return [key for key in ordered if key in kept]


class _Sketch:
    """Nodes and links of one side."""

    def __init__(self, change: Change, routes: Iterable[Route]) -> None:
        self.names: dict[_Key, str] = {}
        self.links: dict[_Link, None] = {}
        self.touched: set[_Key] = set()
        self._change = change
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        owned = [each.resource.urn for each in (route.api, route.policy) if each]
        api = self._node("api", route.key, route.label, *owned)
        for certificate in route.certificates:
            node = self._node("certificate", certificate.resource.urn, certificate.label, certificate.resource.urn)
            self._link(node, api, "is presented by")
            vault = vault_of(certificate.secret_url)
            if vault:
                self._link(self._node("vault", vault, vault), node, "is read into")
        for backend in route.members:
            urn = backend.resource.urn
            self._link(api, self._node("backend", urn, backend.host or backend.label, urn), "calls")
        if route.owner and not route.owner.startswith("urn:"):
            self._link(api, self._node("service", route.owner, route.owner), "is on")

    def _node(self, column: Column, key: str, name: str, *urns: str) -> _Key:
        found = (column, key)
        self.names[found] = clean(name, _SHORT)
        if any(urn in self._change.step_of for urn in urns):
            self.touched.add(found)
        return found

    def _link(self, start: _Key, end: _Key, label: str) -> None:
        self.links[start, end, label] = None
