"""Local Azure prints names as Azure does, which is how .NET prints them."""

import pytest
from certificates import make
from distinguished_names import NO_NAMES, ROWS, Row

from local.azure import distinguished_name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_an_unusual_name_is_printed_as_dotnet_prints_it(row: Row) -> None:
    assert distinguished_name.printed(row.der) == row.expected


@pytest.mark.parametrize("der", NO_NAMES.values(), ids=NO_NAMES)
def test_what_is_no_name_is_empty_as_in_dotnet(der: bytes) -> None:
    assert distinguished_name.printed(der) == ""


def test_a_certificate_names_subject_and_issuer() -> None:
    made = make("client", issuer=make("authority", ca=True))
    assert distinguished_name.subject_of(made.certificate) == "CN=client"
    assert distinguished_name.issuer_of(made.certificate) == "CN=authority"
