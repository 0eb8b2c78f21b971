"""`python -m bench.server_chains`: how long judging a server's chain takes, whatever stands in the file.

Two authorities that certified each other have a factorial number of ways between them, and a name with many keys makes
each certificate a candidate for the issuer of each: the time may grow with the square of the certificates at most.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from backend_mtls.x509 import server_trust
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from rich.console import Console
from rich.table import Table

SECONDS = 1.0
"""The most that a file of a hundred certificates may take."""


@dataclass(frozen=True)
class _Authority:
    name: str
    key: ec.EllipticCurvePrivateKey


def _issue(subject: _Authority, issuer: _Authority) -> bytes:
    now = datetime.now(UTC)
    subject_name, issuer_name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each.name)]) for each in (subject, issuer)
    )
    return (
        x509.CertificateBuilder(issuer_name, subject_name, subject.key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(issuer.key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def _authority(name: str) -> _Authority:
    return _Authority(name, ec.generate_private_key(ec.SECP256R1()))


def _cross_certified(number: int) -> list[bytes]:
    first, second = _authority("first"), _authority("second")
    pairs = [(_issue(first, second), _issue(second, first)) for _ in range(number // 2)]
    return [_issue(_authority("server"), first), *(each for pair in pairs for each in pair)]


def _same_name(number: int) -> list[bytes]:
    line = [_authority("same") for _ in range(number)]
    above = [_issue(low, high) for low, high in zip(line, [*line[1:], line[-1]], strict=True)]
    return [_issue(_authority("server"), line[0]), *above]


def _long(number: int) -> list[bytes]:
    line = [_authority(f"authority {position}") for position in range(number)]
    above = [_issue(low, high) for low, high in zip(line, [*line[1:], line[-1]], strict=True)]
    return [_issue(_authority("server"), line[0]), *above]


FILES: Mapping[str, Callable[[int], list[bytes]]] = {
    "two authorities, cross-certified": _cross_certified,
    "one name, each with a key of its own": _same_name,
    "one long chain": _long,
}
"""What stands behind the server's certificate, by name."""


def main() -> int:
    """Measures each file in two sizes, and prints a table; 1 when one of a hundred certificates takes too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.server_chains", description="Measures servers' chains.")
    parser.add_argument("--runs", type=int, default=5, help="how often each file is judged (default: 5)")
    runs = parser.parse_args().runs
    table = Table(title=f"Chains of servers' certificates (target: {SECONDS} s)")
    for heading in ("File", "Certificates", "Seconds"):
        table.add_column(heading, justify="right")
    missed = False
    for name, made in FILES.items():
        for number in (12, 100):
            data = b"".join(made(number))
            seconds = median(_seconds(data) for _ in range(runs))
            missed = missed or seconds > SECONDS
            table.add_row(name, str(number), f"{seconds:.4f}")
    Console().print(table)
    return int(missed)


def _seconds(data: bytes) -> float:
    started = time.perf_counter()
    server_trust.problems(data, url="https://server/", ca_certificates=())
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
