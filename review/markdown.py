"""The report as Markdown for a comment on a pull request: short first, details folded, cut where GitHub would refuse.

What comes from names and texts cannot become Markdown, HTML or Mermaid: it is escaped in text, fenced in code, and
written as character codes in a diagram.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from review.facts import Fact
from review.judgement import STANDING, Judged, shown
from review.mermaid import mermaid
from review.policy_diff import PolicyChange
from review.report import Report, Row, told
from rules.references import links

LONGEST = 65_000
"""Characters of a comment; GitHub takes 65,536."""
_SPECIAL = re.compile(r"([\\`*_\[\]#|<>~&@$]|:(?=\S)|^[-+=]|^\d+(?=[.)])|(?<=\bwww)\.)")
_MOST_ROWS = 40
_MOST_LINES = 60
"""Lines of each list; the worst stand first, and the page has all of them."""
_SIGNS = {"new": "🆕", "changed": "✏️", "removed": "🗑️", "same": "", "unseen": ""}
_LEVELS = {"outage": "⛔", "danger": "🔴", "risk": "🟠", "change": "🔵", "safe": "🟢", "none": "⚪"}
_STILL = ("same", "unseen")
_SEVERITIES = {"critical": "⛔", "high": "🔴", "medium": "🟠", "low": "🔵"}


def markdown(report: Report) -> str:
    """The whole comment."""
    sections = [list(each) for each in _sections(report)]
    full = "\n".join(line for section in sections for line in section) + "\n"
    if len(full) <= LONGEST:
        return full
    return _cut(sections)


def _cut(sections: list[list[str]]) -> str:
    """The sections that fit, in order; a reader is told what is missing."""
    kept: list[str] = []
    left = LONGEST - 400
    missing = 0
    for section in sections:
        text = "\n".join(section)
        if len(text) + 1 <= left:
            kept.append(text)
            left -= len(text) + 1
        else:
            missing += 1
    note = (
        f"> {missing} parts of this report are left out, because a comment cannot be longer. The page has all of them."
    )
    return "\n".join([kept[0], "", note, "", *kept[1:]]) + "\n"


def _sections(report: Report) -> Iterator[Iterable[str]]:
    yield _head(report)
    yield _judging(report)
    yield _effects(report)
    yield _findings(report)
    for row in [each for each in report.rows if each.what not in _STILL][:_MOST_ROWS]:
        yield _row(row)
    yield _other_rows(report)
    for change in report.policies:
        yield _policy(change)
    yield _timeline(report)
    yield _removals(report)
    yield _picture(report)


def _head(report: Report) -> Iterator[str]:
    sign = "❌" if report.status in ("failed", "forbidden") else _LEVELS[report.level]
    yield f"## {sign} {plain(report.headline)}"
    yield ""
    counts = ", ".join(f"{count} to {op}" for op, count in report.counts.items()) or "no resource changes"
    yield f"Stack **{plain(report.stack)}** of {plain(report.project)} ({report.environment}): {counts}."
    yield ""
    for note in report.notes:
        yield f"> {plain(note)}"
        yield ""
    if report.errors:
        yield from _fenced("text", report.errors)
    if report.warnings:
        yield from _folded(f"{len(report.warnings)} lines of warnings", _fenced("text", report.warnings))


def _judging(report: Report) -> Iterator[str]:
    if not report.judging:
        return
    yield "### How this change is judged"
    yield ""
    yield from (f"- {plain(each)}" for each in report.judging[:_MOST_LINES])
    yield from _more(len(report.judging))
    yield ""


def _effects(report: Report) -> Iterator[str]:
    if not report.effects:
        return
    yield "### What happens to calls"
    yield ""
    for effect in report.effects[:_MOST_LINES]:
        yield f"- {_LEVELS[effect.level.word]} {plain(told(effect))}"
    yield from _more(len(report.effects))
    yield ""


def _findings(report: Report) -> Iterator[str]:
    yield "### Findings"
    yield ""
    if not report.findings:
        yield "None."
        yield ""
        return
    moving = [each for each in report.findings if each.state not in STANDING]
    if moving:
        yield "| | Finding | Rule | |"
        yield "|---|---|---|---|"
        yield from (_finding(each) for each in moving[:_MOST_LINES])
        yield ""
        yield from _more(len(moving))
    if report.standing:
        yield from _folded(_counted(report), _standing(report))
    told_rules = {each.rule: each for each in report.findings if each.state != "fixed"}
    lines = [f"- `{each.rule}`: {each.why}. **Fix:** {each.fix}. ({_sources(each)})" for each in told_rules.values()]
    if lines:
        yield from _folded("Why, and what to do", lines)


def _finding(each: Judged) -> str:
    sign = "✅" if each.state == "fixed" else "☑️" if each.waived else _SEVERITIES[each.severity]
    word = "**new**" if each.state == "new" else shown(each.state)
    waiver = f"<br>{plain(each.waiver)}" if each.waiver else ""
    return f"| {sign} {each.severity} | {plain(each.detail)}{waiver} | `{each.rule}` | {word} |"


def _counted(report: Report) -> str:
    """How many findings the change leaves as they are, in words."""
    counts = Counter((each.state, each.waived) for each in report.findings if each.state in STANDING)
    words = [
        f"{count} {shown(state)}{', accepted' if waived else ''}"
        for (state, waived), count in sorted(counts.items(), key=lambda each: (each[0][1], each[0][0]))
    ]
    return "; ".join(words)


def _standing(report: Report) -> Iterator[str]:
    yield "| | Rule | | How many | Resources |"
    yield "|---|---|---|---|---|"
    for each in report.standing[:_MOST_LINES]:
        names = list(dict.fromkeys(each.resources))
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        word = f"{shown(each.state)}{', accepted' if each.waived else ''}"
        sign = "☑️" if each.waived else _SEVERITIES[each.severity]
        named = ", ".join(plain(name) for name in names[:5]) + more
        yield f"| {sign} {each.severity} | `{each.rule}` | {word} | {len(each.resources)} | {named} |"
    yield from _more(len(report.standing))
    accepted = [each for each in report.findings if each.waiver and each.state in STANDING]
    if accepted:
        yield ""
    yield from (f"- {plain(one.resource)}, `{one.rule}`: {plain(one.waiver)}" for one in accepted[:_MOST_LINES])
    yield from _more(len(accepted))


def _sources(finding: Judged) -> str:
    return ", ".join(f"[{each.label}]({each.url})" for each in links(finding.reference))  # the rules' own words


def _row(row: Row) -> Iterator[str]:
    yield f"### {_SIGNS[row.what]} {plain(row.label)}"
    yield ""
    if row.what in ("new", "removed"):
        yield f"| | {row.what} |"
        yield "|---|---|"
        yield from (f"| {fact.name} | {plain(fact.after or fact.before)} |" for fact in row.facts)
    else:
        yield "| | before | after |"
        yield "|---|---|---|"
        yield from (f"| {fact.name} | {plain(fact.before)} | {_after(fact)} |" for fact in row.facts)
    yield ""


def _after(fact: Fact) -> str:
    if not fact.changed:
        return "="
    return f"**{plain(fact.after)}**" if fact.after else "—"


def _other_rows(report: Report) -> Iterator[str]:
    moving = [each for each in report.rows if each.what not in _STILL]
    same = [each for each in report.rows if each.what == "same"]
    unseen = [each for each in report.rows if each.what == "unseen"]
    if len(moving) > _MOST_ROWS:
        yield f"{len(moving) - _MOST_ROWS} more that change: {_names(moving[_MOST_ROWS:])}"
        yield ""
    if same:
        yield f"Unchanged: {_names(same)}"
        yield ""
    if unseen:
        yield f"Not known to be unchanged: {_names(unseen)}"
        yield ""


def _names(rows: list[Row]) -> str:
    more = f" and {len(rows) - 30} more" if len(rows) > 30 else ""
    return ", ".join(plain(each.label) for each in rows[:30]) + more


def _policy(change: PolicyChange) -> Iterator[str]:
    title = f"Policy of {change.label}: {change.what}"
    note = [f"{change.note}", ""] if change.note else []
    lines = [f"{each.sign if each.sign != '@' else ' '}{each.text}" for each in change.lines]
    body = [*note, *(_fenced("diff", lines) if lines else [])]
    if change.what == "changed" and len(lines) <= 40:
        yield f"#### {plain(title)}"
        yield ""
        yield from body
    else:
        yield from _folded(plain(title), body)


def _timeline(report: Report) -> Iterator[str]:
    if not report.timeline:
        return
    lines = ["| | | What it means for calls |", "|---|---|---|"]
    shown = report.timeline[:_MOST_LINES]
    lines += [f"| {each.stage} | {each.op} {plain(each.what)} | {plain(each.meaning)} |" for each in shown]
    lines += ["", *_more(len(report.timeline))]
    last = report.timeline[-1].stage
    yield from _folded(f"In this order ({last} stage{'s' if last > 1 else ''})", [*lines, ""])


def _removals(report: Report) -> Iterator[str]:
    if not report.removals:
        return
    yield "### Replaced and deleted"
    yield ""
    for each in report.removals[:_MOST_LINES]:
        guard = " **Protected: the deployment is refused.**" if each.protected else ""
        yield f"- {each.op} **{plain(each.what)}**: {plain(each.why)}{guard}"
        if each.referrers:
            yield f"  - referred to by {', '.join(plain(one) for one in each.referrers)}"
    yield from _more(len(report.removals))
    yield ""


def _picture(report: Report) -> Iterator[str]:
    if report.picture.nodes:
        yield from _folded("Who refers to whom", _fenced("mermaid", mermaid(report.picture).splitlines()))


def _more(count: int) -> Iterator[str]:
    if count > _MOST_LINES:
        yield f"- … and {count - _MOST_LINES} more: the page has all of them"


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
    yield ""


def _fenced(language: str, lines: Iterable[str]) -> Iterator[str]:
    """A block of code that nothing in it can end: its fence is longer than any run of backticks inside."""
    kept = list(lines)
    longest = max((len(run) for line in kept for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield from kept
    yield fence
    yield ""


def plain(text: str) -> str:
    """The text as Markdown that shows exactly it: no mark-up, no HTML, no link, no mention, one line."""
    return _SPECIAL.sub(lambda found: "".join(f"&#{ord(each)};" for each in found[1]), text)
