"""What the rules find, as Markdown: what is new in a table, what stands already folded, the rules at the end."""

from collections import Counter
from collections.abc import Iterator

from review.judgement import STANDING, Judged, Standing, shown
from review.markdown_text import folded, names, plain, table
from review.markdown_text import shown as first
from review.report import Report
from review.sections import Section
from rules.references import links
from rules.severity import Severity

SEVERITIES = {"critical": "⛔", "high": "🔴", "medium": "🟠", "low": "🔵"}
MOST = 60
"""Findings of a kind; the page has all of them."""
_LEAST = 3
_LONGEST = 1500
"""Characters of what a rule says of itself, which is Markdown."""


def findings(report: Report) -> Iterator[Section]:
    """The sections."""
    head = ("### Findings", "")
    if not report.findings:
        yield Section(what="findings", head=(*head, "None.", ""))
        return
    yield Section(what="findings", head=(*head, _counts(report), ""))
    moving = sorted((each for each in report.findings if each.state not in STANDING), key=_weight)
    if moving:
        yield table("findings", "| | Finding | Rule | |", moving, _row, most=MOST, least=_LEAST)
    still = [each for each in report.findings if each.state in STANDING]
    if still:
        yield from _standing(report, still)
    rules = list({each.rule: each for each in sorted(report.findings, key=_weight)}.values())
    told, extra = first(rules, MOST, _told)
    yield folded("Why, and what to do", Section(what="rules", items=told, extra=extra))


def _told(each: Judged) -> str:
    return f"- `{_rule(each)}`: {each.why[:_LONGEST]}. **Fix:** {each.fix[:_LONGEST]}. ({_sources(each)})"


def _weight(each: Judged) -> tuple[bool, bool, int]:
    """What is to be done first: neither accepted nor put right, and the worst."""
    return each.waived, each.state == "fixed", -Severity.of(each.severity)


def _counts(report: Report) -> str:
    """How many there are, by state and severity."""
    groups: dict[str, Counter[str]] = {}
    for each in report.findings:
        state = f"{shown(each.state)}{', accepted' if each.waived else ''}"
        groups.setdefault(state, Counter())[each.severity] += 1
    return "; ".join(
        f"{state}: " + ", ".join(f"{found[severity]} {severity}" for severity in SEVERITIES if found[severity])
        for state, found in groups.items()
    )


def _row(each: Judged) -> str:
    sign = "✅" if each.state == "fixed" else "☑️" if each.waived else SEVERITIES[each.severity]
    word = "**new**" if each.state == "new" else shown(each.state)
    waiver = f"<br>{plain(each.waiver, 600)}" if each.waiver else ""
    rule = f"`{_rule(each)}` on {plain(each.resource, 300)}"
    return f"| {sign} {each.severity} | {plain(each.detail, 1200)}{waiver} | {rule} | {word} |"


def _standing(report: Report, still: list[Judged]) -> Iterator[Section]:
    counts = Counter((each.waived, each.state) for each in still)
    title = "; ".join(
        f"{count} {shown(state)}{', accepted' if waived else ''}" for (waived, state), count in sorted(counts.items())
    )
    by_rule = table("rules", "| | Rule | | How many | Resources |", report.standing, _group, most=MOST)
    details, extra = first(sorted(still, key=_weight), MOST, _detail)
    inner = Section(what="findings", items=details, extra=extra)
    yield folded(title, Section(what="parts of the findings", items=(by_rule, inner), least=2))


def _group(each: Standing) -> str:
    word = f"{shown(each.state)}{', accepted' if each.waived else ''}"
    sign = "☑️" if each.waived else SEVERITIES[each.severity]
    named = names(dict.fromkeys(each.resources), 5)
    return f"| {sign} {each.severity} | `{plain(each.rule, 100)}` | {word} | {len(each.resources)} | {named} |"


def _detail(each: Judged) -> str:
    waiver = f" ({plain(each.waiver, 600)})" if each.waiver else ""
    return f"- {plain(each.resource, 300)}, `{_rule(each)}`: {plain(each.detail, 1200)}{waiver}"


def _rule(each: Judged) -> str:
    return plain(each.rule, 100)


def _sources(finding: Judged) -> str:
    found = [f"[{each.label}]({each.url})" for each in links(finding.reference[:1000])]  # the rules' own words
    return ", ".join(found) or plain(finding.reference, 600)
