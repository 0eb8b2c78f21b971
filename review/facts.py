"""A route as a reader compares it: names and words, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from review.routes import UNKNOWN_TEXT, Route
from review.text import clean
from rules.backend import PARTS
from rules.graph import Mark


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One property of a route."""

    name: str
    """What it is."""
    before: str
    """As it was; empty for a route that is new."""
    after: str
    """As it will be; empty for a route that is removed."""

    @property
    def changed(self) -> bool:
        """Whether it differs."""
        return self.before != self.after


NAMES = (
    "Path",
    "Certificate",
    "Subject",
    "Thumbprint",
    "Valid until",
    "Bound by",
    "Backend URL",
    "Chain validation",
    "Name validation",
    "Trusted authorities",
    "Scope",
    "Subscription key",
)


def compared(before: Route | None, after: Route | None) -> list[Fact]:
    """Every property that one of the two has."""
    old, new = (dict(_facts(each)) if each else {} for each in (before, after))
    return [
        Fact(name=name, before=clean(old.get(name, "")), after=clean(new.get(name, "")))
        for name in NAMES
        if old.get(name) or new.get(name)
    ]


def day(moment: datetime | None) -> str:
    """A moment as a reader compares it."""
    return moment.strftime("%Y-%m-%d") if moment else UNKNOWN_TEXT


def _facts(route: Route) -> Iterator[tuple[str, str]]:
    if route.api:
        path = route.api.resource.get("path")
        yield "Path", path.value if isinstance(path, Mark) else f"/{path or ''}"
        if route.api.subscription_required is not None:
            yield "Subscription key", "required" if route.api.subscription_required else "NOT required"
    yield from _certificate(route)
    yield from _backend(route)
    yield "Scope", route.scope if route.policy or route.scope != "api" else "API, without a policy of its own"


def _certificate(route: Route) -> Iterator[tuple[str, str]]:
    certificate = route.certificate
    inherited = route.presented_by and route.policy is not route.presented_by
    yield (
        "Bound by",
        route.reference
        + (f", in the policy of the {route.presented_by.label}" if inherited and route.presented_by else ""),
    )
    if certificate is None:
        outside = route.presented is not None
        yield (
            "Certificate",
            "not of this stack" if outside else UNKNOWN_TEXT if route.reference == UNKNOWN_TEXT else "none",
        )
        return
    yield "Certificate", certificate.secret_url or ("PFX" if certificate.is_pfx else UNKNOWN_TEXT)
    yield "Subject", certificate.subject or UNKNOWN_TEXT
    yield "Thumbprint", certificate.thumbprint or UNKNOWN_TEXT
    yield "Valid until", day(certificate.not_after)


def _backend(route: Route) -> Iterator[tuple[str, str]]:
    if route.url:
        yield "Backend URL", f"{route.url} (base-url: the backend entity does not apply)"
        yield "Chain validation", "on (no backend entity)"
        yield "Name validation", "on (no backend entity)"
        return
    if not route.members:
        return
    yield "Backend URL", ", ".join(each.url or UNKNOWN_TEXT for each in route.members)
    for part in PARTS:
        yield f"{part.title()} validation", ", ".join(sorted({each.validations[part].words for each in route.members}))
    yield "Trusted authorities", route.authorities
