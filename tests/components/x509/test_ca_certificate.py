"""A CA certificate is read as APIM takes it, always the same; what would not vouch for anything is refused."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pkcs12_files as files
import pytest
from backend_mtls.errors import ArgumentProblemError
from backend_mtls.x509 import ca_certificate, pfx_problems, public_pfx
from backend_mtls.x509.ca_certificate import CaCertificate, StoreName
from certificates import Made, make
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from local.azure.arm.ca_certificates import read_certificates

USAGE = {
    "digital_signature": True,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "crl_sign": True,
    "encipher_only": False,
    "decipher_only": False,
}
ROOT = make("root", ca=True)
INTERMEDIATE = make("intermediate", ca=True, issuer=ROOT)
LEAF = make("leaf", issuer=INTERMEDIATE)
FORMS: dict[str, Callable[[Made], bytes]] = {
    "PEM": lambda made: made.pem,
    "PEM with text around it": lambda made: b"subject=x\n" + made.pem + b"\n",
    "DER": lambda made: made.der,
    "PFX": lambda made: made.pfx(with_key=False),
}


def allowing(*, key_cert_sign: bool) -> Made:
    usage = x509.KeyUsage(key_cert_sign=key_cert_sign, **USAGE)
    return make("ca", ca=True, extensions=[usage])


class TestReading:
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("store", [None, "Root"])
    def test_a_root_goes_into_root_as_it_is(self, form: str, store: StoreName | None) -> None:
        assert ca_certificate.read(FORMS[form](ROOT), store=store) == CaCertificate(
            encoded=base64.b64encode(ROOT.der).decode(),
            store_name="Root",
            thumbprint=ROOT.thumbprint,
            subject="CN=root",
            not_after=ROOT.certificate.not_valid_after_utc,
            der=ROOT.der,
        )

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("store", [None, "CertificateAuthority"])
    def test_an_intermediate_goes_into_certificate_authority_as_a_pfx(self, form: str, store: StoreName | None) -> None:
        read = ca_certificate.read(FORMS[form](INTERMEDIATE), store=store)
        assert (read.store_name, read.thumbprint, read.subject, read.der) == (
            "CertificateAuthority",
            INTERMEDIATE.thumbprint,
            "CN=intermediate",
            INTERMEDIATE.der,
        )
        assert base64.b64decode(read.encoded) == public_pfx.wrap(INTERMEDIATE.der)

    def test_a_pfx_is_opened_with_its_password(self) -> None:
        data = INTERMEDIATE.pfx("secret", with_key=False)
        assert ca_certificate.read(data, password="secret").thumbprint == INTERMEDIATE.thumbprint

    def test_a_key_usage_that_allows_to_sign_certificates_is_taken(self) -> None:
        assert ca_certificate.read(allowing(key_cert_sign=True).pem).subject == "CN=ca"

    @pytest.mark.parametrize("made", [ROOT, INTERMEDIATE])
    def test_local_azure_takes_it(self, made: Made) -> None:
        read = ca_certificate.read(made.pem)
        sent = [{"encodedCertificate": read.encoded, "storeName": read.store_name}]
        assert read_certificates(sent, "Developer") == [{"storeName": read.store_name, "pem": made.pem.decode()}]


class TestThePfxOfAnIntermediate:
    def test_is_the_same_each_time_and_another_for_another_certificate(self) -> None:
        assert public_pfx.wrap(ROOT.der) == public_pfx.wrap(ROOT.der)
        assert public_pfx.wrap(ROOT.der) != public_pfx.wrap(INTERMEDIATE.der)

    @pytest.mark.parametrize("password", [None, b""])
    def test_is_opened_by_python_with_an_empty_password_and_with_none(self, password: bytes | None) -> None:
        opened = pkcs12.load_pkcs12(public_pfx.wrap(ROOT.der), password)
        assert (opened.key, [each.certificate for each in opened.additional_certs]) == (None, [ROOT.certificate])

    def test_proves_that_it_is_whole(self) -> None:
        data = public_pfx.wrap(ROOT.der)
        for broken, password in ((data.replace(b"root", b"toor"), b""), (data, b"another")):
            with pytest.raises(ValueError, match="Invalid password or PKCS12 data"):
                pkcs12.load_pkcs12(broken, password)

    @pytest.mark.parametrize("padding", [0, 40, 200, 70_000])
    def test_is_whole_for_a_certificate_of_any_length(self, padding: int) -> None:
        made = make("ca", ca=True, key=ec.generate_private_key(ec.SECP256R1()), extensions=[_filling(padding)])
        (read,) = pkcs12.load_pkcs12(public_pfx.wrap(made.der), None).additional_certs
        assert read.certificate == made.certificate

    def test_is_opened_by_openssl(self) -> None:
        command = ("openssl", "pkcs12", "-passin", "pass:", "-nokeys")
        assert ROOT.pem.strip() in files.run(*command, feed=public_pfx.wrap(ROOT.der))

    def test_is_opened_by_java(self, tmp_path: str) -> None:
        (tmp_path / "ca.pfx").write_bytes(public_pfx.wrap(ROOT.der))
        command = ("keytool", "-list", "-storetype", "PKCS12", "-keystore", "ca.pfx", "-storepass", "")
        assert b"PKCS12" in files.run(*command, cwd=tmp_path)


def _filling(size: int) -> x509.ExtensionType:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\4\0" + bytes(size))


ALLOWED = "one certificate (PEM, DER or PFX) of an authority, valid today, without its private key"
NAME_IT = "name the certificate of the authority that issued the backend's server certificate"
NO_AUTHORITY = "The certificate is not that of a certificate authority"
A_KEY = "The file holds the private key of an authority, which a deployment never needs"
OLD = make("old", ca=True, starts_in=timedelta(days=-9), lasts=timedelta(days=8))
NEW = make("new", ca=True, starts_in=timedelta(days=9))
REFUSALS: list[tuple[str, bytes, StoreName | None, str, str, str]] = [
    ("empty", b"", None, "The CA certificate cannot be read", "0 bytes that are no certificate", NAME_IT),
    ("garbage", b"x", None, "The CA certificate cannot be read", "1 bytes that are no certificate", NAME_IT),
    (
        "broken PEM",
        ROOT.pem[:100],
        None,
        "The CA certificate cannot be read",
        "100 bytes that are no certificate",
        NAME_IT,
    ),
    ("leaf", LEAF.pem, None, NO_AUTHORITY, "CN=leaf, basicConstraints CA=FALSE", NAME_IT),
    ("no constraints", make("x", ca=None).der, None, NO_AUTHORITY, "CN=x, no basicConstraints", NAME_IT),
    (
        "key usage",
        allowing(key_cert_sign=False).pem,
        None,
        NO_AUTHORITY,
        "CN=ca, keyUsage without keyCertSign",
        NAME_IT,
    ),
    (
        "expired",
        OLD.pem,
        None,
        "The CA certificate has expired",
        f"CN=old, valid until {OLD.certificate.not_valid_after_utc:%Y-%m-%d}",
        "name the certificate that the authority uses now",
    ),
    (
        "not yet valid",
        NEW.pem,
        None,
        "The CA certificate is not valid yet",
        f"CN=new, valid from {NEW.certificate.not_valid_before_utc:%Y-%m-%d}",
        "deploy it once it is valid, or check the clock of this machine",
    ),
    (
        "bundle",
        ROOT.pem + INTERMEDIATE.pem,
        None,
        "The file holds several certificates, and a service takes them one by one",
        "2 certificates: CN=root; CN=intermediate",
        "split it into files of one certificate each",
    ),
    (
        "root as an intermediate",
        ROOT.pem,
        "CertificateAuthority",
        "A root certificate does not belong into the store CertificateAuthority",
        "CN=root, signed by itself",
        "put it into Root, or leave the store out",
    ),
    (
        "intermediate as a root",
        INTERMEDIATE.pem,
        "Root",
        "An intermediate certificate does not belong into the store Root",
        "CN=intermediate, issued by CN=root",
        "put it into CertificateAuthority, or leave the store out; name the certificate of its issuer for Root",
    ),
    (
        "PFX with a key",
        ROOT.pfx(),
        None,
        A_KEY,
        "a PFX with a private key",
        "export it without (openssl pkcs12 -in FILE.pfx -nokeys -out CERTIFICATE.pem)",
    ),
    (
        "PEM with a key",
        ROOT.pem + ROOT.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        None,
        A_KEY,
        "a PEM block of a private key",
        "remove the private key from the file",
    ),
    (
        "PFX with a password",
        ROOT.pfx("secret", with_key=False),
        None,
        "The password of the PFX is wrong",
        "no password, but the file has one",
        pfx_problems.wrong_password(given=False).fix,
    ),
]


@pytest.mark.parametrize(
    ("data", "store", "what", "got", "fix"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_what_would_not_vouch_for_a_backend_is_refused(
    data: bytes, store: StoreName | None, what: str, got: str, fix: str
) -> None:
    with pytest.raises(ArgumentProblemError) as caught:
        ca_certificate.read(data, store=store)
    assert str(caught.value) == (
        f"{what}\n    where:   ca_certificates\n    got:     {got}\n    allowed: {ALLOWED}\n    fix:     {fix}"
    )


def test_the_last_moment_of_the_validity_is_outside() -> None:
    end = ROOT.certificate.not_valid_after_utc
    assert ca_certificate.read(ROOT.pem, now=end - timedelta(seconds=1)).not_after == end
    with pytest.raises(ArgumentProblemError, match="The CA certificate has expired"):
        ca_certificate.read(ROOT.pem, now=end)


@given(
    start=st.sampled_from([ROOT.der, ROOT.pem, INTERMEDIATE.der, ROOT.pfx(with_key=False)]),
    position=st.integers(0, 3000),
    byte=st.integers(0, 255),
    cut=st.integers(0, 5),
)
def test_a_damaged_file_is_a_certificate_or_a_problem(start: bytes, position: int, byte: int, cut: int) -> None:
    data = bytearray(start)
    data[position % len(data)] = byte
    try:
        assert ca_certificate.read(bytes(data[: len(data) - cut])).der
    except ArgumentProblemError as error:
        assert error.problem.fix  # noqa: PT017 -- reading may also succeed: not every byte matters
