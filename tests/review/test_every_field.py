"""Every field of a report is shown by every format: of a small report a reader sees everything, in whichever way."""

import dataclasses
import html
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import IntEnum
from typing import Any

import page_reports
import pytest
from recordings import FORMATS

from review.effect import Level
from review.facts import Fact
from review.judgement import standing
from review.report import Report

INNER = {"Node.id", "Edge.start", "Edge.end"}
"""By which the picture's edges find its nodes: a reader sees the names."""
OTHERS = {
    "Report.status": ("forbidden", "changes"),
    "Report.level": ("outage", "safe"),
    "Row.what": ("removed", "new"),
    "PolicyChange.what": ("new", "removed"),
    "Judged.state": ("fixed", "new"),
    "Judged.severity": ("critical", "low"),
    "Removal.op": ("replace", "delete"),
    "Altered.op": ("update", "create"),
    "Moment.op": ("update", "create"),
    "Node.column": ("service", "vault"),
    "Node.mark": ("new", "removed"),
    "Edge.mark": ("new", "removed"),
    "Line.sign": ("+", "-"),
    "Standing.state": ("unknown", "still"),
    "Standing.severity": ("high", "low"),
}
"""Fields that hold one of a few words, and two such words: the format has to look different with another one."""


def small() -> Report:
    """A report in which every text is another one."""
    numbers = iter(range(10_000))

    def word(text: str) -> str:
        return text if text in page_reports.FIXED_WORDS else f"qz{next(numbers):04d}z"

    report = page_reports.report(word)
    report = replace(report, picture=replace(report.picture, nodes=tuple(_named(report.picture.nodes))))
    rows = (replace(each, facts=tuple(map(_same, each.facts))) if each.what == "same" else each for each in report.rows)
    report = replace(report, rows=tuple(rows))
    findings = tuple(replace(each, rule=word(""), resource=word(""), reference=word("")) for each in report.findings)
    return replace(report, findings=findings, standing=tuple(standing(findings)))


def _same(fact: Fact) -> Fact:
    return replace(fact, before=fact.after)


def _named(nodes: tuple[Any, ...]) -> Iterator[Any]:
    return (replace(each, id=f"n{number}") for number, each in enumerate(nodes, 1))


def leaves(value: Any, path: str = "", place: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """(class and field, where it stands, value) of everything in the report."""
    if is_dataclass(value):
        for each in fields(value):
            yield from leaves(getattr(value, each.name), f"{type(value).__name__}.{each.name}", (*place, each.name))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from leaves(each, path, (*place, index))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield path, (*place, key), key
            yield path, (*place, key), each
    else:
        yield path, place, value


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """The report with another value in one place."""
    if not place:
        return new
    first, rest = place[0], place[1:]
    if isinstance(first, int):
        return (*value[:first], changed(value[first], rest, new), *value[first + 1 :])
    return replace(value, **{first: changed(getattr(value, first), rest, new)})


def squeezed(written: str) -> str:
    """Without what wrapping and mark-up put between letters."""
    return re.sub(r"[^a-z0-9]", "", html.unescape(written).lower())


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


@pytest.mark.parametrize("name", FORMATS)
def test_every_text_is_shown(name: str) -> None:
    report = small()
    written = squeezed(FORMATS[name](report))
    texts = {
        (path, value)
        for path, _, value in leaves(report)
        if isinstance(value, str) and value.startswith("qz") and path not in INNER
    }
    assert len(texts) > 100
    assert sorted((path, value) for path, value in texts if value not in written) == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_word_of_a_few_flag_and_number_makes_a_difference(name: str) -> None:
    report = small()
    written = FORMATS[name](report)
    silent = set()
    seen = set()
    for path, place, value in leaves(report):
        if path in INNER or (isinstance(value, str) and path not in OTHERS):
            continue
        if path in ("Report.counts", "Fact.before", "Fact.after"):
            continue
        new = other(path, value)
        seen.add(path)
        if FORMATS[name](changed(report, place, new)) == written:
            silent.add((path, place))
    assert silent == set()
    assert {"Effect.level", "Removal.protected", "Moment.stage", "Judged.waived", "Picture.left_out"} <= seen


def other(path: str, value: Any) -> Any:
    if isinstance(value, IntEnum):
        return Level.NONE if value != Level.NONE else Level.SAFE
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 7
    return next(each for each in OTHERS[path] if each != value)


def test_every_field_of_every_part_is_looked_at() -> None:
    """A new field is in here as soon as it is in the report, with a text of its own or as one of a few words."""
    report = small()
    told = {path for path, _, _ in leaves(report)}
    kinds = {type(each) for each in dataclasses_in(report)}
    declared = {f"{kind.__name__}.{each.name}" for kind in kinds for each in fields(kind)}
    lists = {f"{kind.__name__}.{each.name}" for kind in kinds for each in fields(kind) if not leaf_like(each)}
    assert declared - told - lists == set()


def leaf_like(field: dataclasses.Field[Any]) -> bool:
    return field.type in ("str", "int", "bool", str, int, bool)


def dataclasses_in(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        yield value
        for each in fields(value):
            yield from dataclasses_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from dataclasses_in(each)
