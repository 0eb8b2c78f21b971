"""Whatever is no secret's URL is found, with the right one where it can be known."""

from typing import Any

import pytest
from rule_resources import entity, findings, vault_certificate

from rules.severity import Severity

VERSION = "0123456789abcdef0123456789abcdef"


def named(url: Any) -> Any:
    return vault_certificate(vault={"secretIdentifier": url})


@pytest.mark.parametrize(
    "url",
    [
        "https://kv.vault.azure.net/secrets/orders",
        "https://kv.vault.azure.net/Secrets/orders/",
        f"https://kv.vault.azure.net/secrets/orders/{VERSION}",
        "https://kv.vault.azure.cn//secrets/orders",
        "https://kv1.localhost:8443/secrets/orders",
    ],
)
def test_a_secrets_url_is_fine(url: str) -> None:
    assert findings("certificate-not-a-secret-url", named(url)) == []


@pytest.mark.parametrize("version", ["", "/", f"/{VERSION}"])
def test_of_a_certificates_url_it_names_the_secrets(version: str) -> None:
    found = findings("certificate-not-a-secret-url", named(f"https://kv.vault.azure.net/certificates/orders{version}"))
    assert [each.severity for each in found] == [Severity.HIGH]
    assert found[0].detail.endswith("use https://kv.vault.azure.net/secrets/orders")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://kv.vault.azure.net/keys/orders", "the URL of a key"),
        ("https://kv.vault.azure.net/secrets/orders/latest", "use https://kv.vault.azure.net/secrets/orders"),
        ("https://kv.privatelink.vaultcore.azure.net/secrets/o", "use https://kv.vault.azure.net/secrets/o"),
        ("https://kv.vault.azure.net/", "not that of a Key Vault secret"),
        ("http://kv.vault.azure.net/secrets/orders", "not named by its URL"),
        ("orders", "not named by its URL"),
        ("https://[", "not named by its URL"),
    ],
)
def test_what_cannot_be_read_is_found(url: str, words: str) -> None:
    found = findings("certificate-not-a-secret-url", named(url), environment="development")
    assert [each.severity for each in found] == [Severity.HIGH]
    assert words in found[0].detail


def test_credentials_and_a_query_are_never_shown() -> None:
    for url in ("https://me:hunter2@kv.vault.azure.net/secrets/o", "https://kv.vault.azure.net/secrets/o?sig=hunter2"):
        assert "hunter2" not in findings("certificate-not-a-secret-url", named(url))[0].detail


@pytest.mark.parametrize(
    "vault", [None, "04da6b54-80e4-46f7-96ec-b56ff0331ba9", [], {"secretIdentifier": "[secret]"}, {}]
)
def test_what_is_not_known_is_no_finding(vault: Any) -> None:
    assert findings("certificate-not-a-secret-url", entity("Certificate", "orders", keyVault=vault)) == []
