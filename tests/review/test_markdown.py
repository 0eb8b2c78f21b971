"""A comment on a pull request holds what matters first, and is never longer than GitHub takes."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import page_reports
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_changes import report
from rule_resources import api, api_policy, backend, presents, vault_certificate

from review.judgement import STANDING, standing
from review.markdown import LONGEST, markdown
from review.markdown_text import plain
from review.report import Report, told
from review.sections import Section, fitted
from rules.graph import Resource
from rules.severity import Severity


def apis(count: int, **url: str) -> list[Resource]:
    """APIs, each with its own certificate, backend and policy."""
    made: list[Resource] = []
    for number in range(count):
        name = f"api{number}"
        address = {"url": f"https://{name}.example.com{url.get('path', '')}"}
        made += [vault_certificate(name), backend(name, **address), api(name)]
        made.append(api_policy(name, presents(name, name), after=made[-3:]))
    return made


@pytest.mark.parametrize("count", [100, 1000])
def test_of_a_large_change_the_worst_is_listed_and_the_rest_counted(count: int) -> None:
    written = markdown(report(apis(count), apis(count, path="/v2")))
    assert len(written) <= LONGEST
    lines = written.splitlines()
    assert lines[0].startswith("## 🟠 api0: calls go to https&#58;//api0.example.com/v2")
    assert f"- … and {count - 60} more effects, on the page" in lines
    assert f"{count - 60} effects" in lines[2]
    assert_closed(written)


def assert_closed(written: str) -> None:
    assert written.count("<details>") == written.count("</details>")
    assert written.count("```") % 2 == 0


def test_long_policies_are_each_shortened_and_it_is_said_by_how_much() -> None:
    long = "\n".join(f"<!-- line {number} of a long policy, which nobody reads -->" for number in range(300))
    policies = [api_policy(f"api{number}", inbound=f"<base />\n{long}\n") for number in range(8)]
    written = markdown(report([], policies))
    assert len(written) <= LONGEST
    lost = [int(each) for each in re.findall(r"… and (\d+) more lines of policies, on the page", written)]
    assert len(lost) == 8
    assert f"{sum(lost)} lines of policies" in written.splitlines()[2]
    assert_closed(written)


def test_a_small_change_is_whole() -> None:
    written = markdown(report(apis(2), apis(2, path="/v2")))
    assert "on the page" not in written


def test_a_failure_of_many_lines_leaves_the_findings_and_the_effects() -> None:
    found = page_reports.report()
    errors = tuple(f"{number}. {'the vault cannot be read ' * 15}" for number in range(1, 171))
    written = markdown(replace(found, errors=errors))
    assert len(written) <= LONGEST
    assert errors[0] in written
    lost = re.search(r"… and (\d+) more lines of the errors, on the page", written)
    assert lost
    assert f"{lost[1]} lines of the errors" in written.splitlines()[2]
    assert "None." not in written
    for each in found.findings:
        assert each.detail in written
    for effect in found.effects:
        assert effect.text.replace("https:", "https&#58;") in written


WORDS = st.sampled_from(["a", "#" * 300, "`" * 90, "word " * 1000, "😀|" * 40, "a\nb", "<b>@x"])
SIZES = st.sampled_from([0, 1, 3, 61, 170, 400])


def any_report(size: Callable[[], int], word: Callable[[], str]) -> Report:
    """Lists of any length, and any text in them."""
    base = page_reports.report(lambda text: text if text in page_reports.FIXED_WORDS else f"{text} {word()}")

    def grown(found: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(itertools.islice(itertools.cycle(found), size()))

    lists = ("effects", "errors", "warnings", "rows", "altered", "timeline", "findings", "judging", "removals", "notes")
    policies = tuple(replace(each, lines=grown(each.lines[:5]) if each.lines else ()) for each in base.policies)
    picture = replace(base.picture, nodes=grown(base.picture.nodes))
    lengths = {name: grown(getattr(base, name)) for name in lists}
    found = replace(base, policies=grown(policies), picture=picture, **lengths)
    return replace(found, standing=tuple(standing(found.findings)))


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_whatever_is_long_the_comment_fits_and_holds_what_matters_most(data: st.DataObject) -> None:
    found = any_report(lambda: data.draw(SIZES), lambda: data.draw(WORDS))
    written = markdown(found)
    assert len(written) <= LONGEST
    assert plain(found.headline)[:200] in written
    assert not found.errors or found.errors[0].replace("\n", " ")[:200] in written
    if found.effects:
        worst = max(found.effects, key=lambda each: each.level)
        assert plain(told(worst))[:200] in written
    assert ("None." in written) == (not found.findings)
    counts = Counter((each.state, each.waived, each.severity) for each in found.findings)
    for (_, _, severity), count in counts.items():
        assert f"{count} {severity}" in written
    moving = [each for each in found.findings if each.state not in STANDING and not each.waived]
    if moving:
        worst_one = max(moving, key=lambda each: (each.state == "new", Severity.of(each.severity)))
        assert plain(worst_one.detail, 1200)[:200] in written
    for what in re.findall(r"… and (\d+ more [a-z ]+)(?:, on the page|\n)", written):
        assert what.split(" more ")[1].strip() in written.splitlines()[2]


@settings(deadline=None)
@given(st.data())
def test_sections_fit_and_what_is_missing_is_counted(data: st.DataObject) -> None:
    texts = st.text("ab", max_size=30)
    inner = st.builds(
        lambda head, items, least: Section(what="inner", head=(head,), items=tuple(items), least=least),
        texts,
        st.lists(texts, max_size=8),
        st.integers(0, 2),
    )
    made = data.draw(
        st.lists(
            st.builds(
                lambda items, least: Section(what="outer", head=("x",), items=tuple(items), least=least),
                st.lists(texts | inner, max_size=8),
                st.integers(0, 2),
            ),
            max_size=5,
        )
    )
    lines, missing = fitted(made, 3000)
    assert sum(len(each) + 1 for each in lines) <= 3000
    said = Counter[str]()
    for count, what in re.findall(r"… and (\d+) more (\w+), on the page", "\n".join(lines)):
        said[what] += int(count)
    assert said == missing
