"""A certificate whose start has not come is found, with the start; the very second is the start."""

from datetime import timedelta
from typing import Any

import pytest
from rule_resources import NOW, findings, pfx_certificate, resource

from rules.severity import Severity

COMPONENT = "backend-mtls:index:ClientCertificate"


def certificate(not_before: Any) -> Any:
    component = resource(COMPONENT, "orders", notBefore=not_before)
    return component, pfx_certificate(parent=component.urn)


def test_a_certificate_that_is_valid_is_fine() -> None:
    assert findings("certificate-not-yet-valid", *certificate((NOW - timedelta(days=1)).isoformat())) == []


def test_one_with_a_later_start_is_critical() -> None:
    found = findings("certificate-not-yet-valid", *certificate("2026-12-01T08:30:00+00:00"), environment="staging")
    assert [(each.severity, each.detail) for each in found] == [
        (Severity.CRITICAL, "Certificate legacy is valid from 2026-12-01 08:30 UTC only"),
    ]


@pytest.mark.parametrize(("seconds", "count"), [(-1, 0), (0, 0), (1, 1)])
def test_the_start_itself_is_valid(seconds: int, count: int) -> None:
    start = (NOW + timedelta(seconds=seconds)).isoformat()
    assert len(findings("certificate-not-yet-valid", *certificate(start))) == count


@pytest.mark.parametrize("start", [None, "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", 7])
def test_a_start_that_is_not_known_is_no_finding(start: Any) -> None:
    assert findings("certificate-not-yet-valid", *certificate(start)) == []
