"""Whatever is done to a PFX, reading it ends in facts or in a `PfxError`; never otherwise, and never late."""

import os
import random
from collections.abc import Callable, Sequence

import pkcs12_files as files
import pytest
from backend_mtls.errors import PfxError
from backend_mtls.x509 import pfx, pfx_structure
from certificates import make
from cryptography.hazmat.primitives.asymmetric import ec

MUTATIONS = int(os.environ.get("PFX_MUTATIONS", "4000"))
"""How many damaged files are read. The files before the damage are new in each run; a failure shows the damaged one."""
ORDERS, LEGACY = (make(name, key=ec.generate_private_key(ec.SECP256R1())) for name in ("orders", "legacy"))
RSA = make("rsa")


def originals() -> list[bytes]:
    """Files by every tool that is installed."""
    makers: list[Callable[[], bytes]] = [
        *(lambda form=form: files.by_openssl(ORDERS, form) for form in files.OPENSSL),
        lambda: files.by_openssl(RSA, "no MAC"),
        lambda: files.with_indefinite_lengths(files.by_openssl(ORDERS)),
        lambda: files.by_keytool("orders"),
        lambda: files.by_keytool("orders", "legacy"),
        lambda: files.by_cryptography(ORDERS, LEGACY.certificate),
    ]
    return [make_file() for make_file in makers]


def flip(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    for _number in range(chance.choice((1, 1, 1, 4, 32))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    start = chance.randrange(len(data))
    del data[start : chance.choice((len(data), start + chance.randrange(1, 64)))]


def insert(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    start = chance.randrange(len(data))
    data[start:start] = chance.choice((chance.randbytes(chance.randrange(1, 40)), data[start : start + 40]))


def lie_about_a_length(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    places = [index for index, byte in enumerate(data[:-5]) if byte in (0x02, 0x04, 0x06, 0x30, 0x31, 0xA0)]
    start = chance.choice(places or [0]) + 1
    data[start : start + chance.choice((1, 2, 3))] = chance.choice(
        (b"\x80", b"\x84\xff\xff\xff\xff", b"\x88" + b"\x01" * 8, b"\xff", b"\x00", chance.randbytes(2))
    )


def enlarge_a_number(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    """The iteration counts are among them."""
    places = [index for index in range(len(data) - 4) if data[index] == 2 and data[index + 1] in (1, 2, 3)]
    start = chance.choice(places or [0]) + 2
    data[start] = chance.choice((0x7F, 0x80, 0xFF))


def splice(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> None:
    other = chance.choice(others)
    data[chance.randrange(len(data)) :] = other[chance.randrange(len(other)) :]


WAYS = (flip, cut, insert, lie_about_a_length, enlarge_a_number, splice)


def damaged(number: int, others: Sequence[bytes]) -> bytes:
    """The damaged file of that number."""
    chance = random.Random(number)  # noqa: S311 -- not for cryptography
    data = bytearray(chance.choice(others))
    for _ in range(chance.choice((1, 1, 2, 3))):
        chance.choice(WAYS)(data, chance, others)
        if len(data) < 8:
            break
    return bytes(data)


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_file_is_facts_or_a_pfx_error(part: int) -> None:
    others = originals()
    for number in range(part, MUTATIONS, 4):
        data = damaged(number, others)
        try:
            pfx.read(data, files.PASSWORD)
        except PfxError as error:
            problem = error.problem
            assert problem.what and problem.got and problem.allowed and problem.fix, number  # noqa: PT018
        except BaseException as error:
            raise AssertionError(data.hex()) from error


def test_damage_reaches_every_part_that_a_file_has() -> None:
    """The files that are damaged are opened and refused in several ways: the damage is neither trivial nor total."""
    others, outcomes = originals(), set()
    for number in range(800):
        try:
            pfx.read(damaged(number, others), files.PASSWORD)
            outcomes.add("read")
        except PfxError as error:
            outcomes.add(error.problem.what)
    assert outcomes >= {"read", "The file is not a PFX", "The password of the PFX is wrong", "The PFX is damaged"}


@pytest.mark.parametrize(
    "nested", [b"\x30\x80" * 50_000, b"\x30\x83\x03\xff\xff" * 40_000, b"\x24\x80" * 100, b"\xa0\x80\x30\x80" * 20]
)
def test_deep_nesting_is_refused_without_descending(nested: bytes) -> None:
    with pytest.raises(ValueError, match=r"no ASN.1|longer than the data|no PFX"):
        pfx_structure.examine(b"\x30\x80" + nested)


def test_each_number_of_rounds_in_a_file_is_counted() -> None:
    """Three parts with 1,234 rounds each: the certificates, the key and the MAC."""
    few, many = (
        pfx_structure.examine(files.by_openssl(ORDERS, "AES", files.PASSWORD, "-iter", count)).rounds
        for count in ("1234", "2234")
    )
    assert many - few == 3000


@pytest.mark.parametrize("count", [1, 3])
def test_a_number_of_rounds_beyond_any_patience_is_refused_wherever_it_stands(count: int) -> None:
    few, many = bytes.fromhex("0203010000"), bytes.fromhex("02037fffff")
    data = files.by_openssl(ORDERS, "3DES", files.PASSWORD, "-iter", "65536")
    assert data.count(few) == 3
    with pytest.raises(PfxError, match="too many rounds of key derivation"):
        pfx.read(data.replace(few, many, count), files.PASSWORD)
    with pytest.raises(PfxError, match="too many rounds of key derivation"):
        pfx.read(data[::-1].replace(few[::-1], many[::-1], count)[::-1], files.PASSWORD)


def test_the_allowed_number_of_rounds_is_taken_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.by_openssl(ORDERS)
    rounds = pfx_structure.examine(data).rounds
    monkeypatch.setattr(pfx, "MAXIMUM_ROUNDS", rounds)
    assert pfx.read(data, files.PASSWORD).subject == "CN=orders"
    monkeypatch.setattr(pfx, "MAXIMUM_ROUNDS", rounds - 1)
    with pytest.raises(PfxError, match="too many rounds of key derivation"):
        pfx.read(data, files.PASSWORD)
