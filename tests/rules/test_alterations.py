"""What differs between two settings, and whether it forgives more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_resources import settings

from rules.alterations import alterations
from rules.judge import RULE_IDS

WAIVER = {"rule": "inline-pfx", "resource": "legacy", "owner": "a", "reason": "b", "until": "2026-12-31"}


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, bool]]:
    """(text, laxer) of each."""
    return [(each.text, each.laxer) for each in alterations(settings(**before), settings(**after))]


LAXER: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"environment": "production"}, {"environment": "staging"}, "environment: production → staging"),
    ({}, {"severities": {"inline-pfx": "off"}}, "severity of inline-pfx: high (its own) → off"),
    ({"severities": {"inline-pfx": "critical"}}, {}, "severity of inline-pfx: critical → high (its own)"),
    ({}, {"severities": {"inline-pfx": "low"}}, "severity of inline-pfx: high (its own) → low"),
    ({}, {"expiryDays": {"high": 3}}, "expiryDays.high: 7 → 3"),
    ({}, {"maxWaiverDays": 1000}, "maxWaiverDays: 365 → 1000"),
    ({}, {"waivers": [WAIVER]}, "new waiver of inline-pfx on legacy until 2026-12-31, by a: b"),
    (
        {"waivers": [WAIVER]},
        {"waivers": [WAIVER | {"until": "2027-12-31"}]},
        "waiver of inline-pfx: on legacy until 2026-12-31, by a: b → on legacy until 2027-12-31, by a: b",
    ),
    (
        {"waivers": [WAIVER]},
        {"waivers": [WAIVER | {"resource": "legacy-*"}]},
        "waiver of inline-pfx: on legacy until 2026-12-31, by a: b → on legacy-* until 2026-12-31, by a: b",
    ),
]


@pytest.mark.parametrize(("before", "after", "text"), LAXER)
def test_what_forgives_more_is_laxer(before: dict[str, Any], after: dict[str, Any], text: str) -> None:
    assert told(before, after) == [(text, True)]


@pytest.mark.parametrize(("before", "after"), [each[:2] for each in LAXER if "resource" not in str(each[2])][:8])
def test_the_way_back_is_told_too_and_is_not(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert [laxer for _, laxer in told(after, before)] == [False]


def test_what_forgives_more_stands_first() -> None:
    before = {"environment": "staging", "severities": {"inline-pfx": "high"}}
    after = {"environment": "production", "severities": {"inline-pfx": "off"}}
    assert [laxer for _, laxer in told(before, after)] == [True, False]


def test_a_severity_that_says_what_the_rule_says_is_no_alteration() -> None:
    assert told({}, {"severities": {"chain-validation-off": "high"}}) == []


SETTINGS = st.fixed_dictionaries(
    {
        "environment": st.sampled_from(["development", "staging", "production"]),
        "severities": st.dictionaries(st.sampled_from(sorted(RULE_IDS)), st.sampled_from(["off", "low", "critical"])),
        "waivers": st.lists(
            st.builds(lambda rule, until: WAIVER | {"rule": rule, "until": until}, st.sampled_from(sorted(RULE_IDS)),
                      st.dates().map(str)), max_size=3
        ),
        "maxWaiverDays": st.integers(1, 1096),
    }
)  # fmt: skip


@given(SETTINGS, SETTINGS)
def test_nothing_differs_from_itself_and_every_difference_is_told(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert told(one, one) == []
    first, second = settings(**one), settings(**other)
    differs = (first.environment, first.waivers, first.max_waiver_days) != (
        second.environment,
        second.waivers,
        second.max_waiver_days,
    )
    only_order = sorted(map(str, first.waivers)) == sorted(map(str, second.waivers))
    if differs and not only_order:
        assert told(one, other)
