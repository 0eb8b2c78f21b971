"""The report for a terminal."""

import io
import shutil
import sys

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from review.judgement import STANDING, Standing, shown
from review.report import Report, Row, told

_COLORS = {
    "outage": "bold white on red",
    "danger": "bold red",
    "risk": "yellow",
    "change": "blue",
    "safe": "green",
    "none": "dim",
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "blue",
}
_NARROWEST, _WIDEST = 60, 160
_MOST = 40
"""Tables of APIs, and policies, that are shown."""
_MOST_LINES = 100
"""Lines of each list that are shown."""


def terminal(report: Report) -> str:
    """The whole report, in color when standard output is a terminal."""
    out = io.StringIO()
    width = min(max(shutil.get_terminal_size((100, 24)).columns, _NARROWEST), _WIDEST)
    console = Console(file=out, width=width, force_terminal=sys.stdout.isatty(), highlight=False, emoji=False)
    for part in _parts(report):
        console.print(part)
    return out.getvalue()


def _parts(report: Report) -> list[RenderableType]:
    counts = ", ".join(f"{count} to {op}" for op, count in report.counts.items()) or "no resource changes"
    where = f"stack {report.stack} of {report.project} ({report.environment}): {counts}"
    parts: list[RenderableType] = [
        Panel(Text(report.headline, style="bold"), title=Text(report.level), border_style=_COLORS[report.level]),
        Text(where),
        *(Text(f"note: {each}", style="italic") for each in report.notes),
        *(Text(each, style="red") for each in report.errors),
        *(Text(f"warning: {each}", style="yellow") for each in report.warnings),
    ]
    parts += _titled("How this change is judged", [Text(each) for each in report.judging])
    parts += _titled("What happens to calls", [_effect(each.level.word, told(each)) for each in report.effects])
    parts += _titled("Findings", _findings(report))
    moving = [each for each in report.rows if each.what not in ("same", "unseen")]
    parts += _titled("Before and after", [_row(each) for each in moving[:_MOST]])
    parts += _titled("More that change", [Text(_names(moving[_MOST:]))] if len(moving) > _MOST else [])
    same = [each for each in report.rows if each.what == "same"]
    parts += _titled("Unchanged", [Text(_names(same))] if same else [])
    unseen = [each for each in report.rows if each.what == "unseen"]
    parts += _titled("Not known to be unchanged", [Text(_names(unseen))] if unseen else [])
    parts += _titled("Policies", _policies(report))
    parts += _titled("Order", [_timeline(report)] if report.timeline else [])
    parts += _titled("Replaced and deleted", _removals(report))
    return parts


def _titled(title: str, body: list[RenderableType]) -> list[RenderableType]:
    if not body:
        return []
    shown = [*body[:_MOST_LINES], *([Text(_more(len(body) - _MOST_LINES))] if len(body) > _MOST_LINES else [])]
    return [Text(f"\n{title}", style="bold underline"), *(Padding(each, (0, 0, 0, 2)) for each in shown)]


def _more(count: int) -> str:
    return f"and {count} more; --format html shows all of them"


def _names(rows: list[Row]) -> str:
    more = f" and {len(rows) - _MOST_LINES} more" if len(rows) > _MOST_LINES else ""
    return ", ".join(each.label for each in rows[:_MOST_LINES]) + more


def _effect(level: str, text: str) -> RenderableType:
    return Text.assemble((f"{level:7}", _COLORS[level]), " ", text)


def _findings(report: Report) -> list[RenderableType]:
    found: list[RenderableType] = []
    fixes: set[str] = set()
    for each in (each for each in report.findings if each.state not in STANDING):
        quiet = each.waived or each.state == "fixed"
        head = Text.assemble((f"{each.severity:8}", "dim" if quiet else _COLORS[each.severity]), f" {each.state:5} ")
        lines = [head.append(f"{each.detail} [{each.rule}]")]
        if each.waiver:
            lines.append(Text(f"               {each.waiver}", style="italic"))
        if not quiet and each.rule not in fixes:  # once a rule
            fixes.add(each.rule)
            lines.append(Text(f"               fix: {each.fix}", style="dim"))
        found.append(Group(*lines))
    return found + [_standing(each) for each in report.standing]


def _standing(each: Standing) -> RenderableType:
    names = list(dict.fromkeys(each.resources))
    named = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    word = f"{shown(each.state)}{', accepted' if each.waived else ''}"
    return Text(f"{each.severity:8} {len(each.resources)} {word}: [{each.rule}] on {named}", style="dim")


def _row(row: Row) -> RenderableType:
    table = Table(title=Text(f"{row.label} ({row.what})", style="bold"), title_justify="left")
    alone = row.what in ("new", "removed")
    for name in ("", row.what) if alone else ("", "before", "after"):
        table.add_column(name, overflow="fold")
    for fact in row.facts:
        if alone:
            table.add_row(Text(fact.name), Text(fact.after or fact.before))
            continue
        after = Text(fact.after, style="bold") if fact.changed else Text("=")
        table.add_row(Text(fact.name), Text(fact.before), after)
    return table


def _policies(report: Report) -> list[RenderableType]:
    found: list[RenderableType] = []
    colors = {"+": "green", "-": "red", "@": "cyan"}
    for change in report.policies[:_MOST]:
        lines = [Text(f"{change.label}: {change.what}. {change.note}".strip(), style="bold")]
        lines += [Text(f"{each.sign} {each.text}", style=colors.get(each.sign, "")) for each in change.lines]
        found.append(Group(*lines))
    if len(report.policies) > _MOST:
        found.append(Text(_more(len(report.policies) - _MOST)))
    return found


def _timeline(report: Report) -> RenderableType:
    table = Table()
    for name in ("", "what", "what it means for calls"):
        table.add_column(name, overflow="fold")
    for each in report.timeline[:_MOST_LINES]:
        table.add_row(Text(str(each.stage)), Text(f"{each.op} {each.what}"), Text(each.meaning))
    if len(report.timeline) > _MOST_LINES:
        table.add_row(Text(), Text(), Text(_more(len(report.timeline) - _MOST_LINES)))
    return table


def _removals(report: Report) -> list[RenderableType]:
    found: list[RenderableType] = []
    for each in report.removals:
        found.append(Text(f"{each.op} {each.what}: {each.why}{' PROTECTED' if each.protected else ''}"))
        found += [Text(f"  referred to by {one}") for one in each.referrers]
    return found
