"""Why the gateway would find no chain from a server's certificate to a root that it trusts. Pure.

Sources: dotnet/runtime, CertificateValidation.Windows.cs (SslStream has Windows build the chain) and
X509ChainStatusFlags: NotTimeValid and InvalidBasicConstraints of any certificate in it, NotValidForUsage,
UntrustedRoot, PartialChain; wincrypt.h, CERT_CHAIN_DISABLE_MANDATORY_BASIC_CONSTRAINTS_VALUE_NAME: an intermediate
certificate without basic constraints is refused unless an administrator switches that off. Windows takes the best of
several chains, so that a way on which nothing is wrong is enough. Not judged: revocation, name constraints, certificate
policies, the strength of keys and signatures, critical extensions that nobody knows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from backend_mtls.errors import Problem, Where
from backend_mtls.x509 import chain
from backend_mtls.x509.ca_certificate import CaCertificate
from backend_mtls.x509.chain import Link, Pool

_WHERE = Where.of("server_certificate")
_CHAIN = "a chain that ends in a public root or in one of the service's CA certificates"
_VALID_CHAIN = "a chain of certificates that are valid today"
_AUTHORITIES = "authorities above the server's certificate (basicConstraints CA=TRUE, keyUsage with keyCertSign)"
_OR_SKIP = "or say why the chain need not be validated (skip_chain_validation_reason)"


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
    authorities_in: str
    """The argument that would make the gateway trust another authority."""

    def trusts(self, root: Link) -> bool:
        """Whether a chain may end in this root."""
        given = {each.der for each in self.ca_certificates}
        return root.der in given or root.certificate.fingerprint(hashes.SHA256()) in self.public_roots


def problems(leaf: Link, sent: Sequence[Link], validation: Validation) -> list[Problem]:
    """Why no chain leads from the server's certificate, with what is sent behind it, to a root that is trusted."""
    given = [Link(x509.load_der_x509_certificate(each.der)) for each in validation.ca_certificates]
    pool = Pool([*sent, *given, *validation.known_roots])
    found = [*_validity_problems(leaf, validation.now), *_usage_problems(leaf)]
    obstacles: list[Problem] = []

    def is_obstacle(link: Link, below: int) -> bool:
        problem = _problem_above(link, below, pool, validation)
        obstacles.extend([problem] if problem else [])
        return problem is not None

    sound = chain.sound_ends(leaf, pool, is_obstacle)
    if sound.is_open or any(map(validation.trusts, sound.roots)):
        return found
    ends = chain.ends(leaf, pool) if obstacles else sound
    if not (ends.is_open or any(map(validation.trusts, ends.roots))):
        found.append(_untrusted(leaf, ends.roots[0], validation))
    return found + obstacles


def _untrusted(leaf: Link, root: Link, validation: Validation) -> Problem:
    if root == leaf:
        fix = f"have an authority issue it and name that in {validation.authorities_in}, {_OR_SKIP}"
        return _problem("The server certificate is self-signed", str(leaf), _CHAIN, fix)
    what = "The server certificate comes from an authority that the service does not trust"
    fix = f"add the certificate of that authority to {validation.authorities_in}, {_OR_SKIP}"
    return _problem(what, f"{leaf}, whose chain ends in {root}", _CHAIN, fix)


def _problem_above(link: Link, below: int, pool: Pool, validation: Validation) -> Problem | None:
    """Why no chain may lead through a certificate above the server's, with so many authorities below it."""
    certificate, said, now = link.certificate, link.extensions, validation.now
    if certificate.not_valid_after_utc <= now:
        got = f"{link}, valid until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        what = "A certificate in the server's chain has expired"
        fix = f"have the server send the authority's new certificate, and name it in {validation.authorities_in} where"
        return _problem(what, got, _VALID_CHAIN, f"{fix} the old one stands, {_OR_SKIP}")
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


def _problem(what: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=_WHERE, got=got, allowed=allowed, fix=fix)
