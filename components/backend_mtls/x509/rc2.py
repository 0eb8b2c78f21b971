"""RC2 in CBC mode (RFC 2268): with it Windows and OpenSSL before 3 encrypt certificates in a PFX.

Pure. `cryptography` offers it with 128 bits only, and only where its OpenSSL still has it.
"""

import struct

_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b255597312d"
    "5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d"
    "38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)
_BLOCK = 8


def decrypt(key: bytes, vector: bytes, data: bytes) -> bytes:
    """The plain text, its padding included; every byte of the key counts."""
    words, found = _expanded(key), []
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        found.append(bytes(one ^ other for one, other in zip(_block(words, block), vector, strict=True)))
        vector = block
    return b"".join(found)


def _expanded(key: bytes) -> tuple[int, ...]:
    """Section 2, with as many effective bits as the key has."""
    size, table = len(key), bytearray(key)
    for at in range(size, 128):
        table.append(_PI[(table[at - 1] + table[at - size]) & 0xFF])
    table[128 - size] = _PI[table[128 - size]]
    for at in range(127 - size, -1, -1):
        table[at] = _PI[table[at + 1] ^ table[at + size]]
    return struct.unpack("<64H", table)


def _block(words: tuple[int, ...], block: bytes) -> bytes:
    """Section 4: five rounds of mixing, one of mashing, six, one, five, each backwards."""
    four, at = list(struct.unpack("<4H", block)), 63
    for rounds in (5, 6, 5):
        for _ in range(rounds):
            at = _unmix(four, words, at)
        if at > 0:
            for place in (3, 2, 1, 0):
                four[place] = (four[place] - words[four[place - 1] & 63]) & 0xFFFF
    return struct.pack("<4H", *four)


def _unmix(four: list[int], words: tuple[int, ...], at: int) -> int:
    for place, shift in ((3, 5), (2, 3), (1, 2), (0, 1)):
        turned = (four[place] << (16 - shift) | four[place] >> shift) & 0xFFFF
        last, before, first = four[place - 1], four[place - 2], four[place - 3]
        four[place] = (turned - words[at] - (last & before) - (~last & first)) & 0xFFFF
        at -= 1
    return at
