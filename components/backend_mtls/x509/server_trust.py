"""Whether the gateway would refuse a backend's server certificate, as far as that can be known without a network.

Pure. Known is what the given files show: the server's certificate, with as much of its chain as was saved, and the
service's CA certificates. Where the chain ends before a root, the root may be a public one, and nothing is reported:
a certificate that a public authority issued must never be called a problem. The gateway validates as .NET does: the
chain with validity and server usage (`validateCertificateChain`), and the name (`validateCertificateName`,
`server_name`).

Sources for the chain: dotnet/runtime, CertificateValidation.Windows.cs (SslStream has Windows build the chain) and
X509ChainStatusFlags: NotTimeValid and InvalidBasicConstraints of any certificate in it, NotValidForUsage,
UntrustedRoot, PartialChain; wincrypt.h, CERT_CHAIN_DISABLE_MANDATORY_BASIC_CONSTRAINTS_VALUE_NAME: an intermediate
certificate without basic constraints is refused unless an administrator switches that off. Windows takes the best of
several chains, so that a way on which nothing is wrong is enough. Not judged: revocation, name constraints, certificate
policies, the strength of keys and signatures, critical extensions that nobody knows.
"""

import base64
import hashlib
import re
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from backend_mtls.errors import ArgumentProblemError, Problem, Where
from backend_mtls.x509 import chain as chains
from backend_mtls.x509 import distinguished_name
from backend_mtls.x509.ca_certificate import CaCertificate
from backend_mtls.x509.chain import Link, Pool
from backend_mtls.x509.server_name import ServerNames

_WHERE = Where.of("server_certificate")
_CHAIN = "a chain that ends in a public root or in one of the service's CA certificates"
_VALID_CHAIN = "a chain of certificates that are valid today"
_AUTHORITIES = "authorities above the server's certificate (basicConstraints CA=TRUE, keyUsage with keyCertSign)"
_OR_SKIP = "or say why the chain need not be validated (skip_chain_validation_reason)"
_RENEW = (
    "have the server send the authority's new certificate, and name that in ca_certificates where the old one stands"
)


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What the gateway validates, and against what."""

    ca_certificates: Sequence[CaCertificate]
    """Those of the service."""
    public_roots: Collection[bytes]
    """SHA-256 fingerprints of roots that the gateway trusts anyway."""
    known_roots: Sequence[Link] = ()
    """Those of them that are at hand: a server need not send its root."""
    now: datetime
    """When, UTC."""

    def trusts(self, root: Link) -> bool:
        """Whether a chain may end in this root."""
        given = {each.der for each in self.ca_certificates}
        return root.der in given or root.certificate.fingerprint(hashes.SHA256()) in self.public_roots


def public_roots() -> frozenset[bytes]:
    """The roots in certifi, which are Mozilla's: not the gateway's own list, but near enough for those in wide use."""
    return frozenset(hashlib.sha256(each).digest() for each in _public_roots())


def problems(
    server: bytes,
    *,
    url: str,
    ca_certificates: Sequence[CaCertificate],
    validate_chain: bool = True,
    validate_name: bool = True,
    trusted_anyway: Collection[bytes] | None = None,
    now: datetime | None = None,
) -> list[Problem]:
    """Why the gateway would refuse the server; nothing when it would not, or when that cannot be known.

    `server` is the server's certificate, as DER or as PEM, there with the rest of the chain behind it. `url` is the
    backend's; of one that is malformed the name is not judged. `trusted_anyway` left out: `public_roots()`. `now` left
    out: this moment.
    """
    try:
        leaf, *chain = _certificates(server)
    except ArgumentProblemError as error:
        return [error.problem]
    found = []
    if validate_chain:
        validation = Validation(
            ca_certificates=ca_certificates,
            public_roots=public_roots() if trusted_anyway is None else trusted_anyway,
            known_roots=_known_roots() if trusted_anyway is None else (),
            now=now or datetime.now(UTC),
        )
        found += _chain_problems(leaf, chain, validation)
    if validate_name:
        found += _name_problems(leaf, _host(url))
    return found


def summary(server: bytes | None) -> dict[str, str | bool]:
    """What a preview says of a server's certificate; nothing when there is none, or it cannot be read."""
    if server is None:
        return {}
    try:
        leaf = _certificates(server)[0]
    except ArgumentProblemError:
        return {}  # reported with the other problems
    return {
        "subject": distinguished_name.subject(leaf.der),
        "issuer": distinguished_name.issuer(leaf.der),
        "notAfter": leaf.certificate.not_valid_after_utc.isoformat(),
        "selfSigned": Pool([]).is_self_signed(leaf),
    }


@cache
def _public_roots() -> tuple[bytes, ...]:
    import certifi  # noqa: PLC0415 -- read only where a server certificate is given

    blocks = re.findall(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", certifi.contents(), re.DOTALL)
    return tuple(map(base64.b64decode, blocks))


@cache
def _known_roots() -> tuple[Link, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what `cryptography` says of old fields is nothing to act on
        return tuple(Link(x509.load_der_x509_certificate(each)) for each in _public_roots())


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a bracket that is not closed: the URL itself is refused
        return ""


def _certificates(data: bytes) -> list[Link]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what `cryptography` says of old fields is nothing to act on
            if b"-----BEGIN " in data:
                read = x509.load_pem_x509_certificates(data)
            else:
                read = [x509.load_der_x509_certificate(data)]
            for each in read:
                _ = each.subject, each.issuer, each.not_valid_after_utc, each.not_valid_before_utc
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # each field has errors of its own, and a panic in Rust is no `Exception`
        raise ArgumentProblemError(
            _problem(
                "The server certificate cannot be read",
                f"{len(data)} bytes that are no certificate",
                "a certificate as DER, or as PEM with the rest of its chain behind it",
                "save what the server sends (openssl s_client -connect HOST:443 -showcerts)",
            )
        ) from error
    return list(map(Link, read))


def _chain_problems(leaf: Link, sent: list[Link], validation: Validation) -> list[Problem]:
    given = [Link(x509.load_der_x509_certificate(each.der)) for each in validation.ca_certificates]
    pool = Pool([*sent, *given, *validation.known_roots])
    found = [*_validity_problems(leaf, validation.now), *_usage_problems(leaf)]
    obstacles: list[Problem] = []

    def is_obstacle(link: Link, below: int) -> bool:
        problem = _problem_above(link, below, pool, validation.now)
        obstacles.extend([problem] if problem else [])
        return problem is not None

    sound = chains.sound_ends(leaf, pool, is_obstacle)
    if sound.is_open or any(map(validation.trusts, sound.roots)):
        return found
    ends = chains.ends(leaf, pool) if obstacles else sound
    if not (ends.is_open or any(map(validation.trusts, ends.roots))):
        found.append(_untrusted(leaf, ends.roots[0]))
    return found + obstacles


def _untrusted(leaf: Link, root: Link) -> Problem:
    if root == leaf:
        fix = f"have an authority issue it and name that in ca_certificates, {_OR_SKIP}"
        return _problem("The server certificate is self-signed", str(leaf), _CHAIN, fix)
    what = "The server certificate comes from an authority that the service does not trust"
    fix = f"add the certificate of that authority to ca_certificates, {_OR_SKIP}"
    return _problem(what, f"{leaf}, whose chain ends in {root}", _CHAIN, fix)


def _problem_above(link: Link, below: int, pool: Pool, now: datetime) -> Problem | None:
    """Why no chain may lead through a certificate above the server's, with so many authorities below it."""
    certificate, said = link.certificate, link.extensions
    if certificate.not_valid_after_utc <= now:
        got = f"{link}, valid until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        what = "A certificate in the server's chain has expired"
        return _problem(what, got, _VALID_CHAIN, f"{_RENEW}, {_OR_SKIP}")
    if certificate.not_valid_before_utc > now:
        got = f"{link}, valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        what = "A certificate in the server's chain is not valid yet"
        return _problem(what, got, _VALID_CHAIN, f"deploy once it is valid, {_OR_SKIP}")
    if reason := _why_no_authority(link, pool):
        what = "A certificate in the server's chain is not that of an authority"
        fix = f"have the server's certificate issued by an authority, {_OR_SKIP}"
        return _problem(what, f"{link}, {reason}", _AUTHORITIES, fix)
    if said.path_length is not None and below > said.path_length:
        what = "The server's chain is longer than an authority in it allows"
        got = f"{link}, which allows {said.path_length} authorities below it and has {below} there"
        fix = f"have the server's certificate issued by an authority further up, {_OR_SKIP}"
        return _problem(what, got, "as many authorities as the path length in its basic constraints", fix)
    if not said.is_for_servers:
        what = "An authority in the server's chain is not for servers"
        fix = f"have the server's certificate issued by one that is for servers, {_OR_SKIP}"
        return _problem(what, _usages(link), "server authentication (1.3.6.1.5.5.7.3.1)", fix)
    return None


def _why_no_authority(link: Link, pool: Pool) -> str | None:
    said = link.extensions
    if said.is_authority is None and not pool.is_self_signed(link):  # roots may be older than version 3
        return "no basicConstraints"
    if said.is_authority is False:
        return "basicConstraints CA=FALSE"
    return "keyUsage without keyCertSign" if said.signs_certificates is False else None


def _validity_problems(leaf: Link, now: datetime) -> list[Problem]:
    allowed, certificate = "a certificate that is valid today", leaf.certificate
    if certificate.not_valid_after_utc <= now:
        got = f"{leaf}, valid until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        fix = f"renew it on the server, {_OR_SKIP}"
        return [_problem("The server certificate has expired", got, allowed, fix)]
    if certificate.not_valid_before_utc > now:
        got = f"{leaf}, valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        fix = f"deploy once it is valid, {_OR_SKIP}"
        return [_problem("The server certificate is not valid yet", got, allowed, fix)]
    return []


def _usage_problems(leaf: Link) -> list[Problem]:
    """An extended key usage, where there is one, has to allow servers: .NET asks for it when it builds the chain."""
    if leaf.extensions.is_for_servers:
        return []
    fix = f"have it issued for server authentication, {_OR_SKIP}"
    allowed = "server authentication (1.3.6.1.5.5.7.3.1)"
    return [_problem("The server certificate is not for servers", _usages(leaf), allowed, fix)]


def _usages(link: Link) -> str:
    return f"{link}, extended key usage {', '.join(link.extensions.usages or ())}"


def _name_problems(leaf: Link, host: str) -> list[Problem]:
    names = ServerNames.of(leaf.der, leaf.extensions)
    if not host or names.match(host):
        return []
    fix = (
        "call the backend by one of those names, have the certificate issued for the host, or say why the name need "
        "not match (skip_name_validation_reason)"
    )
    what = "The server certificate is for another name than the backend's host"
    allowed = "a certificate whose subject alternative names include the host"
    return [_problem(what, f"{host}; the certificate is for {names}", allowed, fix)]


def _problem(what: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=_WHERE, got=got, allowed=allowed, fix=fix)
