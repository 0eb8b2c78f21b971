"""A PFX that moves into Key Vault is refused under another id before anything is registered, with the id to keep."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pulumi
import pytest
from backend_mtls import ClientCertificate, ClientCertificateArgs, KeyVaultSource, key_vault
from backend_mtls.api_management import ApiManagement
from backend_mtls.arguments import ArgumentsError
from backend_mtls.key_vault import Finding, Preflight
from backend_mtls.vault.certificate import VaultCertificate
from backend_mtls.vault.secret_identifier import SecretIdentifier
from declared import SECRET, existing, service, vault_certificate
from program import Azure, run

GOOD = VaultCertificate(
    thumbprint="AB" * 20,
    enabled=True,
    exportable=True,
    content_type="application/x-pkcs12",
    issuer="CN=issuer",
    key_type="RSA 2048",
    not_before=datetime(2026, 1, 1, tzinfo=UTC),
    not_after=datetime(2027, 1, 1, tzinfo=UTC),
)
FORMER = f"orders-{GOOD.thumbprint[:8].lower()}"


class Holding(Azure):
    """A service that has one certificate."""

    def __init__(self, thumbprint: str | None) -> None:
        super().__init__()
        self.thumbprint = thumbprint
        self.asked: list[str] = []

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[Any, Any]:
        if args.token != "azure-native:apimanagement:getCertificate":
            return super().call(args)
        self.asked.append(args.args["certificateId"])
        return {"id": "x", "thumbprint": self.thumbprint} if self.thumbprint else {}


@pytest.fixture(autouse=True)
def vaults(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(secrets: Sequence[SecretIdentifier], preflight: Preflight) -> list[Finding]:
        return [Finding(secret=each, certificate=GOOD if preflight.mode != "off" else None) for each in secrets]

    monkeypatch.setattr(key_vault, "look_up", look_up)
    monkeypatch.setattr(pulumi.log, "info", lambda _: None)


def with_id(on: ApiManagement, certificate_id: str) -> None:
    source = KeyVaultSource(secret_id=SECRET)
    ClientCertificate("orders", ClientCertificateArgs(service=on, key_vault=source, certificate_id=certificate_id))


def test_what_the_service_holds_under_the_id_of_the_pfx_is_refused() -> None:
    azure = Holding(GOOD.thumbprint)
    with pytest.raises(ArgumentsError, match=f"set certificate_id to {FORMER}") as caught:
        run(lambda: vault_certificate(existing()), azure, preflight=Preflight())
    assert "ClientCertificate orders: certificate_id" in str(caught.value)
    assert azure.registered == []
    assert azure.asked == [FORMER]


@pytest.mark.parametrize("thumbprint", [None, "CD" * 20])
def test_nothing_or_another_certificate_there_is_no_conflict(thumbprint: str | None) -> None:
    azure = run(lambda: vault_certificate(existing()), Holding(thumbprint), preflight=Preflight())
    assert "orders" in azure.inputs("Certificate")


def test_with_the_id_kept_nothing_is_asked() -> None:
    azure = Holding(GOOD.thumbprint)
    run(lambda: with_id(existing(), FORMER), azure, preflight=Preflight())
    assert azure.inputs("Certificate")["orders"]["certificateId"] == FORMER
    assert azure.asked == []


def test_a_service_of_the_program_may_not_be_there_yet_and_is_not_asked() -> None:
    azure = Holding(GOOD.thumbprint)
    run(lambda: vault_certificate(service()), azure, preflight=Preflight())
    assert azure.asked == []


def test_a_vault_that_was_not_asked_leaves_nothing_to_ask_for() -> None:
    azure = Holding(GOOD.thumbprint)
    run(lambda: vault_certificate(existing()), azure, preflight=Preflight(mode="off"))
    assert azure.asked == []
    assert "orders" in azure.inputs("Certificate")
