"""Whether the gateway would refuse a backend's server certificate, as far as that can be known without a network.

Pure. Known is what the given files show: the server's certificate, with as much of its chain as was saved, and the
service's CA certificates. Where the chain ends before a root, the root may be a public one, and nothing is reported:
a certificate that a public authority issued must never be called a problem. The gateway validates as .NET does: the
chain with validity and server usage (`validateCertificateChain`: `chain_problems`), and the name
(`validateCertificateName`: `server_name`).
"""

import base64
import hashlib
import re
import warnings
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit

from cryptography import x509

from backend_mtls.errors import ArgumentProblemError, Problem, Where
from backend_mtls.x509 import chain, chain_problems, distinguished_name
from backend_mtls.x509.ca_certificate import CaCertificate
from backend_mtls.x509.chain import Link, Pool
from backend_mtls.x509.chain_problems import Validation
from backend_mtls.x509.server_name import ServerNames

_WHERE = Where.of("server_certificate")


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
    authorities_in: str = "ca_certificates",
) -> list[Problem]:
    """Why the gateway would refuse the server; nothing when it would not, or when that cannot be known.

    `server` is the server's certificate, as DER or as PEM, there with the rest of the chain behind it. `url` is the
    backend's; of one that is malformed the name is not judged. `trusted_anyway` left out: `public_roots()`. `now` left
    out: this moment. `authorities_in` is what a fix names.
    """
    try:
        leaf, *sent = map(Link, read(server))
    except ArgumentProblemError as error:
        return [error.problem]
    found = []
    if validate_chain:
        validation = Validation(
            ca_certificates=ca_certificates,
            public_roots=public_roots() if trusted_anyway is None else trusted_anyway,
            known_roots=_known_roots() if trusted_anyway is None else (),
            now=now or datetime.now(UTC),
            authorities_in=authorities_in,
        )
        found += chain_problems.problems(leaf, sent, validation)
    if validate_name:
        found += _name_problems(leaf, _host(url))
    return found


def summary(server: bytes | None) -> dict[str, str | bool]:
    """What a preview says of a server's certificate; nothing when there is none, or it cannot be read."""
    if server is None:
        return {}
    try:
        leaf = Link(read(server)[0])
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


def read(data: bytes) -> list[x509.Certificate]:
    """What a server sends: its certificate, and the rest of its chain. Raises `ArgumentProblemError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what `cryptography` says of old fields is nothing to act on
            if b"-----BEGIN " in data:
                found = x509.load_pem_x509_certificates(data)
            else:
                found = [x509.load_der_x509_certificate(data)]
            for each in found:
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
    return found


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the one signed the other."""
    return chain.verifies(issuer, certificate)


def name(certificate: x509.Certificate) -> str:
    """What it is called: its subject, or its serial number."""
    return str(Link(certificate))


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
