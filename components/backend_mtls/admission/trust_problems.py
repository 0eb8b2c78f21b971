"""What is wrong with the trust that a backend itself says, and what it becomes. Pure.

Sources: learn.microsoft.com/azure/api-management/v2-service-tiers-overview (which tiers); azure-mgmt-apimanagement
6.0.0b1, BackendTlsProperties and X509CertificateName (the common name of a certificate, the thumbprint of its issuer);
Azure/azure-service-operator#5322. Inferred, since no document says it: the issuer is the direct one, and the server has
to send it, because the gateway is told nothing of it but the thumbprint.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from backend_mtls.admission.backend_settings import BackendSettings, BackendTrust
from backend_mtls.admission.inputs import known
from backend_mtls.admission.tiers import CONSUMPTION, WITH_TRUST_IN_BACKENDS
from backend_mtls.errors import ArgumentProblemError, Problem, Where
from backend_mtls.x509 import ca_certificate, distinguished_name, server_trust
from backend_mtls.x509.ca_certificate import CaCertificate

_WHERE = Where.of("trust")


@dataclass(frozen=True, kw_only=True)
class ServerCertificate:
    """A server's certificate that the gateway is told of."""

    subject: str
    """Distinguished name."""
    thumbprint: str
    """SHA-1 of the DER, 40 upper-case hex digits."""
    not_after: datetime
    """End of its validity, UTC."""


def authorities(trust: BackendTrust) -> list[CaCertificate]:
    """Who may sign the server's certificate, as far as the files can be read."""
    return [each for each in map(_authority, trust.authorities) if isinstance(each, CaCertificate)]


def certificates(trust: BackendTrust) -> list[ServerCertificate]:
    """The server certificates that are accepted by themselves, as far as they can be read."""
    return [each for each in map(_certificate, trust.server_certificates) if isinstance(each, ServerCertificate)]


def names(settings: BackendSettings) -> list[str]:
    """Common names of what the authorities sign; empty as long as nothing says one."""
    trust, server = settings.trust, settings.known_server_certificate
    if trust and trust.server_names:
        return list(trust.server_names)
    if server is not None:
        return _common_names(server)
    url = known(settings.url)
    return host_names(url) if url is not None else []


def host_names(url: str) -> list[str]:
    """The host of the URL as a common name."""
    try:
        return [urlsplit(url).hostname or ""]
    except ValueError:  # reported with the URL
        return []


def problems(settings: BackendSettings, sku: str | None) -> list[Problem]:
    """What is wrong with the trust on a service with this SKU (None: not known)."""
    trust = settings.trust
    if trust is None:
        return []
    found = _tier_problems(sku)
    if not trust.authorities and not trust.server_certificates:
        fix = "name an authority or a server certificate, or leave trust out"
        found.append(_problem("The trust of the backend is empty", _WHERE, "nothing", "at least one certificate", fix))
    if settings.skip_chain_validation_reason is not None:
        found.append(
            _problem(
                "The chain is not validated, and authorities are named for it",
                Where.of(("skip_chain_validation_reason", "trust")),
                "both",
                "one of them",
                "remove skip_chain_validation_reason, so that the certificate is compared with trust",
            )
        )
    for name, given, read in (
        ("authorities", trust.authorities, _authority),
        ("server_certificates", trust.server_certificates, _certificate),
    ):
        found += _of_files(name, [read(each) for each in given])
    return found + _name_problems(trust)


def of_server(settings: BackendSettings, server: bytes) -> list[Problem]:
    """Why the gateway would refuse the server certificate that is known, going by the trust of the backend."""
    trust = settings.trust
    if trust is None or settings.skip_chain_validation_reason is not None:
        return []
    try:
        leaf, *sent = server_trust.read(server)
    except ArgumentProblemError:
        return []  # reported with the certificate
    if _thumbprint(leaf) in {each.thumbprint for each in certificates(trust)}:
        return []
    signers = authorities(trust)
    issuers = [each for each in signers if server_trust.issued(x509.load_der_x509_certificate(each.der), leaf)]
    if not issuers:
        return [_other_issuer(leaf, trust)]
    wanted = {each.lower() for each in names(settings)}
    if not wanted & {each.lower() for each in _common_names(server)}:
        return [_other_name(server, sorted(wanted))]
    if sent and not {_thumbprint(each) for each in sent} & {each.thumbprint for each in issuers}:
        return [
            _problem(
                "The server does not send the certificate of its issuer, and the gateway knows only its thumbprint",
                Where.of("server_certificate"),
                f"{len(sent)} other certificate(s) after the server's own",
                f"the certificate of {issuers[0].subject} among them",
                "have the server send its issuer's certificate, too, also when that is a root",
            )
        ]
    return []


def _tier_problems(sku: str | None) -> list[Problem]:
    if sku is None or sku in WITH_TRUST_IN_BACKENDS:
        return []
    fix = (
        "use a backend whose certificate a public authority issued"
        if sku == CONSUMPTION
        else "give the authorities to the service instead (ca_certificates), and leave trust out"
    )
    allowed = "trust on BasicV2, StandardV2 and PremiumV2"
    return [_problem(f"The SKU {sku} does not take the trust from a backend", _WHERE, f"trust on {sku}", allowed, fix)]


def _of_files(name: str, read: Sequence[CaCertificate | ServerCertificate | Problem]) -> list[Problem]:
    found, seen = [], set()
    for index, each in enumerate(read):
        where = Where.of("trust", name, index)
        if isinstance(each, Problem):
            found.append(each.at(where))
        elif each.thumbprint in seen:
            what = "The certificate is listed twice"
            found.append(_problem(what, where, each.subject, "each once", "remove one of them"))
        else:
            seen.add(each.thumbprint)
    return found


def _name_problems(trust: BackendTrust) -> list[Problem]:
    found = []
    if trust.server_names and not trust.authorities:
        what, fix = "Names are given, and no authority that signs them", "name the authority, or leave server_names out"
        allowed = "server_names together with authorities"
        found.append(_problem(what, Where.of("trust", "server_names"), "names alone", allowed, fix))
    for index, name in enumerate(trust.server_names):
        if not name.strip() or name != name.strip():
            what, where = "The name of a server is malformed", Where.of("trust", "server_names", index)
            fix = "write the common name as the certificate's subject has it"
            found.append(_problem(what, where, repr(name), "a common name, without spaces around it", fix))
    return found


def _authority(given: bytes | str) -> CaCertificate | Problem:
    try:
        return ca_certificate.read(_bytes(given))
    except ArgumentProblemError as error:
        return error.problem


def _certificate(given: bytes | str) -> ServerCertificate | Problem:
    try:
        read = server_trust.read(_bytes(given))
    except ArgumentProblemError as error:
        return replace(error.problem, allowed="a certificate as PEM or DER, one in each file")
    leaf, now = read[0], datetime.now(UTC)
    subject = server_trust.name(leaf)
    if len(read) > 1:
        what, got = "The file holds several certificates", f"{len(read)} certificates"
        return _problem(what, _WHERE, got, "the server's own certificate", "leave the rest of its chain out")
    if leaf.not_valid_after_utc <= now:
        got = f"{subject}, valid until {leaf.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        fix = "name the certificate that the server uses now"
        return _problem("The server certificate has expired", _WHERE, got, "a certificate that is valid today", fix)
    return ServerCertificate(subject=subject, thumbprint=_thumbprint(leaf), not_after=leaf.not_valid_after_utc)


def _other_issuer(leaf: x509.Certificate, trust: BackendTrust) -> Problem:
    subjects = [each.subject for each in authorities(trust)] + [each.subject for each in certificates(trust)]
    trusted = "; ".join(subjects) or "nothing readable"
    return _problem(
        "The server certificate is none that the backend trusts",
        Where.of("server_certificate"),
        f"{server_trust.name(leaf)}, issued by {distinguished_name.issuer(leaf.public_bytes(Encoding.DER))}",
        f"a certificate of, or issued directly by: {trusted}",
        "add the certificate of the issuer itself to trust.authorities: the gateway compares the direct issuer",
    )


def _other_name(server: bytes, wanted: Sequence[str]) -> Problem:
    given = ", ".join(_common_names(server))
    return _problem(
        "The common name of the server certificate is none that the backend trusts",
        Where.of("trust", "server_names"),
        ", ".join(wanted) or "no name",
        f"the common name of the server certificate: {given}" if given else "a server certificate with a common name",
        f"name {given} in server_names" if given else "name the certificate in trust.server_certificates instead",
    )


def _common_names(server: bytes) -> list[str]:
    try:
        leaf = server_trust.read(server)[0]
    except ArgumentProblemError:
        return []
    return [str(each.value) for each in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _thumbprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 (APIM's thumbprint is SHA-1)


def _bytes(given: bytes | str) -> bytes:
    return given.encode() if isinstance(given, str) else given


def _problem(what: str, where: Where, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=where, got=got, allowed=allowed, fix=fix)
