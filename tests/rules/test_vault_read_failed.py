"""What Azure said of its last reading is found, in one line; what it said of another secret is not."""

from typing import Any

import pytest
from rule_resources import findings, pfx_certificate, vault_certificate

from rules.severity import Severity

URL = "https://kv.vault.azure.net/secrets/orders"


def certificate(status: Any, url: str | None = URL) -> Any:
    return vault_certificate(outputs={"keyVault": {"secretIdentifier": url, "lastStatus": status}})


@pytest.mark.parametrize("code", ["Success", "success"])
def test_a_reading_that_worked_is_fine(code: str) -> None:
    assert findings("vault-read-failed", certificate({"code": code, "message": "ok"})) == []


def test_one_that_failed_is_high() -> None:
    found = findings("vault-read-failed", certificate({"code": "Forbidden", "message": "no\r\n  access"}))
    assert [(each.severity, each.detail) for each in found] == [
        (Severity.HIGH, "Certificate orders could not be read: Forbidden: no access"),
    ]


def test_without_a_message_there_is_the_code() -> None:
    assert findings("vault-read-failed", certificate({"code": "Forbidden"}))[0].detail.endswith("read: Forbidden")


@pytest.mark.parametrize(("length", "ends"), [(189, "xx"), (190, "x…"), (5000, "x…")])
def test_a_long_message_is_cut(length: int, ends: str) -> None:
    found = findings("vault-read-failed", certificate({"code": "Forbidden", "message": "x" * length}))
    said = found[0].detail.partition("read: ")[2]
    assert len(said) == 200
    assert said.endswith(ends)


def test_what_was_said_of_the_secret_before_is_past() -> None:
    failed = {"code": "Forbidden", "message": "no access"}
    assert findings("vault-read-failed", certificate(failed, url="https://kv.vault.azure.net/secrets/old")) == []
    assert len(findings("vault-read-failed", certificate(failed, url=None))) == 1


@pytest.mark.parametrize(
    "status", [None, {}, {"code": None}, {"code": ""}, {"code": "[secret]"}, "04da6b54-80e4-46f7-96ec-b56ff0331ba9", 5]
)
def test_what_is_not_known_is_no_finding(status: Any) -> None:
    assert findings("vault-read-failed", certificate(status)) == []
    assert findings("vault-read-failed", pfx_certificate(), vault_certificate()) == []
