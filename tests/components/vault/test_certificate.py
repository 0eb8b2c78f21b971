"""What Key Vault says of a certificate is turned into what APIM would not do with it, all reasons at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from backend_mtls.vault import certificate as vault_certificate
from backend_mtls.vault.certificate import VaultCertificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
URL = "https://kv.vault.azure.net/secrets/orders"
GOOD = VaultCertificate(
    thumbprint="AB" * 20,
    enabled=True,
    exportable=True,
    content_type="application/x-pkcs12",
    not_before=NOW - timedelta(days=1),
    not_after=NOW + timedelta(days=100),
)
ISSUE = "complete its certificate signing request, or wait for the authority"
RENEW = "renew it in the vault (az keyvault certificate create or import)"
PENDING = (
    "The certificate in the vault has not been issued yet",
    f"{URL}, pending",
    "a certificate that is valid now",
    ISSUE,
)
ROWS: list[tuple[dict[str, Any], tuple[str, str, str, str]]] = [
    (
        {"enabled": False},
        (
            "The certificate in the vault is disabled",
            f"{URL}, disabled",
            "an enabled one",
            "enable it (az keyvault certificate set-attributes --enabled true), or name another",
        ),
    ),
    (
        {"exportable": False},
        (
            "The key of the certificate in the vault cannot be exported, so that its secret has no private key",
            f"{URL}, not exportable",
            "an exportable key",
            "issue it anew with an exportable key (key_props.exportable in its policy)",
        ),
    ),
    *(
        (
            {"content_type": content_type},
            (
                "The secret of the certificate in the vault is no PFX",
                f"{URL}, {shown}",
                "application/x-pkcs12",
                ("issue it anew with the content type application/x-pkcs12 (secret_props.contentType in its policy)"),
            ),
        )
        for content_type, shown in (("application/x-pem-file", "application/x-pem-file"), ("", "no content type"))
    ),
    ({"thumbprint": None}, PENDING),
    ({"not_before": None}, PENDING),
    ({"not_after": None}, PENDING),
    (
        {"not_after": NOW},
        (
            "The certificate in the vault has expired",
            f"{URL}, valid until 2026-06-01 12:00 UTC",
            "a certificate that is valid now",
            RENEW,
        ),
    ),
    (
        {"not_before": NOW + timedelta(seconds=1)},
        (
            "The certificate in the vault is not valid yet",
            f"{URL}, valid from 2026-06-01 12:00 UTC",
            "a certificate that is valid now",
            "deploy it once it is valid, or check the clock of this machine",
        ),
    ),
    (
        {"not_after": NOW + timedelta(days=7)},
        (
            "The certificate in the vault expires soon",
            f"{URL}, valid until 2026-06-08 12:00 UTC",
            "more than 7 days of validity",
            f"{RENEW}, or let the vault renew it by its policy",
        ),
    ),
]


def text(what: str, got: str, allowed: str, fix: str) -> str:
    return f"{what}\n    where:   secret_id\n    got:     {got}\n    allowed: {allowed}\n    fix:     {fix}"


def problems(certificate: VaultCertificate, days: int = 7) -> list[str]:
    return [str(each) for each in vault_certificate.problems(certificate, URL, fail_within_days=days, now=NOW)]


def test_what_apim_can_use_has_neither_problem_nor_warning() -> None:
    assert problems(GOOD) == []
    assert vault_certificate.warnings(GOOD, URL, warn_within_days=30, now=NOW) == []


@pytest.mark.parametrize(("changes", "expected"), ROWS)
def test_what_apim_could_not_use_is_a_problem(changes: dict[str, Any], expected: tuple[str, str, str, str]) -> None:
    assert problems(replace(GOOD, **changes)) == [text(*expected)]


def test_all_reasons_are_given_at_once() -> None:
    bad = replace(GOOD, enabled=False, exportable=False, content_type="x", not_after=NOW)
    assert len(problems(bad)) == 4


def test_a_second_beyond_the_threshold_is_enough() -> None:
    assert problems(replace(GOOD, not_after=NOW + timedelta(days=7, seconds=1))) == []
    assert problems(replace(GOOD, not_after=NOW + timedelta(seconds=1)), days=0) == []


def test_what_expires_within_the_days_of_warning_is_said() -> None:
    soon = replace(GOOD, not_after=NOW + timedelta(days=30))
    (warning,) = vault_certificate.warnings(soon, URL, warn_within_days=30, now=NOW)
    assert str(warning) == text(
        "The certificate in the vault expires soon",
        f"{URL}, valid until 2026-07-01 12:00 UTC",
        "more than 30 days of validity",
        f"{RENEW}, or let the vault renew it by its policy",
    )
    assert vault_certificate.warnings(soon, URL, warn_within_days=29, now=NOW) == []


@pytest.mark.parametrize(
    ("pinned", "what"),
    [
        (False, "The vault has no such certificate"),
        (True, "The vault has no such version of the certificate"),
    ],
)
def test_what_the_vault_does_not_have_is_a_problem(pinned: bool, what: str) -> None:
    assert str(vault_certificate.missing(URL, pinned=pinned)) == text(
        what,
        URL,
        "a certificate in the vault; a secret that somebody put there by hand is none",
        "correct the name, create or import the certificate (az keyvault certificate import), or recover it if it was "
        "deleted",
    )
