"""No value of a key that may hold a secret is repeated, wherever somebody put it; and what cannot be seen is named."""

import copy
from pathlib import Path
from typing import Any

import pytest
from backend_mtls.arguments import ArgumentsError
from backend_mtls.configuration import schema, secret_keys, settings
from certificates import make
from configurations import CLIENT, PASSWORD, VALID

SECRET = "MIIJqQIBAzCCCW8GCSqGSIb3DQEHAaCC"
URL = "https://gateway:s3cr3t/pa#ss@orders.example.com"


def at(path: str, value: Any) -> dict[str, Any]:
    """The valid configuration with a value at the path."""
    values: dict[str, Any] = copy.deepcopy(VALID)
    *parents, last = path.split("/")
    target = values
    for each in parents:
        target = target.setdefault(each, {})
    target[last] = value
    return values


def refusal(tmp_path: Path, values: dict[str, Any]) -> str:
    (tmp_path / "legacy.pfx").write_bytes(CLIENT.pfx(PASSWORD))
    (tmp_path / "ca.pem").write_bytes(make("ca", ca=True).pem)
    with pytest.raises(ArgumentsError) as error:
        settings.parse(values, project=tmp_path, subscription_id="00000000-0000-4000-8000-000000000001")
    return str(error.value)


@pytest.mark.parametrize(
    "path",
    [
        "certificates/legacy/pfx",
        "certificates/legacy/pfx/file",
        "certificates/legacy",
        "certificates",
        "apis/orders/backend/proxy",
        "apis/orders/backend/credentials",
        "apis/orders/backend/credentials/headers",
        "apis/orders/backend/credentials/authorization",
        "apis/orders/backend",
        "apis/orders",
        "apis",
        "service/caCertificates",
    ],
)
@pytest.mark.parametrize("given", [SECRET * 20, [SECRET * 20]], ids=["text", "list"])
def test_a_secret_one_level_too_high_is_not_shown(tmp_path: Path, path: str, given: object) -> None:
    text = refusal(tmp_path, at(path, given))
    assert SECRET not in text
    assert path.replace("/", ".") in text


@pytest.mark.parametrize(
    "path",
    ["certificates/legacy/pfx", "apis/orders/backend/credentials", "apis/orders/backend/credentials/authorization"],
)
def test_a_secret_in_place_of_a_key_is_not_shown(tmp_path: Path, path: str) -> None:
    text = refusal(tmp_path, at(f"{path}/{SECRET}", "x"))
    assert SECRET not in text
    assert f"got:     [secret], {len(SECRET)} characters" in text


def test_a_word_in_place_of_a_key_is_shown_only_where_no_secret_belongs(tmp_path: Path) -> None:
    text = refusal(tmp_path, at("certificates/legacy/pfx/Sommerwiese", "x"))
    assert "Sommerwiese" not in text
    assert "got:     [secret], 11 characters" in text
    assert "where:   service.colour" in refusal(tmp_path, at("service/colour", "red"))


def test_a_key_that_is_misspelled_is_shown_with_what_was_meant(tmp_path: Path) -> None:
    text = refusal(tmp_path, at("certificates/legacy/pfx/passwort", "hunter2"))
    assert "hunter2" not in text
    assert "where:   certificates.legacy.pfx.passwort" in text
    assert "fix:     write password" in text


@pytest.mark.parametrize("value", ["x", [1.5], [{"a": "b"}]])
def test_the_name_of_a_header_is_not_shown(tmp_path: Path, value: object) -> None:
    text = refusal(tmp_path, at(f"apis/orders/backend/credentials/headers/{SECRET}", value))
    assert SECRET not in text
    assert "apis.orders.backend.credentials.headers.<name>" in text


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("apis/orders/backend/url", URL),
        ("apis/orders/backend/url", "gateway:s3cr3t@orders.example.com"),
        ("apis/orders/backend/url", "https:/gateway:s3cr3t@orders"),
        ("apis/orders/backend/proxy/url", URL.replace("https", "http")),
        ("apis/orders/backend/proxy/url", "gateway:s3cr3t@proxy:3128"),
        ("apis/orders/backend/proxy/url", "http://proxy:3128/?key=s3cr3t"),
    ],
)
def test_a_url_with_a_user_is_not_shown(tmp_path: Path, path: str, url: str) -> None:
    text = refusal(tmp_path, at(path, url))
    assert "s3cr3t" not in text
    assert "pa#ss" not in text


def test_what_is_no_secret_is_shown(tmp_path: Path) -> None:
    assert "got:     'perhaps'" in refusal(tmp_path, at("apis/orders/existing", "perhaps"))
    assert secret_keys.may_hold_one(schema.Stack, ("apis", "orders", "existing")) is False
    assert secret_keys.may_hold_one(schema.Stack, ("service", "name")) is False


def test_a_name_that_is_called_like_a_key_is_a_name() -> None:
    assert secret_keys.may_hold_one(schema.Stack, ("certificates", "pfx", "certificateId")) is False
    assert secret_keys.may_hold_one(schema.Stack, ("certificates", "adopt", "pfx", "data")) is True


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("apis/orders/path", "orders\u200e", "'orders<U+200E LEFT-TO-RIGHT MARK>'"),
        ("apis/orders/certificate", "orders\u00a0", "orders<U+00A0 NO-BREAK SPACE>"),
        ("service/name", "apim\ufeff", "<U+FEFF ZERO WIDTH NO-BREAK SPACE>"),
        ("apis/orders/backend/protocol", "ht\u200btp", "ht<U+200B ZERO WIDTH SPACE>tp"),
    ],
)
def test_a_character_that_cannot_be_seen_is_named(tmp_path: Path, path: str, value: str, named: str) -> None:
    assert named in refusal(tmp_path, at(path, value))
