"""Whatever is uploaded, local Azure reads it or refuses it: it never fails. `X509_FUZZ=100000` for the long run."""

import os

import pytest
import unusual_certificates as unusual
from certificates import make
from pkcs12_files import PASSWORD
from x509_damage import damaged, originals

from local.azure import pkcs12

COUNT = int(os.environ.get("X509_FUZZ", "1000"))
CLIENT = make("client", key=unusual.KEY)


def read_or_refuse(data: bytes, password: str = PASSWORD) -> bool:
    try:
        found = pkcs12.read(data, password)
    except ValueError as error:
        assert str(error)  # noqa: PT017 -- read or refused, both are right
        return False
    assert found.thumbprint
    assert found.not_after
    assert found.subject is not None
    return True


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_file_is_read_or_refused(part: int) -> None:
    others = originals()
    for number in range(part, COUNT, 4):
        read_or_refuse(damaged(number, others))


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_certificate_in_a_whole_file_is_read_or_refused(part: int) -> None:
    for number in range(part, COUNT, 4):
        read_or_refuse(unusual.assembled((CLIENT.key_der,), (damaged(number, [CLIENT.der]),)), "")


@pytest.mark.parametrize("case", unusual.READ)
def test_what_is_written_is_read_again(case: str) -> None:
    data, password, _ = unusual.READ[case]()
    found = pkcs12.read(data, password or "")
    again = pkcs12.read(pkcs12.write(found))
    assert (again.der, again.chain, again.key.private_numbers()) == (
        found.der,
        found.chain,
        found.key.private_numbers(),
    )
