"""stub"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """stub"""

    mode: str = "if_reachable"
    warn_within_days: int = 30
    fail_within_days: int = 0
    timeout_seconds: float = 5
