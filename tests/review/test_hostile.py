"""Names, descriptions, URLs and policy text cannot break a format or put anything into it, whatever they hold."""

import json
import re
import unicodedata
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from recordings import load, made

from review.data import data
from review.markdown import LONGEST, markdown
from review.mermaid import mermaid
from review.report import Report
from review.terminal import terminal

HOSTILE = (
    "<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "| a | b |\n|---|---|",
    "```\n# heading\n```",
    "`````",
    "[x](javascript:alert(1)) ![y](https://evil.example/y.png)",
    "https://evil.example www.evil.example evil@example.com",
    "@everyone #1 GH-1 :tada: $x$ ~~y~~ **z** __w__",
    '"] --> n1\n  click n1 href "https://evil.example"',
    "%%{init: {}}%%",
    "end",
    "\x1b[2J\x1b]0;title\x07\x9b31m",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "a\x00b\x85c\u2028d",
    "\\ \\| &lt; &#60; &amp;",
    "- x\n+ y\n1. z\n> q\n---",
    "<!-- x --> <![CDATA[ ]]> {{ 7*7 }} {% x %}",
    "long " * 1000,
    "😀" * 400,
)
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=60) | st.lists(st.sampled_from(HOSTILE), max_size=3).map(" ".join)


def report_of(text: str) -> Report:
    """A report in which this text stands wherever somebody can write something."""
    written = f"a{text}b"
    preview = load("create")
    for step in preview["steps"]:
        state = step["newState"]
        inputs = state.get("inputs", {})
        for key, value in _planted(state["type"], written).items():
            inputs[key] = value
        if state["type"].endswith((":Backend", ":ApiOperation", ":ResourceGroup")):
            step["urn"] = state["urn"] = step["urn"] + "-" + written
    preview["diagnostics"] = [{"message": f"warning: {written}", "severity": "warning"}]
    preview["config"]["backend-mtls:review"] = {"environment": "production"}
    return made(preview)


def _planted(kind: str, text: str) -> dict[str, Any]:
    line = " ".join(text.split())  # the reason of a backend is one line
    return {
        "Backend": {"url": f"https://host/{text}", "description": f"Chain validation is off: {line}"},
        "Api": {"path": text, "apiId": f"api{text}"},
        "ApiPolicy": {
            "apiId": f"api{text}",
            "value": f"<policies><inbound><base />\n<set-body>{escape(text)}</set-body>\n</inbound></policies>\n{text}",
        },
        "ClientCertificate": {"subject": f"CN={text}"},
    }.get(kind.rpartition(":")[2], {})


def structure(text: str) -> list[tuple[str, str]]:
    """The blocks and inline elements of a Markdown text; of HTML, the tags themselves."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").parse(text):
        html = token.content if token.type == "html_block" else ""
        found.append((token.type, re.sub(r"<summary>.*?</summary>", "<summary>", html, flags=re.DOTALL)))
        found += [(each.type, each.content if "html" in each.type else "") for each in token.children or ()]
    return [each for each in found if each[0] not in ("text", "text_special", "softbreak")]


CALM = structure(markdown(report_of("x")))


@settings(deadline=None)
@given(TEXTS)
def test_markdown_has_the_same_structure_whatever_the_texts_are(text: str) -> None:
    written = markdown(report_of(text))
    assert len(written) <= LONGEST
    if "A comment has no room for all of it" not in written:
        assert structure(written) == CALM


@settings(deadline=None)
@given(TEXTS)
def test_outside_of_code_there_is_no_address_that_a_site_makes_a_link_of(text: str) -> None:
    outside = re.sub(r"^(`{3,}).*?^\1$", "", markdown(report_of(text)), flags=re.DOTALL | re.MULTILINE)
    ours = re.sub(r"\[[\w./#-]+\]\(https://[^)\s]+\)|`[^`\n]*`", "", outside)
    assert not re.search(r"https?://|www\.|[A-Za-z0-9]@[A-Za-z0-9]|(?<![\w&])@\w|(?<![&\w])#\d", ours)


@settings(deadline=None)
@given(TEXTS)
def test_a_diagram_is_nodes_and_edges_only(text: str) -> None:
    label = r"(?:[A-Za-z0-9 .,/=_:-]|#\d+;)*"
    line = re.compile(
        rf'flowchart LR|  subgraph [a-z]+\["[A-Za-z ]+"\]|  end|    n\d+\["{label}"\]:::(?:same|new|changed|removed)'
        rf'|  n\d+ (?:-->|==>|-\.->)\|"[a-z ]+"\| n\d+|  classDef [a-z]+ [a-z#0-9:,-]+'
    )
    for each in mermaid(report_of(text).picture).split("\n"):
        assert line.fullmatch(each), each


@settings(deadline=None)
@given(TEXTS)
def test_a_terminal_gets_no_character_that_it_obeys(text: str) -> None:
    for character in terminal(report_of(text)):
        assert character in "\n\t" or unicodedata.category(character)[0] != "C", repr(character)


@settings(deadline=None)
@given(TEXTS)
def test_json_is_json_in_ascii(text: str) -> None:
    written = data(report_of(text))
    assert written.isascii()
    assert json.loads(written)["status"] == "changes"


@pytest.mark.parametrize("text", ["a" * 100_000, "x " * 50_000])
def test_a_very_long_text_is_cut_and_says_how_long_it_is(text: str) -> None:
    written = markdown(report_of(text))
    assert len(written) <= LONGEST
    assert re.search(r"[0-9]+ characters", written)
