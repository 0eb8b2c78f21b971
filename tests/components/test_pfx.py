"""A PFX is read into facts without key material, or refused with what is wrong and how to mend it."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from certificates import Made, make
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from components import pfx
from components.errors import PfxError

CLIENT = make("client")
OTHER = make("other")
PASSWORD = os.urandom(8).hex()


def refusal(data: bytes, password: str | None) -> tuple[str, str]:
    with pytest.raises(PfxError) as caught:
        pfx.read(data, password)
    return caught.value.problem.what, caught.value.problem.got


class TestReading:
    def test_gives_thumbprint_subject_validity_and_key_type(self) -> None:
        read = pfx.read(CLIENT.pfx(PASSWORD), PASSWORD)
        assert read == pfx.PfxCertificate(
            thumbprint=CLIENT.thumbprint,
            subject="CN=client",
            issuer="CN=client",
            not_before=CLIENT.certificate.not_valid_before_utc,
            not_after=CLIENT.certificate.not_valid_after_utc,
            key_type="RSA 2048",
            chain_length=0,
        )

    @pytest.mark.parametrize("password", [None, ""])
    def test_accepts_both_forms_of_no_password(self, password: str | None) -> None:
        assert pfx.read(CLIENT.pfx(), password).thumbprint == CLIENT.thumbprint

    def test_takes_the_certificate_that_matches_the_key_out_of_a_chain(self) -> None:
        data = pkcs12.serialize_key_and_certificates(
            b"x", CLIENT.key, CLIENT.certificate, [OTHER.certificate], BestAvailableEncryption(PASSWORD.encode())
        )
        read = pfx.read(data, PASSWORD)
        assert (read.thumbprint, read.chain_length) == (CLIENT.thumbprint, 1)


class TestRefusal:
    @pytest.mark.parametrize(
        ("data", "password", "what", "got"),
        [
            (
                CLIENT.pfx(PASSWORD),
                "wrong",
                "The password of the PFX is wrong",
                "a password that does not open the file",
            ),
            (CLIENT.pfx(PASSWORD), None, "The password of the PFX is wrong", "no password, but the file has one"),
            (
                CLIENT.pfx(PASSWORD, with_key=False),
                PASSWORD,
                "The PFX holds no private key",
                "1 certificate(s), no key",
            ),
            (
                CLIENT.der,
                None,
                "The file is a certificate without its private key (.cer, DER), not a PFX",
                "the certificate CN=client",
            ),
            (CLIENT.pem, None, "The file is PEM text, not a PFX", "a file that starts with '-----BEGIN'"),
            (b"", None, "The PFX is empty", "0 bytes"),
            (b"nonsense", None, "The file is not a PFX", "8 bytes that are no PKCS#12 structure"),
        ],
        ids=["wrong password", "password missing", "no key", "cer", "pem", "empty", "garbage"],
    )
    def test_says_what_is_wrong(self, data: bytes, password: str | None, what: str, got: str) -> None:
        assert refusal(data, password) == (what, got)

    def test_whole_text_has_five_parts(self) -> None:
        with pytest.raises(PfxError) as caught:
            pfx.read(CLIENT.pfx(PASSWORD, with_key=False), PASSWORD)
        assert str(caught.value) == (
            "The PFX holds no private key\n"
            "    where:   pfx\n"
            "    got:     1 certificate(s), no key\n"
            "    allowed: a PKCS#12 file with a certificate, its private key and a validity that includes today\n"
            "    fix:     export the certificate again together with its private key "
            "(openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE.pfx)"
        )

    def test_never_shows_the_password(self) -> None:
        with pytest.raises(PfxError) as caught:
            pfx.read(CLIENT.pfx(PASSWORD), "not-the-" + PASSWORD)
        assert PASSWORD not in str(caught.value)

    @given(position=st.integers(0, 5000), byte=st.integers(0, 255), cut=st.integers(0, 3000))
    @settings(max_examples=300, deadline=None)
    def test_damaged_bytes_are_never_another_exception(self, position: int, byte: int, cut: int) -> None:
        data = bytearray(DAMAGED)
        data[position % len(data)] = byte
        try:
            pfx.read(bytes(data[: len(data) - cut % len(data)]), PASSWORD)
        except PfxError as error:
            assert error.problem.fix  # noqa: PT017 -- reading may also succeed: not every byte matters


DAMAGED = CLIENT.pfx(PASSWORD)


class TestValidity:
    @pytest.mark.parametrize(
        ("made", "what"),
        [
            (make(starts_in=timedelta(days=-30), lasts=timedelta(days=29)), "The certificate in the PFX has expired"),
            (make(starts_in=timedelta(days=1)), "The certificate in the PFX is not valid yet"),
        ],
        ids=["expired", "not yet valid"],
    )
    def test_outside_it_there_is_a_problem(self, made: Made, what: str) -> None:
        problem = pfx.validity_problem(pfx.read(made.pfx(), None))
        assert problem is not None
        assert problem.what == what

    def test_inside_it_there_is_none(self) -> None:
        assert pfx.validity_problem(pfx.read(CLIENT.pfx(), None)) is None

    def test_the_last_moment_is_outside(self) -> None:
        read = pfx.read(CLIENT.pfx(), None)
        assert pfx.validity_problem(read, read.not_after) is not None
        assert pfx.validity_problem(read, read.not_after - timedelta(seconds=1)) is None
        assert read.not_after.tzinfo == UTC
        assert read.not_after > datetime.now(UTC)
