"""A certificate whose end has come is found, at the very second, wherever the end is known from."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from certificates import make
from rule_resources import NOW, findings, pfx_certificate, resource, vault_certificate

from rules.severity import Severity


def ends(moment: datetime | str | None) -> Any:
    text = moment.isoformat() if isinstance(moment, datetime) else moment
    return pfx_certificate(outputs={"expirationDate": text})


def test_a_certificate_with_a_future_is_fine() -> None:
    assert findings("certificate-expired", ends(NOW + timedelta(days=400))) == []


def test_an_expired_one_is_critical() -> None:
    found = findings("certificate-expired", ends(NOW - timedelta(days=1)), environment="development")
    assert [(each.severity, each.detail) for each in found] == [
        (Severity.CRITICAL, "Certificate legacy expired on 2026-11-23 12:00 UTC"),
    ]


@pytest.mark.parametrize(("seconds", "count"), [(-1, 1), (0, 1), (1, 0)])
def test_the_end_itself_is_past(seconds: int, count: int) -> None:
    assert len(findings("certificate-expired", ends(NOW + timedelta(seconds=seconds)))) == count


@pytest.mark.parametrize("moment", [None, "soon", "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", 5, []])
def test_an_end_that_is_not_known_is_no_finding(moment: Any) -> None:
    assert findings("certificate-expired", pfx_certificate(outputs={"expirationDate": moment})) == []


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_an_end_that_no_clock_reaches_is_no_finding(moment: str) -> None:
    assert findings("certificate-expired", ends(moment)) == []


def test_another_time_zone_is_converted() -> None:
    found = findings("certificate-expired", ends("2026-11-24T13:00:00+02:00"))
    assert "2026-11-24 11:00 UTC" in found[0].detail


@pytest.mark.parametrize(("days", "count"), [(-1, 1), (1, 0)])
def test_a_pfx_in_plain_text_says_it_itself(days: int, count: int) -> None:
    end = NOW + timedelta(days=days)
    made = make(starts_in=end - timedelta(days=30) - datetime.now(UTC), lasts=timedelta(days=30))
    certificate = resource("apimanagement:Certificate", serviceName="apim", data=made.base64())
    assert len(findings("certificate-expired", certificate)) == count


def test_what_key_vault_holds_now_counts() -> None:
    url = "https://kv.vault.azure.net/secrets/orders"
    renewals = {url: {"thumbprint": "CD" * 20, "notAfter": (NOW + timedelta(days=90)).isoformat()}}
    outputs = {"thumbprint": "AB" * 20, "expirationDate": (NOW - timedelta(days=1)).isoformat()}
    assert len(findings("certificate-expired", vault_certificate(outputs=outputs))) == 1
    assert findings("certificate-expired", vault_certificate(outputs=outputs), renewals=renewals) == []
