"""Only the URL of a Key Vault secret without a version is taken; anything else is refused with the URL to use."""

import pytest

from components import secret_identifier
from components.errors import SecretIdentifierError

VERSION = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("host", ["kv.vault.azure.net", "kv.vault.azure.cn", "kv.localhost:8443"])
def test_a_secret_without_version_is_taken(host: str) -> None:
    read = secret_identifier.parse(f"https://{host}/secrets/orders/")
    assert (read.url, read.vault, read.name, read.version) == (f"https://{host}/secrets/orders", "kv", "orders", None)


def test_a_version_is_taken_only_when_the_pin_is_meant() -> None:
    url = f"https://kv.vault.azure.net/secrets/orders/{VERSION}"
    assert secret_identifier.parse(url, pinned=True).version == VERSION
    with pytest.raises(SecretIdentifierError, match="would never follow a renewal"):
        secret_identifier.parse(url)


@pytest.mark.parametrize(
    ("url", "what", "fix"),
    [
        (
            "https://kv.vault.azure.net/certificates/orders",
            "APIM reads Key Vault secrets only, and this is the URL of a certificate",
            "use https://kv.vault.azure.net/secrets/orders",
        ),
        (
            f"https://kv.vault.azure.net/certificates/orders/{VERSION}",
            "APIM reads Key Vault secrets only, and this is the URL of a certificate",
            "use https://kv.vault.azure.net/secrets/orders",
        ),
        (
            "https://kv.vault.azure.net/keys/orders",
            "APIM reads Key Vault secrets only, and this is the URL of a key",
            "create a certificate in the vault and name its secret here",
        ),
        (
            "https://kv.vault.azure.net/secrets/orders/latest",
            "The version of the Key Vault secret is malformed",
            "use https://kv.vault.azure.net/secrets/orders",
        ),
        (
            "http://kv.vault.azure.net/secrets/orders",
            "The Key Vault secret is not named by its URL",
            "copy the secret identifier from the vault",
        ),
        ("orders", "The Key Vault secret is not named by its URL", "copy the secret identifier from the vault"),
        (
            "https://kv.vault.azure.net/secrets/",
            "The URL is not that of a Key Vault secret",
            "copy the secret identifier from the vault",
        ),
    ],
)
def test_anything_else_is_refused_with_the_fix(url: str, what: str, fix: str) -> None:
    with pytest.raises(SecretIdentifierError) as caught:
        secret_identifier.parse(url)
    assert (caught.value.problem.what, caught.value.problem.got, caught.value.problem.fix) == (what, url, fix)
