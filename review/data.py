"""The report as JSON, for tools: the same values that every other format shows."""

import json
from enum import IntEnum
from functools import cache
from typing import Any

from review.report import Report


def data(report: Report) -> str:
    """The whole report on one line; the names are those of the fields, in camel case."""
    return json.dumps(_plain(report), ensure_ascii=True) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, (str, bool, int, dict)) or value is None:
        return value.name.lower() if isinstance(value, IntEnum) else value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return {_camel(name): _plain(each) for name, each in vars(value).items()}


@cache
def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)
