"""Whatever is done to a certificate or a PFX, each reader ends in facts or in an error of ours; never late.

A few thousand by default; `X509_FUZZ=100000` for the long run, which also measures each: at most a second of computing.
Each is made of its number. The files before the damage are new in each run; a failure shows the damaged one.
"""

import os
import random
import time
from collections.abc import Callable

import pkcs12_files as files
import pytest
import unusual_certificates as unusual
import x509_damage as damage
from backend_mtls.errors import ArgumentProblemError, PfxError, ProblemError
from backend_mtls.x509 import ca_certificate, certificate, file_kinds, pfx
from certificates import Made, make

COUNT = int(os.environ.get("X509_FUZZ", "2000"))
PARTS = 8
MEASURED = 10_000
"""From this many on, each reading is measured."""
CLIENT, ROOT = make("client", key=unusual.KEY), make("root", ca=True)


def originals() -> tuple[list[bytes], list[bytes]]:
    """Certificates, and PFX."""
    made: list[Made | unusual.Spelt] = [
        CLIENT,
        ROOT,
        unusual.named(0x14, b"M\xfcller"),
        unusual.named(0x13, b"a&b"),
        unusual.without_seconds(),
        unusual.unsorted(),
        unusual.doubled_extension(),
    ]
    return [each.der for each in made], damage.originals()


def outcomes(data: bytes, inside: bytes | None) -> set[str]:
    """What each reader makes of it."""
    found = set()
    readers: list[Callable[[], object]] = [
        lambda: pfx.read(data, files.PASSWORD),
        lambda: pfx.read(data, None),
        lambda: ca_certificate.read(data),
        lambda: ca_certificate.read(data, password=files.PASSWORD),
        lambda: file_kinds.of(data),
        lambda: certificate.read(data),
    ]
    if inside is not None:
        readers.append(lambda: pfx.read(inside, None))
    for reader in readers:
        start = time.process_time()
        try:
            reader()
            found.add("read")
        except (PfxError, ArgumentProblemError) as error:
            found.add(told(error))
        except certificate.UnreadableCertificateError as error:
            found.add("unreadable" if str(error) else "")
        if COUNT >= MEASURED:
            assert time.process_time() - start < 1
    assert "" not in found
    return found


def told(error: ProblemError) -> str:
    problem = error.problem
    assert problem.what and problem.got and problem.allowed and problem.fix  # noqa: PT018
    return problem.what


def mutation(number: int, certificates: list[bytes], pfxs: list[bytes]) -> tuple[bytes, bytes | None]:
    """A damaged file, and a PFX around it if it is a certificate: there no MAC stands before it."""
    chance = random.Random(number)  # noqa: S311 -- not for cryptography
    if chance.random() < 0.5:
        return damage.damaged(number, pfxs), None
    data = damage.damaged(number, certificates)
    return data, unusual.assembled((CLIENT.key_der,), (data,))


@pytest.mark.parametrize("part", range(PARTS))
def test_each_reader_ends_in_facts_or_in_an_error_of_ours(part: int) -> None:
    certificates, pfxs = originals()
    for number in range(part, COUNT, PARTS):
        data, inside = mutation(number, certificates, pfxs)
        try:
            outcomes(data, inside)
        except BaseException as error:
            raise AssertionError(f"{number}: {data.hex()}") from error


def test_the_damage_reaches_every_reader() -> None:
    certificates, pfxs = originals()
    found: set[str] = set()
    for number in range(300):
        found |= outcomes(*mutation(number, certificates, pfxs))
    assert found >= {
        "read",
        "unreadable",
        "The PFX opens with its password, but a certificate in it cannot be read",
        "The password of the PFX is wrong",
        "The CA certificate cannot be read",
    }


@pytest.mark.parametrize("rounds", [2**31 - 1, 2**31, 2**63])
def test_a_bomb_of_rounds_is_refused_before_one_is_made(rounds: int) -> None:
    few, number = bytes.fromhex("0203010000"), rounds.to_bytes(9, "big").lstrip(b"\0")
    number = b"\0" + number if number[0] & 0x80 else number
    many = unusual.text(0x02, number)
    outer = files.by_openssl(CLIENT, "not encrypted", files.PASSWORD, "-iter", "65536")
    data = unusual.respelt(outer, few, many)
    assert data != outer
    with pytest.raises(PfxError, match="asks for too many rounds of key derivation"):
        pfx.read(data, files.PASSWORD)
