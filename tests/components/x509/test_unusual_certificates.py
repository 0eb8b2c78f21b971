"""A right password is never called wrong, and what Windows reads is read: thumbprint, subject and validity."""

import subprocess

import pytest
import unusual_certificates as unusual
from backend_mtls.errors import PfxError
from backend_mtls.x509 import pfx
from certificates import make
from cryptography.hazmat.primitives.asymmetric import ec

ALLOWED = "a PKCS#12 file with a certificate, its private key and a validity that includes today"


def refusal(data: bytes, password: str | None) -> str:
    with pytest.raises(PfxError) as caught:
        pfx.read(data, password)
    return str(caught.value)


@pytest.mark.parametrize("case", unusual.READ)
def test_what_windows_reads_is_read(case: str) -> None:
    data, password, subject = unusual.READ[case]()
    assert pfx.read(data, password).subject == subject


@pytest.mark.parametrize("spelt", [unusual.named(0x14, b"M\xfcller"), unusual.without_seconds(), unusual.unsorted()])
def test_its_thumbprint_is_that_of_openssl(spelt: unusual.Spelt) -> None:
    command = ["openssl", "x509", "-inform", "DER", "-noout", "-fingerprint", "-sha1"]
    said = subprocess.run(command, input=spelt.der, capture_output=True, check=True).stdout.decode()  # noqa: S603
    expected = said.strip().partition("=")[2].replace(":", "")
    assert pfx.read(unusual.packed(spelt), unusual.PASSWORD).thumbprint == expected


def test_a_time_without_seconds_is_that_minute() -> None:
    read = pfx.read(unusual.packed(unusual.without_seconds()), unusual.PASSWORD)
    assert read.not_before.second == 0
    assert read.not_before.tzinfo is not None


def test_a_time_of_another_zone_is_counted_in_utc() -> None:
    spelt = unusual.with_times(unusual.text(0x17, b"250101000000+0100"))
    read = pfx.read(unusual.packed(spelt), unusual.PASSWORD)
    assert read.not_before.isoformat() == "2024-12-31T23:00:00+00:00"


@pytest.mark.parametrize("form", ["AES", "legacy", "MAC of SHA-512"])
@pytest.mark.parametrize("case", unusual.UNREADABLE)
def test_a_certificate_that_cannot_be_read_is_called_that_and_not_a_wrong_password(case: str, form: str) -> None:
    make_certificate, reason = unusual.UNREADABLE[case]
    assert refusal(unusual.packed(make_certificate(), form), unusual.PASSWORD) == (
        "The PFX opens with its password, but a certificate in it cannot be read\n"
        "    where:   pfx\n"
        f"    got:     certificate 1 of 1: {reason}\n"
        f"    allowed: {ALLOWED}\n"
        "    fix:     have the certificate issued again, and export it together with its private key"
    )


@pytest.mark.parametrize("case", unusual.UNREADABLE)
def test_with_a_wrong_password_it_is_the_password(case: str) -> None:
    data = unusual.packed(unusual.UNREADABLE[case][0]())
    assert refusal(data, "wrong").startswith("The password of the PFX is wrong\n")


@pytest.mark.parametrize("kind", unusual.UNPRESENTABLE)
def test_a_key_that_windows_presents_to_nobody_is_refused_by_its_kind(kind: str) -> None:
    assert refusal(unusual.UNPRESENTABLE[kind](), None) == (
        "The private key in the PFX is of a kind that API Management cannot present\n"
        "    where:   pfx\n"
        f"    got:     {kind}\n"
        "    allowed: RSA, or EC with the curve P-256, P-384 or P-521\n"
        "    fix:     have the certificate issued again for such a key (openssl req -new -newkey rsa:2048 -keyout KEY"
        " -out REQUEST)"
    )


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_each_curve_that_windows_signs_with_is_read(curve: ec.EllipticCurve) -> None:
    made = make("curve", key=ec.generate_private_key(curve))
    assert pfx.read(made.pfx(), None).key_type == f"EC {curve.name}"
