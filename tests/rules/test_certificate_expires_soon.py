"""The nearer the end of a certificate, the worse; each step begins with its day."""

from datetime import timedelta
from typing import Any

import pytest
from rule_resources import NOW, findings, pfx_certificate

from rules.severity import Severity

SECOND = timedelta(seconds=1)


def ends_in(left: timedelta) -> Any:
    return pfx_certificate(outputs={"expirationDate": (NOW + left).isoformat()})


@pytest.mark.parametrize("left", [timedelta(days=61), timedelta(days=60) + SECOND, timedelta(days=4000)])
def test_a_certificate_with_time_left_is_fine(left: timedelta) -> None:
    assert findings("certificate-expires-soon", ends_in(left)) == []


@pytest.mark.parametrize(
    ("left", "severity"),
    [
        (timedelta(days=60), Severity.LOW),
        (timedelta(days=30) + SECOND, Severity.LOW),
        (timedelta(days=30), Severity.MEDIUM),
        (timedelta(days=7) + SECOND, Severity.MEDIUM),
        (timedelta(days=7), Severity.HIGH),
        (SECOND, Severity.HIGH),
    ],
)
@pytest.mark.parametrize("environment", ["development", "production"])
def test_each_step_begins_with_its_day(left: timedelta, severity: Severity, environment: str) -> None:
    found = findings("certificate-expires-soon", ends_in(left), environment=environment)
    assert [each.severity for each in found] == [severity]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2), "2 days from now"),
        (timedelta(days=1), "1 day from now"),
        (SECOND, "less than a day from now"),
    ],
)
def test_it_says_how_long(left: timedelta, words: str) -> None:
    assert findings("certificate-expires-soon", ends_in(left))[0].detail.endswith(words)


def test_the_stack_says_when() -> None:
    days = {"low": 400, "medium": 2, "high": 0}
    found = findings("certificate-expires-soon", ends_in(timedelta(days=3)), expiryDays=days)
    assert [each.severity for each in found] == [Severity.LOW]
    assert findings("certificate-expires-soon", ends_in(timedelta(days=401)), expiryDays=days) == []


def test_any_number_of_days_is_counted() -> None:
    found = findings("certificate-expires-soon", ends_in(timedelta(days=3)), expiryDays={"low": 10**400})
    assert [each.severity for each in found] == [Severity.HIGH]


@pytest.mark.parametrize("left", [timedelta(0), -SECOND])
def test_an_expired_one_is_another_rules(left: timedelta) -> None:
    assert findings("certificate-expires-soon", ends_in(left)) == []


@pytest.mark.parametrize("moment", [None, "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"])
def test_an_end_that_is_not_known_is_no_finding(moment: str | None) -> None:
    assert findings("certificate-expires-soon", pfx_certificate(outputs={"expirationDate": moment})) == []
