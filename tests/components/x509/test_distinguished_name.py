"""Names are printed as Azure prints them, which is how .NET does."""

import pytest
from backend_mtls.x509 import distinguished_name
from certificates import make
from cryptography import x509
from cryptography.x509.oid import NameOID
from distinguished_names import CN, NO_NAMES, PRINTABLE, ROWS, UTF8, Row, certificate, name, string
from hypothesis import given
from hypothesis import strategies as st

from local.azure import distinguished_name as azure

OTHER = name((CN, string("other")))


def test_the_table_has_43_names() -> None:
    assert len({row.what for row in ROWS}) == len({row.der for row in ROWS}) == 43


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
class TestAnUnusualName:
    def test_is_printed_as_dotnet_prints_it(self, row: Row) -> None:
        assert distinguished_name.text(row.der) == row.expected

    @pytest.mark.parametrize("version", [1, 3])
    def test_is_found_in_a_certificate_that_nobody_else_parses(self, row: Row, version: int) -> None:
        der = certificate(row.der, OTHER, version=version)
        assert (distinguished_name.subject(der), distinguished_name.issuer(der)) == (row.expected, "CN=other")
        der = certificate(OTHER, row.der, version=version)
        assert (distinguished_name.subject(der), distinguished_name.issuer(der)) == ("CN=other", row.expected)


@pytest.mark.parametrize("der", NO_NAMES.values(), ids=NO_NAMES)
def test_what_is_no_name_is_empty_as_in_dotnet(der: bytes) -> None:
    assert distinguished_name.text(der) == ""


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\0", b"\x30\x02\x30\0", b"-----BEGIN", OTHER])
def test_what_is_no_certificate_names_nobody(der: bytes) -> None:
    assert (distinguished_name.subject(der), distinguished_name.issuer(der)) == ("", "")


def test_a_certificate_that_is_signed_names_subject_and_issuer() -> None:
    made = make("client", issuer=make("authority", ca=True))
    assert (distinguished_name.subject(made.der), distinguished_name.issuer(made.der)) == ("CN=client", "CN=authority")


KINDS = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.STATE_OR_PROVINCE_NAME, NameOID.LOCALITY_NAME)
KINDS += (NameOID.USER_ID, NameOID.GIVEN_NAME, NameOID.STREET_ADDRESS, NameOID.BUSINESS_CATEGORY, NameOID.TITLE)
VALUES = st.text(st.characters(exclude_categories=["C"]), min_size=1)
ATTRIBUTES = st.builds(x509.NameAttribute, st.sampled_from(KINDS), VALUES)


@given(attributes=st.lists(ATTRIBUTES, max_size=4))
def test_a_name_is_the_same_in_the_spelling_of_rfc_4514(attributes: list[x509.NameAttribute]) -> None:
    named = x509.Name(attributes)
    assert distinguished_name.is_same(named.rfc4514_string(), distinguished_name.text(named.public_bytes()))


def test_another_name_is_not_the_same() -> None:
    assert not distinguished_name.is_same("CN=orders,O=A", "CN=orders, O=B")
    assert not distinguished_name.is_same("CN=orders,ST=A", "CN=orders, L=A")
    assert not distinguished_name.is_same("CN=orders,O=A", "CN=orders, O=A, C=US")
    assert distinguished_name.is_same("1.2.840.113549.1.9.1=a@b.c,2.5.4.5=d", "E=a@b.c, SERIALNUMBER=d")
    assert distinguished_name.is_same("CN=a+OU=b,UID=c", "CN=a + OU=b, OID.0.9.2342.19200300.100.1.1=c")
    assert distinguished_name.is_same("CN=orders,O=A\\, Inc.,ST=x", 'CN=orders, O="A, Inc.", S=x')


LONG = name((CN, string("x" * 200)), (CN, string("y" * 70000)))


def test_long_values_are_printed_whole() -> None:
    assert distinguished_name.text(LONG) == f"CN={'y' * 70000}, CN={'x' * 200}"


@given(position=st.integers(0, 500), byte=st.integers(0, 255), row=st.sampled_from(ROWS))
def test_product_and_double_print_whatever_bytes_alike(position: int, byte: int, row: Row) -> None:
    data = bytearray(certificate(row.der, OTHER))
    data[position % len(data)] = byte
    shown = distinguished_name.text(bytes(data))
    assert shown == azure.printed(bytes(data))
    distinguished_name.subject(bytes(data)).encode()
    changed = bytearray(row.der)
    changed[position % len(changed)] = byte
    shown = distinguished_name.text(bytes(changed))
    assert shown == azure.printed(bytes(changed))
    shown.encode()


@given(value=st.text(), tag=st.sampled_from([UTF8, PRINTABLE]))
def test_a_value_in_quotes_is_the_value_with_its_quotes_doubled(value: str, tag: int) -> None:
    value = (
        value.encode(errors="ignore").decode().rstrip("\0")
        if tag == UTF8
        else value.encode("ascii", "ignore").decode().rstrip("\0")
    )
    shown = distinguished_name.text(name((CN, string(value, tag)))).removeprefix("CN=")
    quoted = shown.startswith('"')
    assert (shown[1:-1].replace('""', '"') if quoted else shown) == value
    assert quoted or not set(value) & set(',+="\n<>#;')
