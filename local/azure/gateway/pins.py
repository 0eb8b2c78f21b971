"""Which server certificates a backend's connection accepts in place of those whose chain ends in a trusted root.

source: learn.microsoft.com/azure/api-management/v2-service-tiers-overview (the v2 tiers take CA certificates from the
backend entity); azure-mgmt-apimanagement 6.0.0b1, X509CertificateName (the certificate's common name, the thumbprint of
its issuer). Inferred: the issuer is the one that signed the server certificate itself, and the server has to send it,
since the gateway knows nothing of it but the thumbprint; it has to be an authority's, and both have to be valid today;
one match is enough; names are compared without regard to case; only the v2 tiers look at them; the name in the URL is
still compared with the certificate when `validateCertificateName` says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509 as certificates
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from local.azure import x509
from local.azure.store import Json

TIERS = frozenset({"BasicV2", "StandardV2", "PremiumV2"})
"""Those that take the trust in a backend from its entity."""


class PinsError(Exception):
    """The server's certificate is none of those that are accepted."""


@dataclass(frozen=True, kw_only=True)
class Pins:
    """What one backend accepts."""

    thumbprints: tuple[str, ...]
    """Of server certificates: SHA-1, upper-case hex."""
    issuers: tuple[tuple[str, str], ...]
    """Common name of a server certificate, lower case, and the thumbprint of who issued it."""

    def check(self, sent: Sequence[certificates.Certificate], now: datetime | None = None) -> None:
        """Raises PinsError for a server that sent none of them; the first certificate is the server's own."""
        leaf, *others = sent
        now = now or datetime.now(UTC)
        if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc:
            raise PinsError("the server certificate is not valid today")
        if x509.thumbprint(leaf) in self.thumbprints:
            return
        wanted = {thumbprint for name, thumbprint in self.issuers if name in _common_names(leaf)}
        for issuer in (leaf, *others):
            if x509.thumbprint(issuer) in wanted and _is_authority(issuer, now) and _signed(issuer, leaf):
                return
        raise PinsError(f"neither the server certificate {x509.thumbprint(leaf)} nor its issuer is accepted")

    def words(self, leaf: certificates.Certificate) -> str:
        """Why the server was accepted."""
        return "certificate pinned" if x509.thumbprint(leaf) in self.thumbprints else "issuer pinned"


def of(backend: Json, tier: Callable[[], str]) -> Pins | None:
    """What a backend entity says on a service whose tier is asked for where it says anything; None for nothing."""
    tls = backend.get("tls") or {}
    thumbprints = tuple(tls.get("serverCertificateThumbprints") or ())
    issuers = tuple(
        (each["name"].lower(), each["issuerCertificateThumbprint"]) for each in tls.get("serverX509Names", ())
    )
    if not (thumbprints or issuers) or tier() not in TIERS:
        return None
    return Pins(thumbprints=thumbprints, issuers=issuers)


def _common_names(certificate: certificates.Certificate) -> set[str]:
    return {str(each.value).lower() for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}


def _is_authority(certificate: certificates.Certificate, now: datetime) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(certificates.BasicConstraints).value
    except (certificates.ExtensionNotFound, ValueError):
        return False
    return constraints.ca and certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc


def _signed(issuer: certificates.Certificate, certificate: certificates.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
