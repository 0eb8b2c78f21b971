"""Which policies have the last word on a call, when all of a document has run.

A binding is worth nothing when something behind it says otherwise to every call. So the sections are followed as the
gateway runs them, inbound and then backend, and whenever a call is sent it is noted who may have decided: the binding
(or what cannot be seen into: `<base />`, a fragment), or a policy of the document. A branch that some calls take leaves
both; what every call runs through (`limit-concurrency`, `retry`, a `choose` of which each branch says something else)
does not.

Of a `retry` the first attempt counts. A call that the policy answers by itself is sent to nobody.
Source: rules/evaluation.py names the pages; a test holds that the two agree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from backend_mtls.policy.expression import constant
from backend_mtls.policy.outline import CONTAINERS
from backend_mtls.policy.scanner import Token

_Deciding = frozenset[int | None]
"""Who may have had the last word: policies by their offsets; None: the binding, or nobody knows who. Empty: no call."""
_BOUND: _Deciding = frozenset([None])
_NOBODY: _Deciding = frozenset()
_ANSWERS = {"return-response", "mock-response"}
_UNSEEN = {"base", "include-fragment"}


@dataclass
class _Open:
    """A container that is open."""

    tag: Token
    before: _Deciding
    """Who decided when it began."""
    after: _Deciding = _NOBODY
    """Of a `choose`: who decided at the end of its branches so far."""
    left: _Deciding = _NOBODY
    """Of a `choose`: of the calls that no branch has taken so far."""


def overriding(tokens: Sequence[Token], says_it: Mapping[int, bool]) -> int | None:
    """The offset of the first policy that decides where no call is left to the binding; None when some are.

    `says_it` has the offsets of all policies of one kind, and whether they say what is bound.
    """
    calls = _Calls({start: None if same else start for start, same in says_it.items()})
    calls.run(_inside(tokens, "inbound") or ())
    calls.is_sending = True
    backend = _inside(tokens, "backend")
    if backend is None:
        calls.send()
    calls.run(backend or ())
    deciding = calls.sent or calls.here
    return None if None in deciding else min((each for each in deciding if each is not None), default=None)


def _inside(tokens: Sequence[Token], section: str) -> list[Token] | None:
    """What stands in a section; None when the document has none."""
    found = (at for at, each in enumerate(tokens) if each.is_tag and each.depth == 1 and each.name == section)
    first = next(found, None)
    if first is None:
        return None
    return list(takewhile(lambda each: each.depth > 1, tokens[first + 1 :]))


class _Calls:
    """The calls on their way through a document."""

    def __init__(self, decides: Mapping[int, int | None]) -> None:
        self.here = _BOUND
        """Who may have decided about the calls that are here; empty when none is."""
        self.sent = _NOBODY
        """The same of the calls that were sent."""
        self.is_sending = False
        """Whether this is the section in which calls are sent, by an outer scope or a fragment, too."""
        self._decides = decides
        self._open: list[_Open] = []
        self._skipped: Token | None = None
        """The open element in which nothing is a policy."""

    def send(self) -> None:
        """The calls that are here go to a backend."""
        self.sent |= self.here

    def run(self, tokens: Iterable[Token]) -> None:
        """Follows the policies of a section."""
        for each in tokens:
            if self._skipped is not None:
                if each.kind == "end" and each.depth == self._skipped.depth:
                    self._skipped = None
            elif each.kind == "end":
                self._close(self._open.pop())
            elif each.is_tag and each.name in CONTAINERS:
                self._begin(_Open(each, self.here, left=self.here))
            elif each.is_tag:
                self._meet(each)
                self._skipped = each if each.kind == "start" else None

    def _meet(self, policy: Token) -> None:
        if not self.here:
            return
        if policy.start in self._decides:
            self.here = frozenset([self._decides[policy.start]])
        elif policy.name in _ANSWERS:
            self.here = _NOBODY
        elif policy.name == "forward-request":
            self.send()
        elif policy.name in _UNSEEN:
            is_outer = policy.name == "base"  # which sends the call as it is: outer scopes route in inbound
            self.sent |= (self.here if is_outer else self.here | _BOUND) if self.is_sending else _NOBODY
            self.here |= _BOUND

    def _begin(self, container: _Open) -> None:
        around = self._open[-1] if self._open else None
        if around and container.tag.name == "when":
            known = constant(container.tag.attributes.get("condition", ""))
            self.here = _NOBODY if known is False else around.left
            around.left = _NOBODY if known is True else around.left
        elif around and container.tag.name == "otherwise":
            self.here, around.left = around.left, _NOBODY
        self._open.append(container)
        if container.tag.kind == "empty":
            self._close(self._open.pop())

    def _close(self, container: _Open) -> None:
        around = self._open[-1] if self._open else None
        if container.tag.name in ("when", "otherwise") and around:
            around.after |= self.here
            self.here = _NOBODY
        elif container.tag.name == "choose":
            self.here = container.after | container.left
        elif container.tag.name == "wait" and container.tag.attributes.get("for", "all") != "all":
            self.here |= container.before
