"""A PFX is read into facts without key material, or refused with what is wrong and how to mend it."""

import pkcs12_files as files
import pytest
from backend_mtls.x509 import pfx
from certificates import make
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

PASSWORD = files.PASSWORD
CLIENT = make("client")
OTHER = make("other")
RSA_3072 = rsa.generate_private_key(65537, 3072)
FROM_CRYPTOGRAPHY = files.by_cryptography(CLIENT)


class TestReading:
    def test_gives_everything_that_can_be_known_without_the_key(self) -> None:
        assert pfx.read(FROM_CRYPTOGRAPHY, PASSWORD) == pfx.PfxCertificate(
            thumbprint=CLIENT.thumbprint,
            subject="CN=client",
            issuer="CN=client",
            serial_number=f"{CLIENT.certificate.serial_number:X}",
            not_before=CLIENT.certificate.not_valid_before_utc,
            not_after=CLIENT.certificate.not_valid_after_utc,
            key_type="RSA 2048",
            for_clients=True,
            signature_hash="sha256",
            chain_length=0,
        )

    @pytest.mark.parametrize("form", files.OPENSSL)
    def test_opens_every_form_that_openssl_writes(self, form: str) -> None:
        assert pfx.read(files.by_openssl(CLIENT, form), PASSWORD).thumbprint == CLIENT.thumbprint

    @pytest.mark.parametrize("legacy", [False, True])
    def test_opens_what_java_writes(self, legacy: bool) -> None:
        assert pfx.read(files.by_keytool("orders", legacy=legacy), PASSWORD).subject == "CN=orders"

    def test_opens_indefinite_lengths(self) -> None:
        data = files.with_indefinite_lengths(files.by_openssl(CLIENT))
        assert pfx.read(data, PASSWORD).thumbprint == CLIENT.thumbprint

    @pytest.mark.parametrize("absent", [None, ""])
    @pytest.mark.parametrize("form", ["AES", "legacy"])
    def test_takes_an_absent_password_for_an_empty_one(self, form: str, absent: str | None) -> None:
        assert pfx.read(files.by_openssl(CLIENT, form, ""), absent).thumbprint == CLIENT.thumbprint
        assert pfx.read(CLIENT.pfx(), absent).thumbprint == CLIENT.thumbprint

    @pytest.mark.parametrize("form", ["AES", "legacy"])
    @pytest.mark.parametrize("password", ["pässwörd", "пароль", "密码 €", "\N{GRINNING FACE}"])
    def test_takes_a_password_in_any_script(self, form: str, password: str) -> None:
        made = pkcs12.serialize_key_and_certificates(
            None, CLIENT.key, CLIENT.certificate, None, BestAvailableEncryption(password.encode())
        )
        assert pfx.read(made, password).thumbprint == CLIENT.thumbprint
        assert pfx.read(files.by_openssl(CLIENT, form, password), password).thumbprint == CLIENT.thumbprint

    @pytest.mark.parametrize("order", [1, -1])
    def test_takes_the_certificate_that_belongs_to_the_key_wherever_it_stands(self, order: int) -> None:
        read = pfx.read(files.with_key_of(CLIENT, *[CLIENT.certificate, OTHER.certificate][::order]), PASSWORD)
        assert (read.thumbprint, read.chain_length) == (CLIENT.thumbprint, 1)

    def test_counts_a_certificate_that_the_file_holds_twice_once(self) -> None:
        assert pfx.read(files.with_key_of(CLIENT, CLIENT.certificate, CLIENT.certificate), PASSWORD).chain_length == 0

    @pytest.mark.parametrize(
        ("key", "key_type"),
        [
            (ec.generate_private_key(ec.SECP384R1()), "EC secp384r1"),
            (RSA_3072, "RSA 3072"),
        ],
    )
    def test_names_the_kind_of_key(self, key: object, key_type: str) -> None:
        assert pfx.read(make(key=key).pfx(), None).key_type == key_type

    @pytest.mark.parametrize(
        ("usages", "expected"),
        [
            ([ExtendedKeyUsageOID.CLIENT_AUTH], True),
            ([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], True),
            ([ExtendedKeyUsageOID.SERVER_AUTH], False),
        ],
    )
    def test_says_whether_it_is_for_clients(self, usages: list[x509.ObjectIdentifier], expected: bool) -> None:
        made = make(extensions=[x509.ExtendedKeyUsage(usages)])
        assert pfx.read(made.pfx(), None).for_clients is expected
