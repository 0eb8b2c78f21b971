"""What Key Vault holds now is told, as the components say it in a preview."""

from datetime import UTC, datetime

import pytest
from backend_mtls.key_vault import Finding, notes
from backend_mtls.vault import secret_identifier
from backend_mtls.vault.certificate import VaultCertificate
from recordings import load, made

URL = "https://kv-local.vault.azure.net/secrets/orders-client"
HELD = VaultCertificate(
    thumbprint="CD" * 20,
    enabled=True,
    exportable=True,
    content_type="application/x-pkcs12",
    not_before=datetime(2026, 11, 1, tzinfo=UTC),
    not_after=datetime(2028, 1, 31, tzinfo=UTC),
)


def looked_up(name: str, url: str) -> list[str]:
    """The headline, and what happens to `orders`, when the look-up said this of the secret."""
    preview = load(name)
    said = notes([Finding(secret=secret_identifier.parse(url), certificate=HELD)])
    preview["diagnostics"] = [{"message": f"{line}\n", "severity": "info"} for line in said]
    report = made(preview, load("state"))
    return [report.headline, *(each.text for each in report.effects if "orders" in each.who)]


def test_a_renewal_in_the_vault_is_told_although_nothing_changes() -> None:
    headline, text = looked_up("no_change", URL)
    assert headline.startswith("Nothing changes: every call works as before; orders: Key Vault holds another")
    assert text.endswith("valid until 2028-01-31: it follows within 4 hours")


def test_of_another_secret_it_is_known_until_when_its_certificate_is_valid() -> None:
    headline, text = looked_up("vault_certificate_swap", f"{URL}-2")
    assert text == (
        f"presents a new certificate, from {URL}-2, valid until 2028-01-31: "
        "calls fail unless the backend accepts it already"
    )
    assert headline == f"orders: {text}"


@pytest.mark.parametrize("name", ["no_change", "vault_certificate_swap"])
def test_what_is_said_of_a_foreign_secret_changes_nothing(name: str) -> None:
    headline, *texts = looked_up(name, "https://other.vault.azure.net/secrets/x")
    assert "2028-01-31" not in " ".join([headline, *texts])
