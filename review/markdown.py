"""The report as Markdown for a comment on a pull request: short first, details folded, no longer than GitHub takes.

What comes from names and texts cannot become Markdown, HTML or Mermaid: it is escaped in text, fenced in code, and
written as character codes in a diagram. What there is no room for is counted, where it would stand and at the start.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from review.altered import Altered
from review.effect import Effect
from review.facts import Fact
from review.markdown_findings import findings
from review.markdown_text import fenced, folded, listed, names, plain, shown, table
from review.mermaid import mermaid
from review.policy_diff import PolicyChange
from review.removals import Removal
from review.report import Report, Row, told
from review.sections import Section, fitted
from review.timeline import Moment

LONGEST = 64_000
"""Characters of a comment; GitHub takes 65,536, and the workflows add a few lines."""
_NOTE = 1_000
_MOST_ROWS = 40
_MOST_POLICIES = 200
_MOST_LINES = 60
"""Lines of each list; the worst stand first, and the page has all of them."""
_SIGNS = {"new": "🆕", "changed": "✏️", "removed": "🗑️", "same": "", "unseen": ""}
_LEVELS = {"outage": "⛔", "danger": "🔴", "risk": "🟠", "change": "🔵", "safe": "🟢", "none": "⚪"}
_STILL = ("same", "unseen")


def markdown(report: Report) -> str:
    """The whole comment."""
    lines, missing = fitted([_head(report), *_sections(report)], LONGEST - _NOTE)
    if missing:
        counts = ", ".join(f"{count} {what}" for what, count in missing.items())
        lines[2:2] = [f"> A comment has no room for all of it: {counts} are on the page only.", ""]
    return "\n".join(lines) + "\n"


def _sections(report: Report) -> Iterator[Section]:
    yield from _said(report)
    yield from listed(
        "How this change is judged",
        "lines on how it is judged",
        report.judging,
        lambda each: f"- {plain(each)}",
        most=_MOST_LINES,
        least=3,
    )
    effects = sorted(report.effects, key=lambda each: -each.level)
    yield from listed("What happens to calls", "effects", effects, _effect, most=_MOST_LINES, least=3)
    yield from findings(report)
    yield from _rows(report)
    yield from _policies(report)
    yield from _altered(report)
    yield from _timeline(report)
    yield from _removals(report)
    if report.picture.nodes:
        drawn = f"```mermaid\n{mermaid(report.picture)}\n```\n"
        picture = Section(what="picture", items=(drawn,), more="The {what} is on the page.")
        yield folded("Who refers to whom", picture)


def _head(report: Report) -> Section:
    sign = "❌" if report.status in ("failed", "forbidden") else _LEVELS[report.level]
    counts = ", ".join(f"{count} to {plain(op, 50)}" for op, count in report.counts.items()) or "no resource changes"
    where = f"Stack **{plain(report.stack, 300)}** of {plain(report.project, 300)} ({plain(report.environment, 50)})"
    return Section(
        what="notes",
        head=(
            f"## {sign} {plain(report.headline, 3000)}",
            "",
            f"{where}: {plain(counts, 600)}. Level: {report.level}. Preview: {plain(report.status, 50)}.",
            "",
        ),
        items=tuple(f"> {plain(note)}\n" for note in report.notes[:_MOST_LINES]),
        extra=max(0, len(report.notes) - _MOST_LINES),
        least=1,
        more="> … and {count} more {what}, on the page\n",
    )


def _said(report: Report) -> Iterator[Section]:
    """What the preview said."""
    if report.errors:
        yield fenced("text", "lines of the errors", report.errors, least=5)
    if report.warnings:
        lines = fenced("text", "lines of the warnings", report.warnings)
        yield folded(f"{len(report.warnings)} lines of warnings", lines)


def _effect(effect: Effect) -> str:
    every = f"\n  - all {len(effect.who)}: {names(effect.who)}" if len(effect.who) > 3 else ""
    return f"- {_LEVELS[effect.level.word]} {plain(told(effect))} `{plain(effect.state, 100)}`{every}"


def _rows(report: Report) -> Iterator[Section]:
    moving, extra = shown([each for each in report.rows if each.what not in _STILL], _MOST_ROWS, _row)
    if moving:
        what = "APIs, products and operations"
        yield Section(what=what, items=moving, extra=extra, more="{count} more {what}, on the page\n")
    for word, title in (("same", "Unchanged"), ("unseen", "Not known to be unchanged")):
        rows = [each for each in report.rows if each.what == word]
        if rows:
            lines, more = shown(rows, _MOST_LINES, lambda row: f"- {plain(row.label, 300)}: {_line(row.facts)}")
            section = Section(what="that stay as they are", items=lines, extra=more)
            yield folded(f"{title}: {names(each.label for each in rows)}", section)


def _line(facts: Sequence[Fact]) -> str:
    return "; ".join(f"{plain(each.name, 200)} {plain(each.after or each.before, 300)}" for each in facts[:20])


def _row(row: Row) -> Section:
    if row.what in ("new", "removed"):
        head, render = f"| | {row.what} |", _one_side
    else:
        head, render = "| | before | after |", _both_sides
    inner = table("properties", head, row.facts, render, most=_MOST_LINES)
    return replace(inner, head=(f"### {_SIGNS[row.what]} {plain(row.label, 600)}", "", *inner.head))


def _one_side(fact: Fact) -> str:
    return f"| {plain(fact.name, 200)} | {plain(fact.after or fact.before)} |"


def _both_sides(fact: Fact) -> str:
    return f"| {plain(fact.name, 200)} | {plain(fact.before)} | {_after(fact)} |"


def _after(fact: Fact) -> str:
    if not fact.changed:
        return "="
    return f"**{plain(fact.after)}**" if fact.after else "—"


def _policies(report: Report) -> Iterator[Section]:
    if report.policies:
        items, extra = shown(report.policies, _MOST_POLICIES, _policy)
        yield Section(what="policies", items=items, extra=extra, more="{count} more {what}, on the page\n")


def _policy(change: PolicyChange) -> Section:
    title = plain(f"Policy of {change.label}: {change.what}", 600)
    lines = [f"{each.sign if each.sign != '@' else ' '}{each.text}" for each in change.lines]
    note = (plain(change.note), "") if change.note else ()
    code = fenced("diff", "lines of policies", lines, least=3) if lines else Section(what="lines of policies")
    section = replace(code, head=(*note, *code.head))
    if change.what == "changed" and len(lines) <= 40:
        return replace(section, head=(f"#### {title}", "", *section.head))
    return folded(title, section)


def _altered(report: Report) -> Iterator[Section]:
    if report.altered:
        head = "| | Resource | Properties that differ |"
        inner = table("resources", head, report.altered, _differing, most=_MOST_LINES)
        yield folded("Resources that change, by property", inner)


def _differing(each: Altered) -> str:
    return f"| {plain(each.op, 50)} | {plain(each.what, 300)} | {names(each.properties)} |"


def _timeline(report: Report) -> Iterator[Section]:
    if report.timeline:
        inner = table("steps", "| | | What it means for calls |", report.timeline, _moment, most=_MOST_LINES)
        last = report.timeline[-1].stage
        yield folded(f"In this order ({last} stage{'s' if last > 1 else ''})", inner)


def _moment(each: Moment) -> str:
    return f"| {each.stage} | {plain(each.op, 50)} {plain(each.what, 600)} | {plain(each.meaning, 600)} |"


def _removals(report: Report) -> Iterator[Section]:
    what = "replaced or deleted resources"
    yield from listed("Replaced and deleted", what, report.removals, _removal, most=_MOST_LINES)


def _removal(each: Removal) -> str:
    guard = " **Protected: the deployment is refused.**" if each.protected else ""
    referrers = f"\n  - referred to by {names(each.referrers)}" if each.referrers else ""
    return f"- {plain(each.op, 50)} **{plain(each.what, 600)}**: {plain(each.why)}{guard}{referrers}"
