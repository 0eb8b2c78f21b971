"""Each extension is read by itself: what is malformed in one says nothing of the others."""

import pytest
from backend_mtls.x509 import extensions
from backend_mtls.x509.extensions import AlternativeNames
from certificates import make
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

KEY = ec.generate_private_key(ec.SECP256R1())
NAMES = x509.SubjectAlternativeName([x509.DNSName("a.example"), x509.RFC822Name("a@example")])
MALFORMED = {
    identifier: x509.UnrecognizedExtension(x509.ObjectIdentifier(identifier), b"\x30\x05\x01")
    for identifier in ("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37", "2.5.29.31")
}


def read(*given: x509.ExtensionType, ca: bool | None = None) -> extensions.Extensions:
    return extensions.read(make(key=KEY, ca=ca, extensions=given).der)


def test_what_is_not_there_is_none() -> None:
    found = read()
    assert found.names == AlternativeNames()
    assert (found.is_authority, found.path_length, found.signs_certificates, found.usages) == (None,) * 4
    assert found.is_for_servers


@pytest.mark.parametrize(("ca", "length"), [(True, None), (True, 0), (True, 300), (False, None)])
def test_basic_constraints(ca: bool, length: int | None) -> None:
    found = read(x509.BasicConstraints(ca=ca, path_length=length))
    assert (found.is_authority, found.path_length) == (ca, length)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (ExtendedKeyUsageOID.SERVER_AUTH, True),
        (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, True),
        (ExtendedKeyUsageOID.CLIENT_AUTH, False),
    ],
)
def test_extended_key_usage(usage: x509.ObjectIdentifier, expected: bool) -> None:
    found = read(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING, usage]))
    assert found.usages == (ExtendedKeyUsageOID.CODE_SIGNING.dotted_string, usage.dotted_string)
    assert found.is_for_servers is expected


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_one_leaves_the_others(malformed: str) -> None:
    others = {"2.5.29.17": NAMES, "2.5.29.19": x509.BasicConstraints(ca=True, path_length=1)}
    found = read(MALFORMED[malformed], *(each for identifier, each in others.items() if identifier != malformed))
    names = AlternativeNames(readable=False) if malformed == "2.5.29.17" else AlternativeNames(dns=("a.example",))
    assert found.names == names
    assert (found.is_authority, found.path_length) == ((False, None) if malformed == "2.5.29.19" else (True, 1))
    assert (found.usages, found.signs_certificates) == (None, None)


@given(data=st.binary(max_size=60), position=st.integers(0, 1000), byte=st.integers(0, 255))
def test_whatever_the_bytes_there_is_an_answer(data: bytes, position: int, byte: int) -> None:
    assert extensions.read(data).usages is None
    der = bytearray(make(key=KEY, extensions=[NAMES]).der)
    der[position % len(der)] = byte
    assert extensions.read(bytes(der)).is_for_servers in {True, False}
