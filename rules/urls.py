"""The parts of a URL that a rule looks at, and what of it may be shown."""

from functools import lru_cache
from urllib.parse import SplitResult, urlsplit


def host_of(url: str | None) -> str | None:
    """The host, lower case, without brackets or a trailing dot; None when there is none."""
    parts = _parts(url)
    return parts.hostname.rstrip(".") or None if parts and parts.hostname else None


def scheme_of(url: str | None) -> str | None:
    """The scheme, lower case; None when there is none."""
    parts = _parts(url)
    return parts.scheme or None if parts else None


def shown(url: str | None) -> str:
    """Scheme and host: no user, no path, no query, which may hold a secret."""
    return f"{scheme_of(url)}://{host_of(url)}"


@lru_cache(maxsize=1 << 13)  # several rules ask for each
def _parts(url: str | None) -> SplitResult | None:
    try:
        return urlsplit((url or "").strip())
    except ValueError:
        return None
