"""A PFX or a password that is no secret is found, and never shown."""

import pytest
from rule_resources import findings, pfx_certificate, vault_certificate

from rules.severity import Severity


@pytest.mark.parametrize("environment", ["development", "staging", "production"])
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"data": "UEZY"}, "`data` is no secret"),
        ({"password": "hunter2"}, "`password` is no secret"),
        ({"data": "UEZY", "password": "hunter2"}, "`data` and `password` are no secrets"),
    ],
)
def test_plain_text_is_critical_everywhere(environment: str, given: dict[str, str], named: str) -> None:
    found = findings("plain-key-material", pfx_certificate(**given), environment=environment)
    assert [each.severity for each in found] == [Severity.CRITICAL]
    assert named in found[0].detail


def test_the_value_is_never_shown() -> None:
    found = findings("plain-key-material", pfx_certificate(data="UEZYUEZY", password="hunter2"))
    assert "UEZY" not in repr([(each.detail, each.key) for each in found])
    assert "hunter2" not in repr([(each.detail, each.key) for each in found])


@pytest.mark.parametrize("password", ["[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", None, ""])
def test_a_secret_an_unknown_and_no_password_are_fine(password: str | None) -> None:
    assert findings("plain-key-material", pfx_certificate(password=password)) == []


def test_a_secret_of_a_state_is_one() -> None:
    encrypted = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    assert findings("plain-key-material", pfx_certificate(data=encrypted, password=encrypted)) == []


def test_a_certificate_in_key_vault_has_none() -> None:
    assert findings("plain-key-material", vault_certificate()) == []
