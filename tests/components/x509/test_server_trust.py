"""A server certificate that the gateway would refuse is a problem; one that may be a public authority's never is."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address

import pytest
from backend_mtls.x509 import ca_certificate, server_trust
from backend_mtls.x509.ca_certificate import CaCertificate
from certificates import Made, make
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

HOST = "orders.example.com"


def elliptic(name: str, issuer: Made | None = None, *, ca: bool = False, **more: object) -> Made:
    return make(name, key=ec.generate_private_key(ec.SECP256R1()), issuer=issuer, ca=ca, **more)


def names(*every: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [x509.IPAddress(ip_address(each)) if each[0] in ":0123456789" else x509.DNSName(each) for each in every]
    )


ROOT = elliptic("root", ca=True)
INTERMEDIATE = elliptic("intermediate", ROOT, ca=True)
SERVER = elliptic("server", INTERMEDIATE, extensions=[names(HOST)])
SELF_SIGNED = elliptic("self", extensions=[names(HOST)])
OTHER = elliptic("other", ca=True)
CROSS = make("root", key=ROOT.key, issuer=OTHER, ca=True)
TRUSTED = ca_certificate.read(ROOT.pem)
TRUSTED_INTERMEDIATE = ca_certificate.read(INTERMEDIATE.pem)
UNRELATED = ca_certificate.read(OTHER.pem)
FULL = SERVER.pem + INTERMEDIATE.pem + ROOT.pem


def problems(
    server: bytes,
    cas: Sequence[CaCertificate] = (),
    *,
    url: str = f"https://{HOST}/v1",
    chain: bool = True,
    name: bool = True,
    public: Sequence[Made] = (),
) -> list[str]:
    found = server_trust.problems(
        server,
        url=url,
        ca_certificates=cas,
        validate_chain=chain,
        validate_name=name,
        trusted_anyway={each.certificate.fingerprint(hashes.SHA256()) for each in public},
    )
    return [str(each) for each in found]


def text(what: str, got: str, allowed: str, fix: str) -> str:
    return f"{what}\n    where:   server_certificate\n    got:     {got}\n    allowed: {allowed}\n    fix:     {fix}"


OR_SKIP = "or say why the chain need not be validated (skip_chain_validation_reason)"
CHAIN = "a chain that ends in a public root or in one of the service's CA certificates"


class TestTheChain:
    @pytest.mark.parametrize(
        ("server", "cas"),
        [
            (FULL, [TRUSTED]),
            (SERVER.pem + INTERMEDIATE.pem, [TRUSTED]),
            (SERVER.pem + ROOT.pem + INTERMEDIATE.pem, [UNRELATED, TRUSTED]),
            (SERVER.der, [TRUSTED, TRUSTED_INTERMEDIATE]),
            (FULL + CROSS.pem, [UNRELATED]),
        ],
        ids=["whole", "without root", "out of order", "alone, both on the service", "by the cross-signed root"],
    )
    def test_to_a_ca_certificate_of_the_service_is_no_problem(self, server: bytes, cas: list[CaCertificate]) -> None:
        assert problems(server, cas) == []

    @pytest.mark.parametrize(
        ("server", "cas"),
        [
            (SERVER.der, []),
            (SERVER.pem, [UNRELATED]),
            (SERVER.pem + INTERMEDIATE.pem, []),
            (SERVER.pem + INTERMEDIATE.pem, [UNRELATED]),
            (SERVER.pem, [TRUSTED_INTERMEDIATE]),
        ],
    )
    def test_that_ends_before_a_root_may_be_a_public_one(self, server: bytes, cas: list[CaCertificate]) -> None:
        assert problems(server, cas) == []

    @pytest.mark.parametrize("made", [[ROOT], [ROOT, OTHER]])
    def test_to_a_public_root_is_no_problem(self, made: list[Made]) -> None:
        assert problems(FULL, public=made) == []

    def test_to_another_root_is_one(self) -> None:
        assert problems(FULL, [UNRELATED]) == [
            text(
                "The server certificate comes from an authority that the service does not trust",
                "CN=server, whose chain ends in CN=root",
                CHAIN,
                f"add the certificate of that authority to ca_certificates, {OR_SKIP}",
            )
        ]

    def test_of_a_self_signed_certificate_is_one(self) -> None:
        assert problems(SELF_SIGNED.pem, [TRUSTED]) == [
            text(
                "The server certificate is self-signed",
                "CN=self",
                CHAIN,
                f"have an authority issue it and name that in ca_certificates, {OR_SKIP}",
            )
        ]

    def test_is_followed_by_signature_and_not_by_name(self) -> None:
        impostor = elliptic("root", ca=True)
        assert problems(FULL, [ca_certificate.read(impostor.pem)]) != []

    def test_that_is_not_validated_is_no_problem(self) -> None:
        expired = elliptic("old", extensions=[names(HOST)], starts_in=timedelta(days=-9), lasts=timedelta(days=8))
        assert problems(SELF_SIGNED.pem, chain=False) == []
        assert problems(expired.pem, chain=False) == []

    @pytest.mark.parametrize(
        ("starts_in", "what", "got", "fix"),
        [
            (-9, "The server certificate has expired", "until {0.not_valid_after_utc", "renew it on the server"),
            (9, "The server certificate is not valid yet", "from {0.not_valid_before_utc", "deploy once it is valid"),
        ],
    )
    def test_of_a_certificate_that_is_not_valid_today_is_one(
        self, starts_in: int, what: str, got: str, fix: str
    ) -> None:
        made = elliptic(
            "server", ROOT, extensions=[names(HOST)], starts_in=timedelta(days=starts_in), lasts=timedelta(days=8)
        )
        got = f"CN=server, valid {got}:%Y-%m-%d %H:%M}} UTC".format(made.certificate)
        assert problems(made.pem, [TRUSTED]) == [
            text(what, got, "a certificate that is valid today", f"{fix}, {OR_SKIP}")
        ]

    @pytest.mark.parametrize(
        ("usage", "count"),
        [
            (ExtendedKeyUsageOID.CLIENT_AUTH, 1),
            (ExtendedKeyUsageOID.SERVER_AUTH, 0),
            (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, 0),
        ],
    )
    def test_of_a_certificate_that_is_not_for_servers_is_one(self, usage: x509.ObjectIdentifier, count: int) -> None:
        made = elliptic("server", ROOT, extensions=[names(HOST), x509.ExtendedKeyUsage([usage])])
        expected = text(
            "The server certificate is not for servers",
            "CN=server, extended key usage 1.3.6.1.5.5.7.3.2",
            "server authentication (1.3.6.1.5.5.7.3.1)",
            f"have it issued for server authentication, {OR_SKIP}",
        )
        assert problems(made.pem, [TRUSTED]) == [expected] * count


class TestTheName:
    @pytest.mark.parametrize(
        ("certificate_names", "host"),
        [
            (["orders.example.com"], "orders.example.com"),
            (["other.example.com", "Orders.Example.com"], "ORDERS.example.com:8443"),
            (["*.example.com"], "orders.example.com"),
            (["10.0.0.1"], "10.0.0.1"),
            (["::1"], "[0:0::1]:8443"),
            (["xn--bcher-kva.example"], "bücher.example"),
            (["orders.example.com"], "orders.example.com."),
        ],
    )
    def test_among_the_alternative_names_is_no_problem(self, certificate_names: list[str], host: str) -> None:
        made = elliptic("server", ROOT, extensions=[names(*certificate_names)])
        assert problems(made.pem, [TRUSTED], url=f"https://{host}/") == []

    @pytest.mark.parametrize(
        ("certificate_names", "host"),
        [
            (["orders.example.com"], "legacy.example.com"),
            (["*.example.com"], "a.orders.example.com"),
            (["*.example.com"], "example.com"),
            (["*"], "orders"),
            (["o*.example.com"], "orders.example.com"),
            (["10.0.0.1"], "10.0.0.2"),
            (["orders.example.com"], "10.0.0.1"),
        ],
    )
    def test_of_something_else_is_one(self, certificate_names: list[str], host: str) -> None:
        made = elliptic("server", ROOT, extensions=[names(*certificate_names)])
        assert problems(made.pem, [TRUSTED], url=f"https://{host}/") == [
            text(
                "The server certificate is for another name than the backend's host",
                f"{host}; the certificate is for {certificate_names[0]}",
                "a certificate whose subject alternative names include the host",
                "call the backend by one of those names, have the certificate issued for the host, or say why the name "
                "need not match (skip_name_validation_reason)",
            )
        ]

    def test_in_the_common_name_counts_where_there_is_no_dns_name(self) -> None:
        assert problems(elliptic(HOST, ROOT).pem, [TRUSTED]) == []
        assert problems(elliptic(HOST, ROOT, extensions=[names("10.0.0.1")]).pem, [TRUSTED]) == []

    def test_in_the_common_name_does_not_count_beside_a_dns_name(self) -> None:
        (found,) = problems(elliptic(HOST, ROOT, extensions=[names("legacy.example.com")]).pem, [TRUSTED])
        assert f"got:     {HOST}; the certificate is for legacy.example.com" in found

    def test_in_another_common_name_is_said_to_be_there(self) -> None:
        (found,) = problems(elliptic("legacy.example.com", ROOT).pem, [TRUSTED])
        assert f"got:     {HOST}; the certificate is for legacy.example.com (its common name)" in found

    @pytest.mark.parametrize("url", ["https://[::1/", "https://", "", "https://ex\u2100mple.com/", "not a URL"])
    def test_is_not_judged_for_a_url_without_a_host(self, url: str) -> None:
        assert problems(FULL, [TRUSTED], url=url) == []

    def test_that_is_not_validated_is_no_problem(self) -> None:
        assert problems(FULL, [TRUSTED], url="https://elsewhere", name=False) == []


def test_chain_and_name_are_reported_together() -> None:
    assert len(problems(SELF_SIGNED.pem, url="https://elsewhere")) == 2


@pytest.mark.parametrize("data", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_said_to_be_none(data: bytes) -> None:
    assert problems(data) == [
        text(
            "The server certificate cannot be read",
            f"{len(data)} bytes that are no certificate",
            "a certificate as DER, or as PEM with the rest of its chain behind it",
            "save what the server sends (openssl s_client -connect HOST:443 -showcerts)",
        )
    ]


@pytest.mark.parametrize("identifier", ["2.5.29.31", "2.5.29.35", "1.3.6.1.5.5.7.1.1"])
def test_a_malformed_extension_that_nobody_needs_is_no_problem(identifier: str) -> None:
    malformed = x509.UnrecognizedExtension(x509.ObjectIdentifier(identifier), b"\x30\x05\x01")
    made = elliptic("server", ROOT, extensions=[names(HOST), malformed])
    assert problems(made.pem, [TRUSTED]) == []
    assert server_trust.summary(made.pem)["subject"] == "CN=server"


def test_malformed_alternative_names_match_no_host() -> None:
    malformed = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), b"\x30\x05\x82")
    (found,) = problems(elliptic(HOST, ROOT, extensions=[malformed]).pem, [TRUSTED])
    assert f"got:     {HOST}; the certificate is for no name at all" in found


def test_public_roots_are_many_and_ours_is_none_of_them() -> None:
    roots = server_trust.public_roots()
    assert len(roots) > 100
    assert ROOT.certificate.fingerprint(hashes.SHA256()) not in roots


@given(position=st.integers(0, 3000), byte=st.integers(0, 255), cut=st.integers(0, 5))
def test_a_damaged_certificate_ends_in_problems_only(position: int, byte: int, cut: int) -> None:
    data = bytearray(SERVER.der)
    data[position % len(data)] = byte
    assert isinstance(problems(bytes(data[: len(data) - cut]), [TRUSTED]), list)
