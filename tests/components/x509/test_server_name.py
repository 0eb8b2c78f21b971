"""A certificate is for a host where .NET says so; rows marked with a method stand in MatchesHostnameTests.cs there."""

from ipaddress import ip_address

import pytest
from backend_mtls.x509 import extensions
from backend_mtls.x509.server_name import ServerNames
from certificates import make
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from distinguished_names import BMP, CN, ORG, certificate, name, string, tlv
from hypothesis import given
from hypothesis import strategies as st

KEY = ec.generate_private_key(ec.SECP256R1())


def matches(host: str, *names: str, cn: str = "server") -> bool:
    """Whether a certificate with these alternative names (`dns:`, `ip:`, `mail:`) is for the host."""
    kinds = {"dns": x509.DNSName, "mail": x509.RFC822Name, "ip": lambda text: x509.IPAddress(ip_address(text))}
    listed = [kinds[kind](value) for kind, _, value in (each.partition(":") for each in names)]
    made = make(cn, key=KEY, extensions=[x509.SubjectAlternativeName(listed)] if listed else [])
    return ServerNames.of(made.der, extensions.read(made.der)).match(host)


FRUIT = "zalzalak.fruit.example"


@pytest.mark.parametrize(
    ("host", "names", "cn", "expected"),
    [
        ("yumberry.fruit.example", ["dns:yumberry.fruit.example"], FRUIT, True),
        ("zalzalak.pome.fruit.example", ["dns:*.pome.fruit.example"], FRUIT, True),
        (FRUIT, ["dns:yumberry.fruit.example", "dns:*.pome.fruit.example"], FRUIT, False),  # SanDnsMeansNoCommonName…
        (FRUIT, ["ip:127.0.0.1", "mail:it@fruit.example"], FRUIT, True),  # SanWithNoDnsMeansDoCommonNameFallback
        ("yumberry.fruit.example", ["ip:127.0.0.1"], FRUIT, False),
        ("127.0.0.1", ["ip:127.0.0.1"], FRUIT, True),
        ("10.0.0.1", ["ip:127.0.0.1"], "10.0.0.1", False),  # SanWithIPAddressMeansNoCommonNameFallback
        ("fe80::1", ["ip:fe80::1"], FRUIT, True),
        ("FE80:0000::01", ["ip:fe80::1"], FRUIT, True),
        ("fe80::1%eth0", ["ip:fe80::1"], FRUIT, True),
        ("fe80::", ["ip:fe80::1"], FRUIT, False),
        ("127.0.0.1", ["dns:127.0.0.1"], "10.0.0.1", False),  # SanDoesNotMatchIPAddressInDnsName
        ("10.0.0.1", ["dns:127.0.0.1"], "10.0.0.1", True),
        ("cranberry.fruit.example", ["dns:*berry.fruit.example", "dns:cran*.fruit.example"], FRUIT, False),
        ("apple.pome.fruit.example", ["dns:*.fruit.example"], FRUIT, False),  # WildcardsDoNotMatchThroughPeriods
        ("fruit.example", ["dns:*.fruit.example"], FRUIT, False),
        ("apple.pome.fruit.example", ["dns:*.*.fruit.example", "dns:apple.*.fruit.example"], FRUIT, False),
        ("APPLE.fruit.example", ["dns:apple.FRUIT.example"], FRUIT, True),  # DnsMatchNotCaseSensitive
        ("apple.fruit.example.", ["dns:apple.fruit.example"], FRUIT, True),
        ("apple.fruit.example", ["dns:apple.fruit.example."], FRUIT, True),
        ("apple", ["dns:*."], FRUIT, False),
        ("apple", ["dns:*"], FRUIT, False),
        (FRUIT, [], FRUIT, True),
        (FRUIT.upper(), [], FRUIT, True),
        ("papaya.fruit.example", [], "*.fruit.example", True),  # Windows, KB 258858; MatchesHostname refuses it
        ("fruit.example", [], "*.fruit.example", False),
        ("papaya.fruit.example", [], "p*.fruit.example", False),
        ("bücher.example", ["dns:xn--bcher-kva.example"], "a", True),
        ("BÜCHER.example", ["dns:XN--BCHER-KVA.example"], "a", True),
        ("xn--bcher-kva.example", ["dns:xn--bcher-kva.example"], "a", True),
        ("bücher.example", [], "xn--bcher-kva.example", True),
        ("bücher.example", [], "bücher.example", False),  # IdnMapping makes Punycode of the host alone
        ("bücher.example", ["dns:*.example"], "a", True),
        ("straße.example", ["dns:strasse.example"], "a", True),  # IDNA 2003
        ("straße.example", ["dns:xn--strae-oqa.example"], "a", True),  # IDNA 2008
        ("例え。example", ["dns:xn--r8jz45g.example"], "a", True),
        (f"{'ü' * 70}.example", ["dns:*.example"], "a", True),
        ("\U0001f600.example", ["dns:xn--e28h.example"], "a", True),
        ("", ["dns:apple"], "a", False),
        (".", ["dns:apple"], "", False),
    ],
)
def test_a_certificate_is_for_a_host(host: str, names: list[str], cn: str, expected: bool) -> None:
    assert matches(host, *names, cn=cn or "server") is expected


HOST = (CN, string("orders"))


@pytest.mark.parametrize(
    ("subject", "counts"),
    [
        (name(HOST), True),
        (name((CN, string("orders", BMP))), True),
        (name((ORG, string("orders"))), False),
        (name(HOST, HOST), False),
        (name(HOST, [(CN, string("other")), (ORG, string("a"))]), False),
        (name([HOST, (ORG, string("a"))]), False),
        (name((CN, tlv(0x04, b"orders"))), False),
        (name(), False),
        (b"\x30\x01\x01", False),
    ],
    ids=["alone", "in UTF-16", "none", "two", "two, one beside another", "beside another", "no text", "nobody", "odd"],
)
def test_a_common_name_counts_if_it_is_the_only_one_and_alone_in_its_part(subject: bytes, counts: bool) -> None:
    der = certificate(subject, name())
    assert ServerNames.of(der, extensions.read(der)).match("orders") is counts


@given(host=st.text(), pattern=st.text(alphabet=st.characters(max_codepoint=127)), cn=st.text())
def test_whatever_the_texts_there_is_an_answer(host: str, pattern: str, cn: str) -> None:
    assert ServerNames(dns=(pattern,), addresses=(), common_name=cn).match(host) in {True, False}
    assert ServerNames(dns=(), addresses=(), common_name=cn).match(host) in {True, False}
