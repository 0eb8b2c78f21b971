"""The requests that a policy sends by itself, beside the call to the backend: `send-request` and the like."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.elements import REQUESTS, Element
from rules.policy import Policy, literal
from rules.urls import scheme_of, shown

_CERTIFICATE = ("certificate-id", "thumbprint", "body")


@dataclass(frozen=True, kw_only=True)
class Request:
    """One of them."""

    url: str
    """Where it goes; an expression as C#."""
    presents: str
    """What it presents by itself, for instance `certificate-id orders`; empty for nothing."""

    @property
    def is_http(self) -> bool:
        """Whether it goes without TLS."""
        return scheme_of(self.url) == "http"

    @property
    def target(self) -> str:
        """Where it goes, as it may be shown: no path, no query."""
        return shown(self.url) if literal(self.url) and scheme_of(self.url) else "a URL that is made when it is called"


def read(element: Element) -> Request:
    """The request that an element sends."""
    url, own = element.child("set-url"), element.child("authentication-certificate")
    attributes = own.attributes if own else {}
    name = next((each for each in _CERTIFICATE if attributes.get(each)), "")
    value = "" if name == "body" else attributes.get(name, "")
    return Request(url=url.text.strip() if url else "", presents=f"{name} {value}".strip())


def of(policy: Policy) -> Iterator[Request]:
    """Every request that a document sends, wherever it stands in it."""
    root = policy.content.root
    for each in root.inside() if root else ():
        if each.name in REQUESTS:
            yield read(each)
