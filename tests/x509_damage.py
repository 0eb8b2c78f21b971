"""PFX files and certificates, damaged in every way; each is made of its number."""

import random
from collections.abc import Callable, Sequence

import pkcs12_files as files
from certificates import make
from cryptography.hazmat.primitives.asymmetric import ec

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
