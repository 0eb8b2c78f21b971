"""The scopes at which a policy can bind a certificate, one row each: a new scope of the components is a new row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One kind of policy."""

    path: str
    """Of the policy, below the service; `{api}` is the API's id."""
    likelihood: float
    """How many of the APIs have one."""
    build: Callable[[Any], None]
    """Registers it for an `MtlsApi` in a program; gets the component."""


def _is_part_of_the_api(_api: Any) -> None:
    """`MtlsApi` always has its own policy."""


SCOPES = {"api": Scope(path="apis/{api}/policies/policy", likelihood=1.0, build=_is_part_of_the_api)}
