"""Whatever is done to a PFX, reading it ends in facts or in a `PfxError`; never otherwise, and never late."""

import os

import pkcs12_files as files
import pytest
from backend_mtls.errors import PfxError
from backend_mtls.x509 import pfx, pfx_structure
from x509_damage import ORDERS, damaged, originals

MUTATIONS = int(os.environ.get("PFX_MUTATIONS", "4000"))
"""How many damaged files are read. The files before the damage are new in each run; a failure shows the damaged one."""


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
