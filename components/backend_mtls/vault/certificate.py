"""What Key Vault says of a certificate, and what APIM would not do with it.

Pure. Sources of the rules: learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates
(exportable, `application/x-pkcs12`), learn.microsoft.com/azure/key-vault/certificates/about-certificates (the secret of
a certificate whose key is not exportable has no private key; a disabled one is not given out).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend_mtls.errors import Problem, Where

_PKCS12 = "application/x-pkcs12"
_WHERE = Where.of("secret_id")


@dataclass(frozen=True, kw_only=True)
class VaultCertificate:
    """The properties of one version of a certificate. No key material: the secret's value is never asked for."""

    thumbprint: str | None
    """SHA-1 of the DER, 40 upper-case hex digits, as APIM shows it; None while no authority has issued it yet."""
    enabled: bool
    """Whether the vault gives it out."""
    exportable: bool
    """Whether its secret holds the private key."""
    content_type: str
    """Media type of the secret."""
    issuer: str | None = None
    """Distinguished name, as Azure shows it; None while no authority has issued it yet."""
    key_type: str | None = None
    """Algorithm and size, for instance `RSA 2048`; None while no authority has issued it yet."""
    not_before: datetime | None
    """Start of the validity, UTC; None while no authority has issued it yet."""
    not_after: datetime | None
    """End of the validity, UTC; None while no authority has issued it yet."""


def missing(url: str, *, pinned: bool) -> Problem:
    """The vault answered, and has no such certificate."""
    what = "The vault has no such version of the certificate" if pinned else "The vault has no such certificate"
    return Problem(
        what=what,
        where=_WHERE,
        got=url,
        allowed="a certificate in the vault; a secret that somebody put there by hand is none",
        fix="correct the name, create or import the certificate (az keyvault certificate import), or recover it if it "
        "was deleted",
    )


def problems(certificate: VaultCertificate, url: str, *, fail_within_days: int, now: datetime) -> list[Problem]:
    """Why a gateway could not present the certificate, or not for long enough; all reasons at once."""
    found = []
    if not certificate.enabled:
        fix = "enable it (az keyvault certificate set-attributes --enabled true), or name another"
        found.append(_problem("The certificate in the vault is disabled", f"{url}, disabled", "an enabled one", fix))
    if not certificate.exportable:
        fix = "issue it anew with an exportable key (key_props.exportable in its policy)"
        what = "The key of the certificate in the vault cannot be exported, so that its secret has no private key"
        found.append(_problem(what, f"{url}, not exportable", "an exportable key", fix))
    if certificate.content_type != _PKCS12:
        fix = f"issue it anew with the content type {_PKCS12} (secret_props.contentType in its policy)"
        what = "The secret of the certificate in the vault is no PFX"
        found.append(_problem(what, f"{url}, {certificate.content_type or 'no content type'}", _PKCS12, fix))
    return found + _validity_problems(certificate, url, fail_within_days, now)


def warnings(certificate: VaultCertificate, url: str, *, warn_within_days: int, now: datetime) -> list[Problem]:
    """That it expires soon. Asked for only where there is no problem: what has expired is one."""
    return _expiring(certificate, url, warn_within_days, now)


def _validity_problems(certificate: VaultCertificate, url: str, fail_within_days: int, now: datetime) -> list[Problem]:
    allowed = "a certificate that is valid now"
    if certificate.not_before is None or certificate.not_after is None or certificate.thumbprint is None:
        fix = "complete its certificate signing request, or wait for the authority"
        return [_problem("The certificate in the vault has not been issued yet", f"{url}, pending", allowed, fix)]
    if certificate.not_after <= now:
        got = f"{url}, valid until {certificate.not_after:%Y-%m-%d %H:%M} UTC"
        fix = "renew it in the vault (az keyvault certificate create or import)"
        return [_problem("The certificate in the vault has expired", got, allowed, fix)]
    if certificate.not_before > now:
        got = f"{url}, valid from {certificate.not_before:%Y-%m-%d %H:%M} UTC"
        fix = "deploy it once it is valid, or check the clock of this machine"
        return [_problem("The certificate in the vault is not valid yet", got, allowed, fix)]
    return _expiring(certificate, url, fail_within_days, now)


def _expiring(certificate: VaultCertificate, url: str, days: int, now: datetime) -> list[Problem]:
    if certificate.not_after is None or certificate.not_after > now + timedelta(days=days):
        return []
    return [
        _problem(
            "The certificate in the vault expires soon",
            f"{url}, valid until {certificate.not_after:%Y-%m-%d %H:%M} UTC",
            f"more than {days} days of validity",
            "renew it in the vault (az keyvault certificate create or import), or let the vault renew it by its policy",
        )
    ]


def _problem(what: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=_WHERE, got=got, allowed=allowed, fix=fix, kind="lookup")
