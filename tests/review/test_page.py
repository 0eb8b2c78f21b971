"""The page is whole, needs nothing from outside, and shows any text as text."""

import base64
import hashlib
import re
import string
from dataclasses import replace
from itertools import pairwise

import page_reports
import pytest
from html_tree import Element, read
from hypothesis import given, settings
from hypothesis import strategies as st

from review.drawing import WIDTH, broken, drawing
from review.page import FOLDER, SEVERITIES, SIGNS, STATES, page
from review.picture import MOST

FULL = page(page_reports.report())
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style></title></svg>",
    "\"' onmouseover=alert(1) x='",
    "javascript:alert(1)",
    "<!-- ",
    "-->",
    "]]>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#60;&",
    "\u202egnp.exe\u2066",
    "\0\x1b[31m\u0085\u2028",
    "w" * 120,
)
ALPHABET = sorted({each for text in HOSTILE for each in text} | set("<>&'\"/=`;:\t\n"))
KEPT = set(" .-/_")
"""What a label may be broken after, and is harmless."""
HARMLESS = {each: each if each in KEPT else chr(0x100 + number) for number, each in enumerate(ALPHABET)}
"""One letter of an alphabet without any meaning for each, so that what differs stays different."""
FIXED = {*SIGNS, *STATES, *SEVERITIES}
"""Words with a meaning of their own: a row that is `same` has another table than one that is not."""
TEXTS = st.sampled_from(HOSTILE) | st.text(ALPHABET, min_size=1, max_size=40).filter(lambda text: text not in FIXED)


def tree(element: Element) -> object:
    return element.tag, sorted(element.attributes), [tree(each) for each in element.children]


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def colors() -> dict[str, dict[str, str]]:
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", each)) for each in _roots()]
    return {"light": found[0], "dark": found[1]}


def _roots() -> list[str]:
    return re.findall(r":root \{(.*?)\}", (FOLDER / "page.css").read_text(), re.DOTALL)


def test_a_page_is_well_formed_and_every_link_in_it_has_its_target() -> None:
    for each in (FULL, page(page_reports.nothing())):
        elements = read(each).all()
        ids = [found.attributes["id"] for found in elements if "id" in found.attributes]
        assert len(set(ids)) == len(ids)
        links = [found.attributes["href"] or "" for found in elements if found.tag == "a"]
        assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
        named = [found.attributes.get("aria-labelledby", "") or "" for found in elements]
        assert {one for name in named for one in name.split()} <= set(ids)


def test_nothing_is_loaded_from_anywhere() -> None:
    elements = read(FULL).all()
    assert not [each for each in elements if each.tag in ("link", "img", "iframe", "object", "base", "form", "use")]
    assert not [each for each in elements if {"src", "srcset", "xlink:href", "style", "ping"} & each.attributes.keys()]
    assert not re.search(r"url\(|@import|@font-face", (FOLDER / "page.css").read_text())
    assert not re.search(r"fetch|XMLHttp|import|innerHTML|eval|Function", (FOLDER / "page.js").read_text())


def test_only_the_pages_own_script_may_run() -> None:
    elements = read(FULL).all()
    (script,) = (each for each in elements if each.tag == "script")
    (allowed,) = (each for each in elements if each.attributes.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert allowed.attributes["content"] == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )


def test_only_style_and_script_are_put_in_unescaped_and_neither_can_end_early() -> None:
    unescaped = [each for path in sorted(FOLDER.glob("*.j2")) for each in re.findall(r"\|\s*safe", path.read_text())]
    assert len(unescaped) == 2
    assert "</" not in (FOLDER / "page.css").read_text() + (FOLDER / "page.js").read_text()


def test_only_the_sources_of_rules_are_links_and_they_tell_nobody_where_the_reader_comes_from() -> None:
    hostile = page(page_reports.report(lambda text: f"https://evil.example {text}"))
    outside = [each for each in read(hostile).all("a") if not (each.attributes["href"] or "").startswith("#")]
    assert {each.attributes["href"] for each in outside} == {page_reports.REFERENCE}
    assert {each.attributes["rel"] for each in outside} == {"noreferrer"}


@pytest.mark.parametrize(
    "text",
    [
        "orders: the gateway presents another certificate (and 1 more that need a look)",
        "The preview stopped before its end: what follows is what it had found until then.",
        "error: the vault cannot be read",
        "orders, invoices, stock, prices",
        "Accepted by Grace until 2027-06-30: the appliance is replaced in spring",
        "The waiver of Ada ended on 2026-09-30: the vault moves",
        "orders-1f2e3d4c&#34; /&gt;··→",
        "The text is secret, or known after deployment.",
        "Referred to by:",
        "It is protected: the deployment is refused.",
        "4 more are left out",
        "operation get-report-of-the-month of API reports",
    ],
)
def test_what_the_report_says_is_on_the_page(text: str) -> None:
    assert text in FULL


def test_filters_are_there_only_where_they_can_tell_findings_apart() -> None:
    assert {each.attributes["data-value"] for each in read(FULL).all("button")} == {
        *("critical", "high", "medium", "low", "new", "still", "fixed", "yes", "no")
    }
    one = page_reports.report().findings[:1]
    alone = read(page(replace(page_reports.report(), findings=one, rows=())))
    assert not alone.all("button")
    assert not alone.all("input")


def test_headings_come_in_order_and_landmarks_are_there_once() -> None:
    elements = read(FULL).all()
    levels = [int(each.tag[1]) for each in elements if re.fullmatch(r"h[1-6]", each.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [sum(each.tag == tag for each in elements) for tag in ("main", "nav", "header")] == [1, 1, 1]
    assert read(FULL).all("html")[0].attributes["lang"] == "en"


def test_every_table_has_a_caption_and_heads_that_say_what_they_head() -> None:
    tables = read(FULL).all("table")
    assert len(tables) == len(page_reports.report().rows)
    for table in tables:
        assert table.all("caption")[0].content
        assert {each.attributes.get("scope") for each in table.all("th")} == {"row", "col"}


def test_a_fact_that_changes_is_told_by_words_and_weight_and_not_by_color_alone() -> None:
    rows = {row.all("th")[0].content: row for row in read(FULL).all("table")[0].all("tr")}
    assert rows["Thumbprint"].all("strong")[0].content == "known after deployment"
    assert [each.content for each in rows["Chain validation"].all("td")] == ["on", "unchanged"]


def test_every_mark_of_the_picture_is_told_by_a_sign_and_a_list_says_it_in_words() -> None:
    root = read(FULL)
    (svg,) = root.all("svg")
    assert svg.attributes["role"] == "img"
    assert {each.text for each in svg.all("text")} >= {
        "+ new",
        "~ changed",
        "\N{MINUS SIGN} removed",
        "+",
        "\N{MINUS SIGN}",
    }
    listed = [each.content for each in root.all("li") if "is presented by" in each.content]
    assert len(listed) == 3


def test_without_its_script_everything_is_there_but_the_filters() -> None:
    hidden = [each for each in read(FULL).all() if "hidden" in each.attributes]
    assert {each.attributes["class"] for each in hidden} == {"filters"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(scheme: str) -> None:
    known = colors()[scheme]
    for name in ("text", "quiet", "accent", "bad", "warn", "good"):
        assert contrast(known[name], known["paper"]) >= 4.5, name
    for name in ("text", "quiet"):
        assert contrast(known[name], known["surface"]) >= 4.5, name
    for name in ("accent", "bad", "warn", "good"):
        assert contrast(known[name], known[f"{name}-soft"]) >= 4.5, name
    assert contrast(known["text"], known["warn-soft"]) >= 4.5
    assert contrast(known["edge"], known["paper"]) >= 3


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_no_text_of_a_report_can_become_mark_up(texts: list[str]) -> None:
    numbers = iter(range(10_000))

    def hostile(text: str) -> str:
        return f"{'https://' if text.startswith('https://') else ''}{texts[next(numbers) % len(texts)]}"

    def harmless(text: str) -> str:
        prefix = "https://" if text.startswith("https://") else ""
        return prefix + "".join(HARMLESS[each] for each in hostile(text).removeprefix(prefix))

    found = read(page(page_reports.report(hostile)))
    numbers = iter(range(10_000))
    assert tree(found) == tree(read(page(page_reports.report(harmless))))
    for element in found.all():
        assert not [name for name in element.attributes if name.startswith("on")]
        assert (element.attributes.get("href") or "#").startswith(("#", "https://"))


@pytest.mark.parametrize("what", ["new", "changed", "same"])
def test_a_stack_of_5000_resources_is_a_page_that_a_browser_opens(what: str) -> None:
    text = page(page_reports.large(1600, what=what))
    assert len(text.encode()) < 5_000_000
    assert text.count("<table") == 1600


@given(st.text(string.printable + "ſ漢字\u0301", max_size=120))
def test_a_label_is_broken_into_lines_that_fit_into_a_box(label: str) -> None:
    lines = broken(label)
    assert len(lines) <= 4
    assert "".join(lines) == label or lines[-1].endswith("…")
    assert all(len(each.encode("utf-16-le")) // 2 <= 40 for each in lines)


def test_no_two_boxes_overlap_and_every_reference_runs_to_the_right() -> None:
    for each in (page_reports.picture(str), page_reports.large(20, what="new").picture):
        drawn = drawing(each)
        assert len(drawn.boxes) <= MOST
        for x in {box.x for box in drawn.boxes}:
            column = sorted((box for box in drawn.boxes if box.x == x), key=lambda box: box.y)
            assert all(a.y + a.height < b.y for a, b in pairwise(column))
        assert all(box.x + WIDTH <= drawn.width and box.y + box.height <= drawn.height for box in drawn.boxes)
        place = {box.node.id: box.x for box in drawn.boxes}
        assert all(place[line.start.id] < place[line.end.id] for line in drawn.lines)
