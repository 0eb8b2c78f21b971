"""A definition, and the arguments that extend it with references, have the same fields. Pure."""

from dataclasses import fields
from typing import Any


def values(kind: Any, given: Any) -> dict[str, Any]:
    """Field -> value for every field of the dataclass `kind`, from it or from something that extends it."""
    return {each.name: getattr(given, each.name) for each in fields(kind)}
