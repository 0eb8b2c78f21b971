"""The report as one HTML page that needs nothing else: it asks no network, and is whole without its script.

The templates (`page*.html.j2`) say what stands where; `page.css` and `page.js` are put into the page as they are. Jinja
escapes every text. Should a text become mark-up all the same, the page's own policy lets no script but `page.js` run,
known by its hash, and lets nothing be loaded.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

import jinja2

from review.drawing import drawing
from review.judgement import STANDING, Judged
from review.policy_diff import Line
from review.report import Report, told
from review.wordings import FINDINGS
from rules.references import links

FOLDER = Path(__file__).parent
SIGNS: Mapping[str, str] = {
    "new": "+",
    "changed": "~",
    "removed": "\N{MINUS SIGN}",
    "same": "=",
    "unseen": "?",
    "create": "+",
    "import": "+",
    "update": "~",
    "replace": "±",
    "delete": "\N{MINUS SIGN}",
}
"""What stands beside a word, so that color is never all there is."""
STATES: Mapping[str, str] = {state: shown for state, (shown, _) in FINDINGS.items()}
SEVERITIES = ("critical", "high", "medium", "low")


def page(report: Report) -> str:
    """The whole page."""
    script = _text("page.js")
    rules = {each.rule: each for each in report.findings}
    return _template().render(
        report=report,
        drawing=drawing(report.picture),
        moving=[each for each in report.rows if each.what not in ("same", "unseen")],
        same=[each for each in report.rows if each.what == "same"],
        unseen=[each for each in report.rows if each.what == "unseen"],
        brought=[each for each in report.findings if each.state not in STANDING],
        standing=[each for each in report.findings if each.state in STANDING],
        stages=[(stage, list(found)) for stage, found in groupby(report.timeline, key=lambda each: each.stage)],
        rules=rules,
        rule_numbers={rule: number for number, rule in enumerate(rules, 1)},
        filters=_filters(report.findings),
        style=_text("page.css"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _filters(findings: Iterable[Judged]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The groups of buttons (key, title, values with their words); what cannot tell anything apart is left out."""
    severities, states, waived = (
        {getattr(each, name) for each in findings} for name in ("severity", "state", "waived")
    )
    groups = [
        ("severity", "Severity", [(each, each) for each in SEVERITIES if each in severities]),
        ("state", "State", [(each, word) for each, word in STATES.items() if each in states]),
        ("waived", "Accepted", [("yes", "accepted"), ("no", "not accepted")] if len(waived) > 1 else []),
    ]
    return [each for each in groups if len(each[2]) > 1]


def _sign(word: str) -> str:
    return SIGNS.get(word, "·")


def _state(word: str) -> str:
    return STATES.get(word, word)


def _runs(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """The lines of a diff, those with the same sign together."""
    return [(sign, list(found)) for sign, found in groupby(lines, key=lambda each: each.sign)]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "sign": _sign,
        "state": _state,
        "runs": _runs,
    }
    environment.globals |= {"told": told, "links": links}
    return environment.get_template("page.html.j2")


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
