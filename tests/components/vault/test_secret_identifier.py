"""The URL of a Key Vault secret, or of its certificate, is taken; anything else is refused with what to use instead."""

from dataclasses import replace

import pytest
from backend_mtls.errors import SecretIdentifierError
from backend_mtls.vault import secret_identifier
from backend_mtls.vault.secret_identifier import SecretIdentifier
from hypothesis import given
from hypothesis import strategies as st

VERSION = "0123456789abcdef0123456789abcdef"
ORDERS = SecretIdentifier(
    url="https://kv.vault.azure.net/secrets/orders",
    vault="kv",
    vault_url="https://kv.vault.azure.net",
    name="orders",
    version=None,
)
PINNED = replace(ORDERS, url=f"{ORDERS.url}/{VERSION}", version=VERSION)


def at(host: str, vault: str = "kv") -> SecretIdentifier:
    return replace(ORDERS, url=f"https://{host}/secrets/orders", vault=vault, vault_url=f"https://{host}")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://kv.vault.azure.net/secrets/orders", ORDERS),
        ("https://kv.vault.azure.net/secrets/orders/", ORDERS),
        ("https://kv.vault.azure.net/certificates/orders", ORDERS),
        ("https://kv.vault.azure.net/certificates/orders/", ORDERS),
        ("https://kv.vault.azure.net:443/secrets/orders", ORDERS),
        ("HTTPS://KV.Vault.Azure.NET/Secrets/orders", ORDERS),
        ("https://my-kv-1.vault.azure.cn/secrets/orders", at("my-kv-1.vault.azure.cn", "my-kv-1")),
        ("https://kv.vault.usgovcloudapi.net/certificates/orders", at("kv.vault.usgovcloudapi.net")),
        ("https://kv.localhost:8443/secrets/orders", at("kv.localhost:8443")),
        (
            "https://kv.vault.azure.net/secrets/Orders-2",
            replace(ORDERS, url="https://kv.vault.azure.net/secrets/Orders-2", name="Orders-2"),
        ),
    ],
)
def test_a_secret_or_certificate_without_version_is_taken(url: str, expected: SecretIdentifier) -> None:
    assert secret_identifier.parse(url) == expected
    assert secret_identifier.parse(url, pinned=True) == expected


@pytest.mark.parametrize("kind", ["secrets", "certificates"])
@pytest.mark.parametrize("version", [VERSION, VERSION.upper(), VERSION + "/"])
def test_a_version_is_taken_only_when_the_pin_is_meant(kind: str, version: str) -> None:
    url = f"https://kv.vault.azure.net/{kind}/orders/{version}"
    assert secret_identifier.parse(url, pinned=True) == PINNED
    with pytest.raises(SecretIdentifierError, match="would never follow a renewal"):
        secret_identifier.parse(url)


NOT_BY_URL = "The Key Vault secret is not named by its URL"
NOT_A_SECRET = "The URL is not that of a Key Vault secret"
NOT_A_VAULT = "The host in the URL is not that of a Key Vault"
COPY = "copy the secret identifier from the vault"
REFUSALS = [
    ("", NOT_BY_URL, COPY),
    ("orders", NOT_BY_URL, COPY),
    ("http://kv.vault.azure.net/secrets/orders", NOT_BY_URL, COPY),
    ("https://", NOT_BY_URL, COPY),
    ("https:///secrets/orders", NOT_BY_URL, COPY),
    ("https://kv.vault.azure.net:x/secrets/orders", NOT_BY_URL, COPY),
    ("https://kv.vault.azure.net:0/secrets/orders", NOT_BY_URL, COPY),
    ("https://[::1/secrets/orders", NOT_BY_URL, COPY),
    ("https://kv.vault.azure.net/secrets/orders?api-version=7.4", NOT_BY_URL, COPY),
    ("https://kv.vault.azure.net/secrets/orders?", NOT_BY_URL, COPY),
    ("https://kv.vault.azure.net/secrets/orders#", NOT_BY_URL, COPY),
    ("https://kv.vault.azure.net/secrets/or\nders", NOT_BY_URL, COPY),
    (" https://kv.vault.azure.net/secrets/orders", NOT_BY_URL, COPY),
    ("https://kv/secrets/orders", NOT_A_VAULT, COPY),
    ("https://127.0.0.1/secrets/orders", NOT_A_VAULT, COPY),
    ("https://[::1]/secrets/orders", NOT_A_VAULT, COPY),
    ("https://k--v.vault.azure.net/secrets/orders", NOT_A_VAULT, COPY),
    ("https://kv-.vault.azure.net/secrets/orders", NOT_A_VAULT, COPY),
    ("https://a234567890123456789012345.vault.azure.net/secrets/orders", NOT_A_VAULT, COPY),
    ("https://kv.vault.azure.net", NOT_A_SECRET, COPY),
    ("https://kv.vault.azure.net/secrets/", NOT_A_SECRET, COPY),
    ("https://kv.vault.azure.net/keys/", NOT_A_SECRET, COPY),
    ("https://kv.vault.azure.net/secrets/or_ders", NOT_A_SECRET, COPY),
    ("https://kv.vault.azure.net/secrets/" + "a" * 128, NOT_A_SECRET, COPY),
    ("https://kv.vault.azure.net/deletedsecrets/orders", NOT_A_SECRET, COPY),
    (
        "https://kv.vault.azure.net/keys/orders",
        "APIM reads Key Vault secrets only, and this is the URL of a key",
        "create a certificate in the vault and name its secret here",
    ),
    (
        "https://hsm.managedhsm.azure.net/secrets/orders",
        "A managed HSM holds keys only, neither certificates nor secrets",
        "create the certificate in a vault (https://<vault>.vault.azure.net) and name its secret here",
    ),
    (
        "https://kv.privatelink.vaultcore.azure.net/secrets/orders",
        "The host is a name in a private endpoint's DNS zone, under which no vault answers",
        "use https://kv.vault.azure.net/secrets/orders",
    ),
    (
        "https://kv.vault.azure.net/secrets/orders/latest",
        "The version of the Key Vault secret is malformed",
        "use https://kv.vault.azure.net/secrets/orders",
    ),
    (
        f"https://kv.vault.azure.net/certificates/orders/{VERSION}/x",
        "The version of the Key Vault secret is malformed",
        "use https://kv.vault.azure.net/secrets/orders",
    ),
    (
        f"https://kv.vault.azure.net/certificates/orders/{VERSION}",
        "The Key Vault secret is pinned to a version, so that APIM would never follow a renewal",
        "use https://kv.vault.azure.net/secrets/orders, or say that the pin is meant",
    ),
]


def whole(url: str) -> str:
    with pytest.raises(SecretIdentifierError) as caught:
        secret_identifier.parse(url)
    return str(caught.value)


def text(what: str, got: str, fix: str) -> str:
    return (
        f"{what}\n    where:   secret_id\n    got:     {got}\n"
        f"    allowed: https://<vault host>/secrets/<name>, without a version\n    fix:     {fix}"
    )


@pytest.mark.parametrize(("url", "what", "fix"), REFUSALS)
def test_anything_else_is_refused_with_the_fix(url: str, what: str, fix: str) -> None:
    assert whole(url) == text(what, url, fix)


@pytest.mark.parametrize("credentials", ["me:secret", "me", ":secret", ""])
def test_credentials_in_the_url_are_refused_and_not_shown(credentials: str) -> None:
    assert whole(f"https://{credentials}@kv.vault.azure.net/secrets/orders") == text(
        "The URL of the Key Vault secret holds credentials",
        "a URL with a user name or password in it",
        "leave them out: APIM's identity reads it",
    )


@given(st.text() | st.text(alphabet="htps:/@[]?#%.-_ kv0").map("https://kv.vault.azure.net/secrets/{}".format))
def test_any_text_is_an_identifier_that_reads_as_itself_or_an_error(url: str) -> None:
    try:
        read = secret_identifier.parse(url, pinned=True)
    except SecretIdentifierError:
        return
    assert secret_identifier.parse(read.url, pinned=True) == read
