"""What Key Vault says is part of the one message, in every mode; what it could not say is told, and deploys."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pulumi
import pytest
from backend_mtls import PfxSource, key_vault
from backend_mtls.arguments import ArgumentsError
from backend_mtls.errors import Problem, Where
from backend_mtls.key_vault import Finding, Preflight
from backend_mtls.vault.certificate import VaultCertificate
from backend_mtls.vault.secret_identifier import SecretIdentifier
from declared import api, pfx_certificate, service, vault_certificate
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
DISABLED = Problem(
    what="It is disabled", where=Where.of("secret_id"), got="disabled", allowed="enabled", fix="enable it"
)


class Vaults:
    """Answers as told, and notes what it is asked: the network is not the subject here (test_key_vault.py)."""

    def __init__(self, **answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[list[str]] = []

    def __call__(self, secrets: Sequence[SecretIdentifier], _: Preflight) -> list[Finding]:
        self.asked.append([each.name for each in secrets])
        return [Finding(secret=each, **self.answers.get(each.name, {"certificate": GOOD})) for each in secrets]


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a preview tells."""
    lines: list[str] = []
    for level in ("info", "warn"):
        monkeypatch.setattr(pulumi.log, level, lines.append)
    return lines


def ask(monkeypatch: pytest.MonkeyPatch, program: Any, **answers: dict[str, Any]) -> tuple[Vaults, Azure | str]:
    vaults = Vaults(**answers)
    monkeypatch.setattr(key_vault, "look_up", vaults)
    try:
        return vaults, run(program, preflight=Preflight())
    except ArgumentsError as error:
        return vaults, str(error)


def test_a_problem_in_the_vault_stands_beside_the_programs_own(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    def program() -> None:
        api(vault_certificate(service()), path="/orders")

    _, message = ask(monkeypatch, program, orders={"problems": (DISABLED,)})
    assert str(message).startswith("2 problems found")
    assert "MtlsApi orders: path" in str(message)
    assert "It is disabled\n    where:   ClientCertificate orders: key_vault.secret_id" in str(message)
    assert said == []


def test_every_certificate_is_looked_up_once_and_all_of_them_together(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    def program() -> None:
        for name in ("one", "two"):
            on = service(name=name)
            vault_certificate(on, f"{name}-a", secret_id="https://kv.vault.azure.net/secrets/a")
            vault_certificate(on, f"{name}-b", secret_id="https://kv.vault.azure.net/certificates/b")

    other = {"certificate": VaultCertificate(**{**vars(GOOD), "thumbprint": "CD" * 20})}
    vaults, azure = ask(monkeypatch, program, b=other)
    assert vaults.asked == [["a", "b"]]
    assert isinstance(azure, Azure)
    assert f"https://kv.vault.azure.net/secrets/a: thumbprint {GOOD.thumbprint}, valid until 2027-01-01" in said


def test_the_same_certificate_under_two_names_is_found_by_its_thumbprint(monkeypatch: pytest.MonkeyPatch) -> None:
    def program() -> None:
        on = service()
        vault_certificate(on, "one", secret_id="https://kv.vault.azure.net/secrets/one")
        vault_certificate(on, "two", secret_id="https://kv.vault.azure.net/secrets/two")

    _, message = ask(monkeypatch, program)
    assert "Two certificates have the same thumbprint" in str(message)
    assert f"{GOOD.thumbprint}, also at ClientCertificate one: key_vault.secret_id" in str(message)


def test_what_could_not_be_checked_is_said_once_and_deploys(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    _, azure = ask(monkeypatch, lambda: vault_certificate(service()), orders={"unchecked": "nobody is logged in"})
    assert isinstance(azure, Azure)
    assert said == [
        "Not checked beforehand, nobody is logged in: https://kv.vault.azure.net/secrets/orders",
    ]


def test_what_the_vault_says_is_in_the_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def program() -> None:
        certificate = vault_certificate(service())
        for name in ("issuer", "not_before", "key_type"):
            getattr(certificate, name).apply(lambda value, name=name: seen.update({name: value}))

    ask(monkeypatch, program)
    assert seen == {"issuer": "CN=issuer", "not_before": "2026-01-01T00:00:00+00:00", "key_type": "RSA 2048"}


def test_without_a_certificate_in_a_vault_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    pfx = PfxSource(data=b"")
    vaults, _ = ask(monkeypatch, lambda: pfx_certificate(service(), pfx=pfx))
    assert vaults.asked == []
