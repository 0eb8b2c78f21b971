"""Every way of refusing a PFX says what is wrong, what was found, what is allowed and how to mend it."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs12_files as files
import pytest
import sealed_pfx
from backend_mtls.errors import PfxError
from backend_mtls.x509 import pfx
from certificates import Made, make

PROJECT = Path(__file__).parents[2]
PASSWORD = files.PASSWORD
CLIENT = make("client")
OTHER = make("other")
CERTIFICATE_BAG = bytes.fromhex("060b2a864886f70d010c0a0103")
EXPORT = "openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE.pfx"
ALLOWED = "a PKCS#12 file with a certificate, its private key and a validity that includes today"
FROM_CRYPTOGRAPHY = files.by_cryptography(CLIENT)


def whole(data: bytes, password: str | None) -> str:
    with pytest.raises(PfxError) as caught:
        pfx.read(data, password)
    return str(caught.value)


def text(what: str, got: str, fix: str, allowed: str = ALLOWED) -> str:
    where = "pfx.password" if what.startswith("The password") else "pfx"
    return f"{what}\n    where:   {where}\n    got:     {got}\n    allowed: {allowed}\n    fix:     {fix}"


WRONG_PASSWORD = (
    "set the right one as a secret (pulumi config set --secret --path …); if it is right, the file is damaged: "
    "export the PFX again"
)


RENEWED = make("client", key=CLIENT.key)
REFUSALS: dict[str, tuple[Callable[[], bytes], str | None, str]] = {
    "empty": (
        lambda: b"",
        None,
        text("The PFX is empty", "0 bytes", "name a file that holds the certificate and its private key"),
    ),
    "too large": (
        lambda: FROM_CRYPTOGRAPHY + bytes(pfx.MAXIMUM_SIZE + 1 - len(FROM_CRYPTOGRAPHY)),
        PASSWORD,
        text(
            "The PFX is too large",
            "262,145 bytes",
            f"export only the certificate, its private key and its chain ({EXPORT})",
            "at most 262,144 bytes",
        ),
    ),
    "PEM": (
        lambda: CLIENT.pem,
        None,
        text(
            "The file is PEM text, not a PFX",
            "a file that starts with '-----BEGIN'",
            f"pack key and certificate into a PFX ({EXPORT})",
        ),
    ),
    "DER": (
        lambda: CLIENT.der,
        None,
        text(
            "The file is a certificate without its private key (.cer, DER), not a PFX",
            "the certificate CN=client",
            "name the PFX that the certificate was exported to together with its private key",
        ),
    ),
    "garbage": (
        lambda: b"nonsense",
        None,
        text(
            "The file is not a PFX",
            "8 bytes that are no PKCS#12 structure",
            "name a PFX (.pfx or .p12) file; if it is base64 text, decode it first",
        ),
    ),
    "damaged": (
        lambda: files.by_openssl(OTHER, "no MAC").replace(CERTIFICATE_BAG, b"\x86" + CERTIFICATE_BAG[1:]),
        None,
        text(
            "The PFX is damaged",
            f"{len(files.by_openssl(OTHER, 'no MAC'))} bytes whose content cannot be read",
            "export the certificate again together with its private key",
        ),
    ),
    "too many rounds": (
        lambda: files.by_openssl(CLIENT, "AES", PASSWORD, "-iter", "65536").replace(
            bytes.fromhex("0203010000"), bytes.fromhex("02037fffff")
        ),
        PASSWORD,
        text(
            "The PFX asks for too many rounds of key derivation",
            "more than 2,000,000 rounds",
            f"export it again with the tool's default ({EXPORT}); if you never chose a number, the file is damaged",
            "at most 2,000,000 rounds in all parts of the file together",
        ),
    ),
    "scrypt": (
        lambda: files.by_openssl(CLIENT).replace(
            bytes.fromhex("06092a864886f70d01050c"), bytes.fromhex("06092b06010401da47040b")
        ),
        PASSWORD,
        text(
            "The PFX is encrypted with a key that is derived by scrypt",
            "scrypt",
            f"export it again with the tool's default ({EXPORT})",
            "PBKDF2 or PKCS#12 key derivation, as OpenSSL, Windows and Java write by default",
        ),
    ),
    "wrong password": (
        lambda: FROM_CRYPTOGRAPHY,
        "wrong",
        text("The password of the PFX is wrong", "a password that does not open the file", WRONG_PASSWORD),
    ),
    "no password": (
        lambda: FROM_CRYPTOGRAPHY,
        None,
        text("The password of the PFX is wrong", "no password, but the file has one", WRONG_PASSWORD),
    ),
    "another password inside": (
        lambda: sealed_pfx.with_another_password_inside(CLIENT),
        PASSWORD,
        text(
            "The password of the PFX opens its seal, but not what is in it",
            "a password that the MAC confirms and that does not decrypt the content",
            f"export it again with one password for both ({EXPORT}); if it never had two, the file is damaged",
        ),
    ),
    "an unknown MAC": (
        lambda: files.by_openssl(CLIENT, "not encrypted").replace(
            bytes.fromhex("0609608648016503040201"), bytes.fromhex("060960864801650304027f")
        ),
        PASSWORD,
        text(
            "The PFX is encrypted or sealed by an algorithm that is not known here",
            "algorithm 2.16.840.1.101.3.4.2.127",
            f"export it again with the tool's default ({EXPORT})",
            "AES or 3DES, and a MAC of SHA-1 or SHA-2, as OpenSSL, Windows and Java write by default",
        ),
    ),
    "sealed with a public key": (
        lambda: files.by_openssl(CLIENT, "no MAC").replace(
            bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702"), 1
        ),
        None,
        text(
            "The PFX is sealed or encrypted for a certificate, not with a password",
            "content of type 1.2.840.113549.1.7.2",
            f"export it again with a password ({EXPORT}); on Windows, do not protect it for a group or user name",
            "a PFX that a password opens",
        ),
    ),
    "impossible password": (
        lambda: FROM_CRYPTOGRAPHY,
        "with\0zero",
        text(
            "The password of the PFX is none that a PFX can have",
            "a password with a zero character or half a surrogate pair in it",
            "set the right one as a secret (pulumi config set --secret --path …)",
        ),
    ),
    "no key": (
        lambda: CLIENT.pfx(PASSWORD, with_key=False),
        PASSWORD,
        text(
            "The PFX holds no private key",
            "1 certificate(s), no key",
            f"export the certificate again together with its private key ({EXPORT})",
        ),
    ),
    "foreign key": (
        lambda: files.with_key_of(CLIENT, OTHER.certificate),
        PASSWORD,
        text(
            "The PFX holds no certificate that belongs to its private key",
            "a private key and 1 certificate(s) of other keys",
            "export it again with the certificate that was issued for this key",
        ),
    ),
    "several keys": (
        lambda: files.by_keytool("orders", "legacy"),
        PASSWORD,
        text(
            "The PFX holds several private keys, and nothing says which of them to present",
            "2 private keys, 2 certificate(s)",
            f"export one certificate and its private key alone ({EXPORT})",
        ),
    ),
    "several certificates of one key": (
        lambda: files.with_key_of(CLIENT, CLIENT.certificate, RENEWED.certificate),
        PASSWORD,
        text(
            "The PFX holds several certificates for its private key, and nothing says which of them to present",
            f"{CLIENT.thumbprint}, {RENEWED.thumbprint}",
            f"export it again with the newest of them alone ({EXPORT})",
        ),
    ),
}


class TestPbmac1:
    """A MAC whose key comes from PBKDF2 (RFC 9579), as OpenSSL 3.4 and later write it when asked."""

    def test_confirms_the_right_password(self) -> None:
        safe = sealed_pfx.content(files.by_openssl(CLIENT))
        assert pfx.read(sealed_pfx.sealed(safe, PASSWORD), PASSWORD).thumbprint == CLIENT.thumbprint

    def test_and_only_that(self) -> None:
        safe = sealed_pfx.content(files.by_openssl(CLIENT))
        assert whole(sealed_pfx.sealed(safe, PASSWORD), "wrong") == REFUSALS["wrong password"][2]


class TestRefusal:
    @pytest.mark.parametrize("case", REFUSALS)
    def test_says_what_is_wrong_and_how_to_mend_it(self, case: str) -> None:
        make_file, password, expected = REFUSALS[case]
        assert whole(make_file(), password) == expected

    def test_of_half_a_surrogate_pair_is_that_of_any_impossible_password(self) -> None:
        assert whole(FROM_CRYPTOGRAPHY, "\ud83d") == REFUSALS["impossible password"][2]

    def test_never_shows_the_password(self) -> None:
        for wrong in ("not-the-" + PASSWORD, PASSWORD + "\0"):
            with pytest.raises(PfxError) as caught:
                pfx.read(FROM_CRYPTOGRAPHY, wrong)
            assert PASSWORD not in str(caught.value)

    def test_does_not_depend_on_the_legacy_provider_of_openssl(self, tmp_path: Path) -> None:
        (tmp_path / "old.pfx").write_bytes(files.by_openssl(CLIENT, "3DES and RC2-40"))
        program = (
            "import pathlib\nfrom backend_mtls.x509 import pfx\n"
            f"print(pfx.read(pathlib.Path('{tmp_path}/old.pfx').read_bytes(), {PASSWORD!r}).subject)"
        )
        printed = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-c", program],
            cwd=PROJECT,
            env=os.environ | {"CRYPTOGRAPHY_OPENSSL_NO_LEGACY": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert printed == "CN=client\n"


class TestValidity:
    @pytest.mark.parametrize(
        ("made", "what", "got", "fix"),
        [
            (
                make(starts_in=timedelta(days=-30), lasts=timedelta(days=29)),
                "The certificate in the PFX has expired",
                "CN=client, valid until {0.not_after:%Y-%m-%d %H:%M} UTC",
                "renew the certificate and name the new PFX here",
            ),
            (
                make(starts_in=timedelta(days=1)),
                "The certificate in the PFX is not valid yet",
                "CN=client, valid from {0.not_before:%Y-%m-%d %H:%M} UTC",
                "deploy it once it is valid, or check the clock of this machine",
            ),
        ],
        ids=["expired", "not yet valid"],
    )
    def test_outside_it_there_is_a_problem(self, made: Made, what: str, got: str, fix: str) -> None:
        read = pfx.read(made.pfx(), None)
        assert str(pfx.validity_problem(read)) == text(what, got.format(read), fix)

    def test_inside_it_there_is_none(self) -> None:
        assert pfx.validity_problem(pfx.read(CLIENT.pfx(), None)) is None

    def test_the_last_moment_is_outside(self) -> None:
        read = pfx.read(CLIENT.pfx(), None)
        assert pfx.validity_problem(read, read.not_after) is not None
        assert pfx.validity_problem(read, read.not_after - timedelta(seconds=1)) is None
        assert read.not_after.tzinfo == UTC
        assert read.not_after > datetime.now(UTC)
