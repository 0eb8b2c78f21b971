"""The tokens of a policy or a fragment, as the rules have read them already."""

from functools import lru_cache

from backend_mtls.policy.scanner import ScanError, Token, scan

from rules.policy_content import content


@lru_cache(maxsize=4)
def tokens_of(document: str) -> tuple[Token, ...] | None:
    """All tokens; None when the document cannot be read."""
    known = content(document, is_fragment=False).tokens
    if known:
        return known
    try:
        return tuple(scan(document))
    except ScanError:
        return None
