"""The settings of a stack: its environment, severities, and waivers that accept one finding for a while."""

from datetime import date
from typing import Any

import pytest
from rule_resources import NOW, backend, findings

from rules.judge import RULE_IDS
from rules.settings import SettingsError, environment_of, read
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
    ({"waivers": [WAIVER | {"until": "soon"}]}, ["waivers.0.until", "'soon'"]),
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
