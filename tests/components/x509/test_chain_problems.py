"""A certificate in a server's chain that no chain may lead through is named, with what is wrong with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from backend_mtls.x509 import ca_certificate, chain_problems, server_trust
from backend_mtls.x509.chain import Link
from certificates import Made
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from server_situations import PAST, authority, server, signing

ROOT, OTHER = authority("root"), authority("other")
OR_SKIP = "or say why the chain need not be validated (skip_chain_validation_reason)"
NO_AUTHORITY = "authorities above the server's certificate (basicConstraints CA=TRUE, keyUsage with keyCertSign)"
RENEW = "have the server send the authority's new certificate, and name it in ca_certificates where the old one stands"


def text(what: str, got: str, allowed: str, fix: str) -> str:
    return f"{what}\n    where:   server_certificate\n    got:     {got}\n    allowed: {allowed}\n    fix:     {fix}"


def found(middle: Made, *, root: Made = ROOT, sent: Sequence[Made] = ()) -> list[str]:
    """What is wrong with a server whose certificate `middle` issued."""
    pem = b"".join(each.pem for each in (server(middle), middle, *sent))
    trusted = [ca_certificate.read(root.pem)]
    problems = server_trust.problems(pem, url="https://orders.example.com", ca_certificates=trusted, trusted_anyway=())
    return [str(each) for each in problems]


class TestACertificateInTheChain:
    def test_that_has_expired_is_one(self) -> None:
        middle = authority("middle", ROOT, **PAST)
        got = f"CN=middle, valid until {middle.certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        what = "A certificate in the server's chain has expired"
        assert found(middle) == [text(what, got, "a chain of certificates that are valid today", f"{RENEW}, {OR_SKIP}")]

    def test_that_is_not_valid_yet_is_one(self) -> None:
        middle = authority("middle", ROOT, starts_in=timedelta(days=9))
        got = f"CN=middle, valid from {middle.certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        what, allowed = "A certificate in the server's chain is not valid yet", "a chain of certificates that are valid"
        assert found(middle) == [text(what, got, f"{allowed} today", f"deploy once it is valid, {OR_SKIP}")]

    @pytest.mark.parametrize(
        ("ca", "extensions", "reason"),
        [
            (False, [], "basicConstraints CA=FALSE"),
            (None, [], "no basicConstraints"),
            (True, [signing(certificates=False)], "keyUsage without keyCertSign"),
        ],
    )
    def test_that_is_no_authority_s_is_one(
        self, ca: bool | None, extensions: list[x509.ExtensionType], reason: str
    ) -> None:
        middle = authority("middle", ROOT, ca=ca, extensions=extensions)
        what = "A certificate in the server's chain is not that of an authority"
        fix = f"have the server's certificate issued by an authority, {OR_SKIP}"
        assert found(middle) == [text(what, f"CN=middle, {reason}", NO_AUTHORITY, fix)]

    def test_that_stands_too_far_up_is_one(self) -> None:
        high = authority("high", ROOT, ca=None, extensions=[x509.BasicConstraints(ca=True, path_length=0)])
        assert found(authority("low", high), sent=[high]) == [
            text(
                "The server's chain is longer than an authority in it allows",
                "CN=high, which allows 0 authorities below it and has 1 there",
                "as many authorities as the path length in its basic constraints",
                f"have the server's certificate issued by an authority further up, {OR_SKIP}",
            )
        ]

    def test_that_is_for_something_else_is_one(self) -> None:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
        assert found(authority("middle", ROOT, extensions=[usage])) == [
            text(
                "An authority in the server's chain is not for servers",
                "CN=middle, extended key usage 1.3.6.1.5.5.7.3.3",
                "server authentication (1.3.6.1.5.5.7.3.1)",
                f"have the server's certificate issued by one that is for servers, {OR_SKIP}",
            )
        ]

    @pytest.mark.parametrize(
        "extensions",
        [
            [signing(certificates=True)],
            [x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])],
            [x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])],
        ],
    )
    def test_that_is_a_proper_authority_s_is_none(self, extensions: list[x509.ExtensionType]) -> None:
        assert found(authority("middle", ROOT, extensions=extensions)) == []

    def test_is_told_beside_a_root_that_is_not_trusted(self) -> None:
        middle = authority("middle", ROOT, **PAST)
        untrusted, expired = found(middle, root=OTHER, sent=[ROOT])
        assert "whose chain ends in CN=root" in untrusted
        assert "CN=middle, valid until" in expired

    def test_is_none_where_another_way_avoids_it(self) -> None:
        middle = authority("middle", ROOT, **PAST)
        renewed = authority("middle", ROOT, like=middle)
        assert found(middle, sent=[renewed]) == []

    def test_is_none_where_another_way_ends_before_a_root(self) -> None:
        middle = authority("middle", ROOT, **PAST)
        elsewhere = authority("middle", authority("unknown"), like=middle)
        assert found(middle, sent=[elsewhere]) == []

    def test_is_none_where_a_public_root_has_the_key_of_who_it_cross_certified(self) -> None:
        """As Let's Encrypt's servers sent it: the new root, certified by an old one that has expired since."""
        public = authority("public")
        crossed = authority("public", authority("old", **PAST), like=public, **PAST)
        middle = authority("middle", public)
        validation = chain_problems.Validation(
            ca_certificates=[],
            public_roots={public.certificate.fingerprint(hashes.SHA256())},
            known_roots=[Link(public.certificate)],
            now=datetime.now(UTC),
            authorities_in="ca_certificates",
        )
        sent = [Link(middle.certificate), Link(crossed.certificate)]
        assert chain_problems.problems(Link(server(middle).certificate), sent, validation) == []
        unknown = replace(validation, known_roots=[], public_roots=())
        (found,) = chain_problems.problems(Link(server(middle).certificate), sent, unknown)
        assert found.got.startswith("CN=public, valid until")


def test_the_fix_names_the_argument_that_takes_authorities() -> None:
    pem = server(ROOT).pem + ROOT.pem
    for argument in ("ca_certificates", "trust.authorities"):
        (found,) = server_trust.problems(
            pem,
            url="https://orders.example.com",
            ca_certificates=[],
            trusted_anyway=(),
            authorities_in=argument,
        )
        assert f"authority to {argument}," in found.fix
