"""A certificate whose key or signature is weak, or none that the gateway is known to present."""

from collections.abc import Iterator

from rules import known
from rules.certificate import Certificate
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
"""P-256, P-384 and P-521. Schannel has more, switched off, all of them weaker or rarely taken (see the references)."""
_HASHES = frozenset({"md5", "sha1"})
_BITS = 2048


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for certificate in setup.certificates:
        problems = [*_key_problems(certificate.key_type or ""), *_signature_problems(certificate)]
        if problems:
            detail = f"Certificate {certificate.label}: " + "; ".join(detail for detail, _ in problems)
            severity = max(severity for _, severity in problems)
            yield Violation(resource=certificate.resource, detail=detail, severity=severity)


def _key_problems(key_type: str) -> Iterator[tuple[str, Severity]]:
    algorithm, _, size = key_type.partition(" ")
    if algorithm == "RSA":
        if size.isdecimal() and int(size) < _BITS:
            yield f"an RSA key of {size} bits, and {_BITS} are the least", Severity.HIGH
    elif algorithm == "EC":
        if size and size not in _CURVES:
            yield f"a key on the curve {size}, which is neither P-256, P-384 nor P-521", Severity.HIGH
    elif algorithm:
        what = f"a key of type {algorithm}, and no document says that API Management takes anything but RSA and EC keys"
        yield what, Severity.MEDIUM


def _signature_problems(certificate: Certificate) -> Iterator[tuple[str, Severity]]:
    if (certificate.signature_hash or "").lower() in _HASHES:
        yield f"its signature is made with {(certificate.signature_hash or '').upper()}", Severity.HIGH


RULE = Rule(
    id="weak-certificate",
    severity=Severity.HIGH,
    what="A certificate has a weak key (RSA below 2048 bits, a curve other than P-256, P-384 and P-521) or a weak "
    "signature (SHA-1, MD5)",
    why="It can be forged, or the gateway's or the backend's TLS refuses it",
    fix="Have it issued anew with RSA 2048 or more, or on P-256 or P-384, signed with SHA-256 or better. A key of "
    "another type (Ed25519, DSA) is medium: it may work",
    reference="https://learn.microsoft.com/security/engineering/cryptographic-recommendations, "
    "https://learn.microsoft.com/windows/win32/secauthn/tls-elliptic-curves-in-windows-10-1607-and-later",
    check=_check,
    decided=known.facts("key_type"),
)
