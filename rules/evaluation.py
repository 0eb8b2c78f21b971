"""Runs a policy without a call: every outcome that it may have, each with its conditions.

The documents of the scopes around each other are one program: `<base />` stands for the section of the scope around,
`include-fragment` for what the fragment holds, `choose` takes the first branch whose condition holds, `retry` runs
what it holds again, the last element that runs decides, and what stands behind a response of the policy's own does not
run. A section is found by its name, wherever it stands in the document; one that is missing inherits.

What cannot be known is `unknown` from there on, until an element decides anew: a fragment or a document that is not in
the graph or cannot be read, an expression, a named value. One limit: a scope around that the graph does not have may
decide something in its `<backend>` section, too; it is taken to forward the call, as the default does.

Source: learn.microsoft.com/azure/api-management: api-management-howto-policies, set-edit-policies, choose-policy,
retry-policy, return-response-policy, mock-response-policy, set-backend-service-policy; MicrosoftDocs/azure-docs#88246
(an inherited backend-id can be overridden only by another one).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from backend_mtls.policy.outline import CONTAINERS

from rules.call_states import State, States, add, mapped, new, unknown
from rules.elements import DECIDES, REQUESTS, SILENT, Element
from rules.layers import Layer, layers
from rules.outcome import Choice, Evaluated, Literal, Met, Outcome, Way
from rules.paths import Path, joined, said, split
from rules.policy import Policy, literal
from rules.setup import Place, Setup

_MOST_STATES = 48
"""States that are told apart; of a document with more nobody says more than that they are unknown."""
_AGAIN = Literal("the call is tried again", holds=True)
"""Of an attempt that is not the first."""
_ATTRIBUTES = {
    "authentication-certificate": ("certificate-id", "thumbprint", "body"),
    "set-backend-service": ("backend-id", "base-url"),
}


@dataclass(slots=True)
class _Scope:
    """Where elements run: which document of the layers, which of its sections, and whose fragments are around."""

    index: int
    section: str
    policy: Policy | None
    way: Way = ()
    fragments: frozenset[str] = frozenset()


_CHANGES = DECIDES | CONTAINERS
"""Elements after which the calls are elsewhere than before; the others are only met, and there may be thousands."""


class _Run:
    """One evaluation."""

    def __init__(self, setup: Setup, layers: Sequence[Layer]) -> None:
        self._setup, self._layers = setup, layers
        self._sent: dict[State, list[Path]] = {}
        self._met: dict[tuple[int, Way], Met] = {}
        self._unknown: dict[str, None] = {}
        self._outside: dict[str, None] = {}

    def evaluated(self) -> Evaluated:
        states = self._section(0, "inbound", {State(): [Path()]}, ())
        states = self._section(0, "backend", states, ())
        for state, paths in states.items():
            if not state.is_sent:
                ended = state.ended or "the policy does not forward the call"
                add(self._sent, State(ended=ended), paths)
        found = tuple(
            Outcome(
                ways=tuple(dict.fromkeys(path.way for path in paths)),
                presented=state.presented,
                routed=state.routed,
                ended=state.ended,
            )
            for state, paths in self._sent.items()
        )
        return Evaluated(
            outcomes=found,
            met=tuple(self._met.values()),
            unknown=tuple(self._unknown),
            outside=tuple(self._outside),
        )

    def _section(self, index: int, section: str, states: States, way: Way) -> States:
        if index == len(self._layers):
            return states
        layer = self._layers[index]
        if layer.unknown:
            if layer.policy or section == "inbound":
                (self._unknown if layer.policy else self._outside)[layer.unknown] = None
            return self._forwarded(states) if section == "backend" else unknown(states, layer.unknown, index)
        found = layer.root.child(section) if layer.root else None
        if found is None:
            return self._section(index + 1, section, states, way)
        return self._sequence(found.children, _Scope(index, section, layer.policy, way), states)

    def _sequence(self, elements: Sequence[Element], scope: _Scope, states: States) -> States:
        for element in elements:
            if all(state.ended for state in states):
                break
            if element.matters:
                states = self._element(element, scope, states)
            if element.name not in SILENT and (not element.matters or element.name in REQUESTS):
                states = {state: [Path(way, len(way)) for way, *_ in paths] for state, paths in states.items()}
            if len(states) > _MOST_STATES:
                states = {state: [Path()] for state in unknown(states, "too many branches", scope.index)}
        return states

    def _element(self, element: Element, scope: _Scope, states: States) -> States:
        if element.name not in _CHANGES:
            self._met[id(element), scope.way] = Met(element=element, policy=scope.policy, way=scope.way)
            return states
        running = {state: paths for state, paths in states.items() if not state.ended}
        result = {state: list(paths) for state, paths in states.items() if state.ended}
        for state, paths in self._ran(element, scope, running).items():
            add(result, state, paths)
        return {state: joined(paths) for state, paths in result.items() if paths}

    def _ran(self, element: Element, scope: _Scope, states: States) -> States:
        match element.name:
            case "base":
                return self._section(scope.index + 1, scope.section, states, scope.way)
            case "choose":
                return self._choose(element, scope, states)
            case "retry":
                return self._retry(element, scope, states)
            case "limit-concurrency":
                return self._sequence(element.children, scope, states)
            case "wait":
                return self._wait(element, scope, states)
            case "include-fragment":
                return self._fragment(element, scope, states)
        return self._leaf(element, scope, states)

    def _leaf(self, element: Element, scope: _Scope, states: States) -> States:
        match element.name:
            case "forward-request":
                return self._forwarded(states)
            case "return-response" | "mock-response":
                return mapped(states, lambda state: state._replace(ended=_ended(element)))
            case "authentication-certificate":
                chosen = _choice(element, scope)
                return mapped(states, lambda state: state._replace(presented=chosen))
            case _:  # set-backend-service
                chosen = _choice(element, scope)
                return mapped(states, lambda state: _routed(state, chosen))

    def _forwarded(self, states: States) -> States:
        for state, paths in states.items():
            sent = state._replace(is_sent=True)
            self._sent[sent] = joined([*self._sent.get(sent, ()), *paths])
        answered = {state: [path.with_response for path in paths] for state, paths in states.items()}
        return mapped(answered, lambda state: state._replace(is_sent=True))

    def _choose(self, element: Element, scope: _Scope, states: States) -> States:
        result: States = {}
        for state, paths in states.items():
            left, way = paths, scope.way
            for branch in element.children:
                taken, inside = left, replace(scope, way=way)
                left = []
                if branch.name == "when":
                    condition = branch.attributes.get("condition", "")
                    taken, left = split(taken, condition)
                    inside = replace(scope, way=(*way, *said(condition, holds=True)))
                    way = (*way, *said(condition, holds=False))
                for reached, ways in self._sequence(branch.children, inside, {state: taken} if taken else {}).items():
                    add(result, reached, ways)
            add(result, state, left)
        return result

    def _retry(self, element: Element, scope: _Scope, states: States) -> States:
        result = self._sequence(element.children, scope, states)
        latest = result if split([Path()], element.attributes.get("condition", ""))[0] else {}
        while latest and len(result) <= _MOST_STATES:
            again = {
                state: [path._replace(way=(*path.way, _AGAIN)) for path in paths]
                for state, paths in latest.items()
                if not state.ended
            }
            known, self._sent = self._sent, {}
            reached = self._sequence(element.children, scope, again)
            new(known, self._sent, Path.says)
            self._sent = known
            latest = new(result, reached, Path.covers)
        return result

    def _wait(self, element: Element, scope: _Scope, states: States) -> States:
        """Everything in it runs at once; with `for="any"` each of them may be too late."""
        for child in element.children:
            reached = self._sequence([child], scope, states)
            if element.attributes.get("for", "all") != "all":
                for state, paths in states.items():
                    add(reached, state, paths)
            states = reached
        return states

    def _fragment(self, element: Element, scope: _Scope, states: States) -> States:
        name = literal(element.attributes.get("fragment-id"))
        owner = scope.policy.owner if scope.policy else None
        found = self._setup.policy_at(owner, "fragment", name) if name else None
        root = found.content.root if found and found.is_readable else None
        if found is None or root is None or found.resource.urn in scope.fragments:
            why = f"the fragment {name or '?'} {'is not in this stack' if found is None else 'cannot be read'}"
            self._unknown[why] = None
            return unknown(states, why, scope.index)
        inner = replace(scope, policy=found, fragments=scope.fragments | {found.resource.urn})
        return self._sequence(root.children, inner, states)


@lru_cache(maxsize=1 << 14)  # rules, routes and effects ask for the same
def at(
    setup: Setup, place: Place, api_id: str | None, product_id: str | None = None, *, absent: bool = False
) -> Evaluated:
    """What comes of the calls at a place (`Setup.policy_at`), without a product's policy or with one's.

    `api_id` is that of the API around an operation; `absent` says that the place surely has no policy.
    """
    return _Run(setup, layers(setup, place, api_id, product_id, absent=absent)).evaluated()


def of_policy(setup: Setup, policy: Policy) -> Evaluated:
    """What comes of the calls that get to a policy; nothing for a fragment, which has no calls of its own."""
    return Evaluated() if policy.scope == "fragment" else at(setup, place_of(policy), policy.api_id)


def place_of(policy: Policy) -> Place:
    """Where a policy stands."""
    return policy.owner, policy.scope, policy.place_id


def _routed(state: State, chosen: Choice) -> State:
    inherited = state.routed.attribute == "backend-id" and state.routed.scope != chosen.scope
    return state if inherited and chosen.attribute == "base-url" else state._replace(routed=chosen)


def _choice(element: Element, scope: _Scope) -> Choice:
    attributes = _ATTRIBUTES[element.name]
    attribute = next((each for each in attributes if element.attributes.get(each)), "unknown")
    value = element.attributes.get(attribute) or "it names nothing"
    return Choice(attribute, value, scope.policy.resource.urn if scope.policy else "", scope.index)


def _ended(element: Element) -> str:
    if element.name == "mock-response":
        return f"mock-response {element.attributes.get('status-code', '200')}"
    status = element.child("set-status")
    code = (status.attributes.get("code") if status else None) or "200"
    return f"return-response {code if literal(code) else 'with a status that is made when it is called'}"
