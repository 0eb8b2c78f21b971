"""The report for a terminal."""

import io
import shutil
import sys

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from review.effect import Effect
from review.judgement import STANDING, Judged, Standing, shown
from review.report import Report, Row, told
from rules.references import links

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
_FEW = 20
"""Of what does not change: more are named only."""
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
    where = f"stack {report.stack} of {report.project} ({report.environment}): {counts}; preview: {report.status}"
    parts: list[RenderableType] = [
        Panel(Text(report.headline, style="bold"), title=Text(report.level), border_style=_COLORS[report.level]),
        Text(where),
        *(Text(f"note: {each}", style="italic") for each in report.notes),
        *(Text(each, style="red") for each in report.errors),
        *(Text(f"warning: {each}", style="yellow") for each in report.warnings),
    ]
    parts += _titled("How this change is judged", [Text(each) for each in report.judging])
    parts += _titled("What happens to calls", [_effect(each) for each in report.effects])
    parts += _titled("Findings", _findings(report))
    moving = [each for each in report.rows if each.what not in ("same", "unseen")]
    parts += _titled("Before and after", [_row(each) for each in moving[:_MOST]])
    parts += _titled("More that change", [Text(_names(moving[_MOST:]))] if len(moving) > _MOST else [])
    parts += _titled("Unchanged", _still([each for each in report.rows if each.what == "same"]))
    parts += _titled("Not known to be unchanged", _still([each for each in report.rows if each.what == "unseen"]))
    parts += _titled("Policies", _policies(report))
    parts += _titled("Resources that change, by property", _altered(report))
    parts += _titled("Order", [_timeline(report)] if report.timeline else [])
    parts += _titled("Replaced and deleted", _removals(report))
    parts += _titled("Who refers to whom", _picture(report))
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


def _still(rows: list[Row]) -> list[RenderableType]:
    """The names; of a few, what they are, too."""
    if len(rows) > _FEW:
        return [Text(_names(rows))]
    return [
        Text(f"{row.label}: " + "; ".join(f"{each.name} {each.after or each.before}" for each in row.facts))
        for row in rows
    ]


def _effect(effect: Effect) -> RenderableType:
    level = effect.level.word
    line = Text.assemble((f"{level:7}", _COLORS[level]), f" {told(effect)} [{effect.state}]")
    if len(effect.who) > 3:
        more = f" and {len(effect.who) - _MOST} more" if len(effect.who) > _MOST else ""
        return Group(line, Text(f"        all {len(effect.who)}: {', '.join(effect.who[:_MOST])}{more}", style="dim"))
    return line


def _findings(report: Report) -> list[RenderableType]:
    found: list[RenderableType] = []
    for each in (each for each in report.findings if each.state not in STANDING):
        quiet = each.waived or each.state == "fixed"
        head = Text.assemble((f"{each.severity:8}", "dim" if quiet else _COLORS[each.severity]), f" {each.state:5} ")
        accepted = "; accepted" if each.waived else ""
        lines = [head.append(f"{each.detail} [{each.rule} on {each.resource}{accepted}]")]
        if each.waiver:
            lines.append(Text(f"               {each.waiver}", style="italic"))
        found.append(Group(*lines))
    found += [_standing(each) for each in report.standing]
    still = [each for each in report.findings if each.state in STANDING]
    if len(still) <= _FEW:
        found += [_detail(each) for each in still]
    return found + [_rule(each) for each in {each.rule: each for each in report.findings}.values()]


def _detail(each: Judged) -> RenderableType:
    waiver = f" ({each.waiver})" if each.waiver else ""
    word = f"{each.severity}, {shown(each.state)}{', accepted' if each.waived else ''}"
    return Text(f"         {each.resource}: {each.detail} [{each.rule}; {word}]{waiver}", style="dim")


def _rule(each: Judged) -> RenderableType:
    """What a rule is about, once."""
    sources = ", ".join(link.url for link in links(each.reference)) or each.reference
    return Text(f"{each.rule}: {each.why}. fix: {each.fix}. source: {sources}", style="dim")


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


def _altered(report: Report) -> list[RenderableType]:
    return [
        Text(f"{each.op} {each.what}{': ' if each.properties else ''}{', '.join(each.properties)}")
        for each in report.altered
    ]


def _picture(report: Report) -> list[RenderableType]:
    labels = {each.id: f"{each.column} {each.label}" for each in report.picture.nodes}
    told_of = {one for each in report.picture.edges for one in (each.start, each.end)}
    found: list[RenderableType] = [
        Text(f"{labels[each.start]} {each.label} {labels[each.end]} ({each.mark})")
        for each in report.picture.edges
        if each.start in labels and each.end in labels
    ]
    marked = [each for each in report.picture.nodes if each.mark != "same" or each.id not in told_of]
    found += [Text(f"{each.column} {each.label} ({each.mark})") for each in marked]
    left_out = report.picture.left_out
    return found + ([Text(f"and {left_out} more that do not change")] if left_out else [])


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
