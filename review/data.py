"""The report as JSON, for tools: the same values that every other format shows."""

import dataclasses
import json
from enum import IntEnum
from typing import Any

from review.report import Report


def data(report: Report) -> str:
    """The whole report; the names are those of the fields, in camel case."""
    return json.dumps(_plain(report), ensure_ascii=True, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {_camel(each.name): _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)
