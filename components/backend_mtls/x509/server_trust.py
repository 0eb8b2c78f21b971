"""Whether the gateway would refuse a backend's server certificate, as far as that can be known without a network.

Pure. Known is what the given files show: the server's certificate, with as much of its chain as was saved, and the
service's CA certificates. Where the chain ends before a root, the root may be a public one, and nothing is reported:
a certificate that a public authority issued must never be called a problem. The gateway validates as .NET does: the
chain with validity and server usage (`validateCertificateChain`), and the name (`validateCertificateName`).
"""

import base64
import hashlib
import re
import warnings
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from backend_mtls.errors import ArgumentProblemError, Problem, Where
from backend_mtls.x509.ca_certificate import CaCertificate, is_self_signed

_WHERE = Where.of("server_certificate")
_CHAIN = "a chain that ends in a public root or in one of the service's CA certificates"
_OR_SKIP = "or say why the chain need not be validated (skip_chain_validation_reason)"


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What the gateway validates, and against what."""

    ca_certificates: Sequence[CaCertificate]
    """Those of the service."""
    public_roots: Collection[bytes]
    """SHA-256 fingerprints of roots that the gateway trusts anyway."""
    now: datetime
    """When, UTC."""
    authorities_in: str
    """The argument that would make the gateway trust another authority."""


def public_roots() -> frozenset[bytes]:
    """The roots in certifi, which are Mozilla's: not the gateway's own list, but near enough for those in wide use."""
    import certifi  # noqa: PLC0415 -- read only where a server certificate is given

    blocks = re.findall(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", certifi.contents(), re.DOTALL)
    return frozenset(hashlib.sha256(base64.b64decode(each)).digest() for each in blocks)


def problems(
    server: bytes,
    *,
    url: str,
    ca_certificates: Sequence[CaCertificate],
    validate_chain: bool = True,
    validate_name: bool = True,
    trusted_anyway: Collection[bytes] | None = None,
    now: datetime | None = None,
    authorities_in: str = "ca_certificates",
) -> list[Problem]:
    """Why the gateway would refuse the server; nothing when it would not, or when that cannot be known.

    `server` is the server's certificate, as DER or as PEM, there with the rest of the chain behind it. `url` is the
    backend's. `trusted_anyway` left out: `public_roots()`. `now` left out: this moment. `authorities_in` is what a fix
    names.
    """
    try:
        leaf, *chain = read(server)
    except ArgumentProblemError as error:
        return [error.problem]
    found = []
    if validate_chain:
        roots = public_roots() if trusted_anyway is None else trusted_anyway
        validation = Validation(
            ca_certificates=ca_certificates,
            public_roots=roots,
            now=now or datetime.now(UTC),
            authorities_in=authorities_in,
        )
        found += _chain_problems(leaf, chain, validation)
    if validate_name:
        found += _name_problems(leaf, urlsplit(url).hostname or "")
    return found


def summary(server: bytes | None) -> dict[str, str | bool]:
    """What a preview says of a server's certificate; nothing when there is none, or it cannot be read."""
    if server is None:
        return {}
    try:
        leaf = read(server)[0]
    except ArgumentProblemError:
        return {}  # reported with the other problems
    return {
        "subject": leaf.subject.rfc4514_string(),
        "issuer": leaf.issuer.rfc4514_string(),
        "notAfter": leaf.not_valid_after_utc.isoformat(),
        "selfSigned": is_self_signed(leaf),
    }


def read(data: bytes) -> list[x509.Certificate]:
    """What a server sends: its certificate, and the rest of its chain. Raises `ArgumentProblemError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what `cryptography` says of old fields is nothing to act on
            if b"-----BEGIN " in data:
                read = x509.load_pem_x509_certificates(data)
            else:
                read = [x509.load_der_x509_certificate(data)]
            for each in read:
                each.extensions, each.subject, each.issuer, each.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ArgumentProblemError(
            _problem(
                "The server certificate cannot be read",
                f"{len(data)} bytes that are no certificate",
                "a certificate as DER, or as PEM with the rest of its chain behind it",
                "save what the server sends (openssl s_client -connect HOST:443 -showcerts)",
            )
        ) from error
    return read


def _chain_problems(leaf: x509.Certificate, chain: list[x509.Certificate], validation: Validation) -> list[Problem]:
    found = [*_validity_problems(leaf, validation.now), *_usage_problems(leaf)]
    known = [*chain, *(x509.load_der_x509_certificate(each.der) for each in validation.ca_certificates)]
    ends = list(_ends(leaf, known, depth=0))
    if not ends or not all(is_self_signed(end) for end in ends) or any(_is_trusted(end, validation) for end in ends):
        return found
    root = ends[0]
    if root == leaf:
        fix = f"have an authority issue it and name that in {validation.authorities_in}, {_OR_SKIP}"
        return [*found, _problem("The server certificate is self-signed", name(leaf), _CHAIN, fix)]
    what = "The server certificate comes from an authority that the service does not trust"
    fix = f"add the certificate of that authority to {validation.authorities_in}, {_OR_SKIP}"
    return [*found, _problem(what, f"{name(leaf)}, whose chain ends in {name(root)}", _CHAIN, fix)]


def _ends(current: x509.Certificate, known: list[x509.Certificate], depth: int) -> Iterable[x509.Certificate]:
    """Where the ways up from a certificate end: in roots, or where no issuer is known."""
    issuers = [each for each in dict.fromkeys(known) if each != current and issued(each, current)]
    if is_self_signed(current) or not issuers or depth > len(known):
        yield current
        return
    for issuer in issuers:
        yield from _ends(issuer, [each for each in known if each != issuer], depth + 1)


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the one signed the other."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_trusted(root: x509.Certificate, validation: Validation) -> bool:
    given = {x509.load_der_x509_certificate(each.der) for each in validation.ca_certificates}
    return root in given or root.fingerprint(hashes.SHA256()) in validation.public_roots


def _validity_problems(leaf: x509.Certificate, now: datetime) -> list[Problem]:
    allowed = "a certificate that is valid today"
    if leaf.not_valid_after_utc <= now:
        got = f"{name(leaf)}, valid until {leaf.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        fix = f"renew it on the server, {_OR_SKIP}"
        return [_problem("The server certificate has expired", got, allowed, fix)]
    if leaf.not_valid_before_utc > now:
        got = f"{name(leaf)}, valid from {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        fix = f"deploy once it is valid, {_OR_SKIP}"
        return [_problem("The server certificate is not valid yet", got, allowed, fix)]
    return []


def _usage_problems(leaf: x509.Certificate) -> list[Problem]:
    """An extended key usage, where there is one, has to allow servers: .NET asks for it when it builds the chain."""
    try:
        usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return []
    if {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(usages):
        return []
    got = f"{name(leaf)}, extended key usage {', '.join(each.dotted_string for each in usages)}"
    fix = f"have it issued for server authentication, {_OR_SKIP}"
    return [
        _problem("The server certificate is not for servers", got, "server authentication (1.3.6.1.5.5.7.3.1)", fix)
    ]


def _name_problems(leaf: x509.Certificate, host: str) -> list[Problem]:
    """The subject's common name does not count (RFC 9525, section 2): only the alternative names do."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = x509.SubjectAlternativeName([])
    dns, addresses = names.get_values_for_type(x509.DNSName), names.get_values_for_type(x509.IPAddress)
    if _matches(host, dns, {str(each) for each in addresses}):
        return []
    got = f"{host}; the certificate is for {', '.join([*dns, *map(str, addresses)]) or 'no name at all'}"
    fix = (
        "call the backend by one of those names, have the certificate issued for the host, or say why the name need "
        "not match (skip_name_validation_reason)"
    )
    what = "The server certificate is for another name than the backend's host"
    return [_problem(what, got, "a certificate whose subject alternative names include the host", fix)]


def _matches(host: str, dns: Sequence[str], addresses: Collection[str]) -> bool:
    try:
        return str(ip_address(host)) in addresses
    except ValueError:
        pass
    try:
        wanted = host.encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        wanted = host.lower()
    label, _, parent = wanted.partition(".")
    return any(
        each in {wanted, f"*.{parent}" if label and parent else wanted} for each in (name.lower() for name in dns)
    )


def name(certificate: x509.Certificate) -> str:
    """What it is called: its subject, or its serial number."""
    return certificate.subject.rfc4514_string() or f"serial number {certificate.serial_number:X}"


def _problem(what: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=_WHERE, got=got, allowed=allowed, fix=fix)
