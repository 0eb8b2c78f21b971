"""The settings of a stack: its environment, severities, and waivers that accept one finding for a while."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_resources import NOW, backend, findings

from rules.judge import RULE_IDS
from rules.settings import SettingsError, Waiver, environment_of, read
from rules.severity import Severity

RULE = "chain-validation-off"
LEGACY = backend("legacy", tls={"validateCertificateChain": False})
OTHER = backend("other", tls={"validateCertificateChain": False})
WAIVER = {"rule": RULE, "resource": "legacy", "owner": "team", "reason": "old appliance", "until": "2026-11-24"}


@pytest.mark.parametrize(
    ("stack", "environment"),
    [
        ("prod", "production"),
        ("production", "production"),
        ("eu-prod-2", "production"),
        ("org.live", "production"),
        ("staging", "staging"),
        ("prod-staging", "staging"),
        ("uat", "staging"),
        ("dev", "development"),
        ("product", "development"),
        ("stagecoach", "development"),
        ("", "development"),
    ],
)
def test_the_environment_is_read_from_the_name_of_the_stack(stack: str, environment: str) -> None:
    assert environment_of(stack) == environment
    assert read(None, stack=stack, rule_ids=RULE_IDS).environment == environment


def test_a_waiver_accepts_one_rule_for_one_resource_until_its_last_day() -> None:
    found = {each.resource.name: each for each in findings(RULE, LEGACY, OTHER, waivers=[WAIVER])}
    assert found["legacy"].waiver is not None
    assert found["legacy"].waiver.owner == "team"
    assert found["other"].waiver is None


def test_a_waiver_names_the_resource_by_its_urn_too() -> None:
    (found,) = findings(RULE, LEGACY, waivers=[WAIVER | {"resource": LEGACY.urn}])
    assert found.waiver is not None


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("leg*", {"legacy"}),
        ("?egacy", {"legacy"}),
        ("*e?*", {"legacy", "other"}),
        ("leg[a]cy", {}),
        ("LEG*", {}),
        ("urn:*::leg*", {"legacy"}),
        ("urn:pulumi:test::project::azure-native:apimanagement:Backend::*e*", {"legacy", "other"}),
        ("*::legacy", {}),
    ],
)
def test_a_pattern_accepts_one_rule_for_several_resources(pattern: str, covered: set[str]) -> None:
    found = findings(RULE, LEGACY, OTHER, waivers=[WAIVER | {"resource": pattern}])
    assert {each.resource.name for each in found if each.waiver} == set(covered)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=12))
def test_a_pattern_without_signs_means_exactly_itself(name: str) -> None:
    waiver = Waiver.model_construct(rule=RULE, resource=name)
    assert waiver.covers(RULE, "urn:pulumi:x", name) or name.startswith("urn:")
    assert not waiver.covers(RULE, "urn:pulumi:x", f"{name}x") or set(name) & set("*?")


@pytest.mark.parametrize(
    ("until", "days", "counts"),
    [
        ("2027-11-24", 365, True),
        ("2027-11-25", 365, False),
        ("2999-12-31", 365, False),
        ("2026-12-24", 30, True),
        ("2026-12-25", 30, False),
    ],
)
def test_a_waiver_that_ends_later_than_a_waiver_may_does_not_count(until: str, days: int, counts: bool) -> None:
    (found,) = findings(RULE, LEGACY, waivers=[WAIVER | {"until": until}], maxWaiverDays=days)
    assert (found.waiver is not None, found.overlong is not None) == (counts, not counts)


def test_one_that_ends_in_time_counts_beside_one_that_does_not() -> None:
    (found,) = findings(RULE, LEGACY, waivers=[WAIVER | {"until": "2999-12-31"}, WAIVER])
    assert found.waiver is not None


def test_after_its_end_the_finding_is_back_and_says_whose_waiver_ended() -> None:
    (found,) = findings(RULE, LEGACY, waivers=[WAIVER | {"until": "2026-11-23"}])
    assert found.waiver is None
    assert found.lapsed is not None
    assert found.lapsed.until == date(2026, 11, 23)


@pytest.mark.parametrize(("wanted", "severity"), [("low", Severity.LOW), ("critical", Severity.CRITICAL)])
def test_a_stack_may_want_another_severity(wanted: str, severity: Severity) -> None:
    assert [each.severity for each in findings(RULE, LEGACY, severities={RULE: wanted})] == [severity]


def test_a_rule_may_be_off() -> None:
    assert findings(RULE, LEGACY, severities={RULE: "off"}) == []


WRONG: list[tuple[Any, list[str]]] = [
    ("no JSON", ["got no JSON"]),
    ([], ["got list"]),
    ({"colour": "red", "environment": "moon"}, ["review.colour", "review.environment", "'moon'"]),
    ({"expiryDays": {"high": -1}}, ["review.expiryDays.high", "-1"]),
    ({"waivers": [{}]}, [f"waivers.0.{each}" for each in ("rule", "resource", "owner", "reason", "until")]),
    ({"waivers": [WAIVER | {"until": "soon"}]}, ["waivers.0.until", "'soon'", "allowed: a day, as 2027-03-31"]),
    ({"waivers": [WAIVER | {"until": 86400}]}, ["waivers.0.until", "86400", "allowed: a day"]),
    ({"waivers": [WAIVER | {"until": "2027-02-30"}]}, ["waivers.0.until", "2027-02-30"]),
    ({"waivers": [WAIVER | {"until": datetime(2027, 1, 1, tzinfo=UTC)}]}, ["waivers.0.until", "allowed: a day"]),
    ({"waivers": ["all of them"]}, ["waivers.0: got 'all of them'"]),
    *(
        ({"waivers": [WAIVER | {"resource": each}]}, ["waivers.0.resource", each, "says more than * and ?"])
        for each in ("*", "**", "?*", "urn:*", "urn:pulumi:test::project::*::*")
    ),
    ({"maxWaiverDays": 0}, ["review.maxWaiverDays", "0"]),
    ({"maxWaiverDays": 4000}, ["review.maxWaiverDays", "4000"]),
    ({"waivers": [WAIVER | {"reason": "  "}]}, ["waivers.0.reason"]),
    ({"waivers": [WAIVER | {"rule": "no-such"}], "severities": {"nor-this": "low"}}, ["'no-such'", "'nor-this'", RULE]),
    ({"now": "2020-01-01"}, ["review.now"]),
]


@pytest.mark.parametrize(("given", "parts"), WRONG)
def test_wrong_settings_are_all_said_at_once(given: Any, parts: list[str]) -> None:
    with pytest.raises(SettingsError) as raised:
        read(given, stack="dev", rule_ids=RULE_IDS, now=NOW)
    for part in parts:
        assert part in str(raised.value)
