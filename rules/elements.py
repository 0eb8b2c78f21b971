"""A policy document as a tree of elements, for those who have to run it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from backend_mtls.policy.outline import CONTAINERS
from backend_mtls.policy.scanner import Token

DECIDES = frozenset(
    {
        "authentication-certificate",
        "set-backend-service",
        "forward-request",
        "return-response",
        "mock-response",
        "include-fragment",
        "base",
    }
)
"""The policies that decide what is presented to whom, and whether a backend is called at all."""
ACCESS = frozenset(
    {"validate-jwt", "validate-azure-ad-token", "validate-client-certificate", "ip-filter", "check-header"}
)
"""The policies that decide who may call."""
LIMITS = frozenset(
    {"rate-limit", "rate-limit-by-key", "quota", "quota-by-key", "llm-token-limit", "azure-openai-token-limit"}
)
"""The policies that decide how much somebody may call."""
GUARDS = (ACCESS | LIMITS) | {
    "cors",
    "llm-content-safety",
    "validate-content",
    "validate-parameters",
    "validate-graphql-request",
    "validate-odata-request",
}
"""The policies that refuse a call, whoever answers it."""
CREDENTIALS = frozenset({"authentication-basic", "authentication-managed-identity"})
"""The policies with which the gateway shows the backend who it is, beside a certificate."""
REQUESTS = frozenset({"send-request", "send-one-way-request"})
"""The policies that call somebody beside the backend."""
_MATTERS = DECIDES | GUARDS | REQUESTS | CREDENTIALS
SILENT = DECIDES | GUARDS | {"trace", "emit-metric", "log-to-eventhub", "send-one-way-request"}
"""The policies after which every condition still says what it said before."""


@dataclass(slots=True, eq=False)
class Element:
    """One element."""

    name: str
    """Its name."""
    attributes: dict[str, str]
    """Decoded; an expression as C#."""
    children: list["Element"] = field(default_factory=list)
    """The elements directly in it, in order."""
    text: str = ""
    """The text directly in it."""
    matters: bool = False
    """Whether it, or a policy in it, decides, guards or calls somebody; settings inside of other policies do not."""

    def child(self, name: str) -> "Element | None":
        """The first element of this name directly in it."""
        return next((each for each in self.children if each.name == name), None)

    def inside(self) -> Iterator["Element"]:
        """It, and every element in it at any depth, in document order."""
        waiting = [self]
        while waiting:
            each = waiting.pop()
            yield each
            waiting += reversed(each.children)


def tree(tokens: Sequence[Token]) -> Element | None:
    """The root element; None without tokens."""
    root: Element | None = None
    open_ones: list[Element] = []
    for token in tokens:
        if token.is_tag:
            element = Element(token.name, token.attributes)
            if open_ones:
                open_ones[-1].children.append(element)
            root = root or element
            if token.kind == "start":
                open_ones.append(element)
            else:
                element.matters = element.name in _MATTERS
        elif token.kind == "end":
            closed = open_ones.pop()
            closed.matters = closed.name in _MATTERS or (
                closed.name in CONTAINERS and any(each.matters for each in closed.children)
            )
        elif open_ones and token.kind in ("text", "cdata"):
            open_ones[-1].text += token.name
    return root
