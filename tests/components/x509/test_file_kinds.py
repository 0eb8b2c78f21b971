"""A file that is no PFX, or no certificate, is named for what it is, with the command that makes the right one."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pkcs12_files as files
import pytest
from backend_mtls.errors import ArgumentProblemError, PfxError
from backend_mtls.x509 import ca_certificate, file_kinds, pfx
from certificates import make
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, pkcs7

KEY = ec.generate_private_key(ec.SECP256R1())
MADE = make("client", key=KEY)
CA = make("root", key=KEY, ca=True)
PKCS8, SEC1 = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL
PACK = "openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE.pfx"
PACK_KEY = f"pack it into a PFX together with its certificate ({PACK.replace('KEY', 'FILE')})"
RENEW = "get the certificate that the authority issued, and pack it with its key"
NAME_IT = "name the certificate of the authority that issued the backend's server certificate"
SSH = f"take the key and the certificate that were made for TLS ({PACK})"
UTF_8 = "save it as UTF-8 (iconv -f UTF-16 -t UTF-8 FILE > NEW, or Set-Content -Encoding ascii)"
TAKE_OUT = "take the certificates out (openssl pkcs7 -inform DER -in FILE -print_certs -out CERTIFICATE"


def key(encoding: Encoding, form: PrivateFormat, password: bytes = b"") -> bytes:
    encryption: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(password) if password else NoEncryption()
    )
    return KEY.private_bytes(encoding, form, encryption)


def request(encoding: Encoding) -> bytes:
    return (
        x509.CertificateSigningRequestBuilder(MADE.certificate.subject)
        .sign(KEY, hashes.SHA256())
        .public_bytes(encoding)
    )


def revoked() -> bytes:
    at = MADE.certificate.not_valid_before_utc
    builder = x509.CertificateRevocationListBuilder(MADE.certificate.subject, at, at)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)


def keystore(tmp_path: Path, form: str) -> bytes:
    (tmp_path / "password").write_text(files.PASSWORD)
    pair = ["-alias", "orders", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=orders"]
    store = ["-storetype", form, "-keystore", "store", "-storepass:file", "password", "-keypass:file", "password"]
    files.run("keytool", "-genkeypair", *pair, *store, cwd=tmp_path)
    return (tmp_path / "store").read_bytes()


def p7b(encoding: Encoding) -> bytes:
    return pkcs7.serialize_certificates([MADE.certificate], encoding)


OPENSSH = key(Encoding.PEM, PrivateFormat.OpenSSH)
SSH_PUBLIC = KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
JAVA = "keytool -importkeystore -srckeystore FILE -srcstoretype"
PKCS7_NAME = "a PKCS#7 file (.p7b), which holds certificates and never a key"
PKCS7_FIX = f"{TAKE_OUT}; -inform PEM for text), and pack them with the private key ({PACK})"
DECODE = "decode it (openssl base64 -d -A -in FILE -out"
KINDS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "UTF-16 PEM": (
        lambda: MADE.pem.decode().encode("utf-16"),
        "text in UTF-16 (PEM text, not a PFX)",
        f"{UTF_8}; pack key and certificate into a PFX ({PACK})",
    ),
    "UTF-16 without a mark": (
        lambda: key(Encoding.PEM, PKCS8).decode().encode("utf-16-le"),
        "text in UTF-16 (a private key without its certificate (PEM))",
        f"{UTF_8}; {PACK_KEY}",
    ),
    "base64 of a PFX": (lambda: b64encode(MADE.pfx()), "base64 text of a PFX", f"{DECODE} FILE.pfx)"),
    "base64 of a certificate": (
        lambda: b64encode(MADE.der),
        f"base64 text of {file_kinds.CERTIFICATE.name}",
        f"{DECODE} CERTIFICATE.cer); {file_kinds.CERTIFICATE.to_pfx}",
    ),
    "base64 of a key": (
        lambda: b64encode(key(Encoding.DER, PKCS8)),
        "base64 text of a private key without its certificate (DER)",
        f"{DECODE} NEW); {PACK_KEY}",
    ),
    "P7B, DER": (lambda: p7b(Encoding.DER), PKCS7_NAME, PKCS7_FIX),
    "P7B, PEM": (lambda: p7b(Encoding.PEM), PKCS7_NAME, PKCS7_FIX),
    "key, DER": (lambda: key(Encoding.DER, PKCS8), "a private key without its certificate (DER)", PACK_KEY),
    "key of SEC1, DER": (lambda: key(Encoding.DER, SEC1), "a private key without its certificate (DER)", PACK_KEY),
    "encrypted key, DER": (
        lambda: key(Encoding.DER, PKCS8, b"x"),
        "an encrypted private key without its certificate (DER)",
        PACK_KEY,
    ),
    "key, PEM": (lambda: key(Encoding.PEM, PKCS8), "a private key without its certificate (PEM)", PACK_KEY),
    "public key, DER": (
        lambda: KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "a public key without a certificate (DER)",
        RENEW,
    ),
    "public key, PEM": (
        lambda: KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "a public key without a certificate (PEM)",
        RENEW,
    ),
    "request, DER": (
        lambda: request(Encoding.DER),
        "a certificate signing request (DER), which is no certificate yet",
        RENEW,
    ),
    "request, PEM": (
        lambda: request(Encoding.PEM),
        "a certificate signing request (PEM), which is no certificate yet",
        RENEW,
    ),
    "CRL": (revoked, "a list of revoked certificates (CRL)", RENEW),
    "SSH key": (lambda: OPENSSH, "an SSH key, which has no certificate that TLS knows", SSH),
    "SSH public key": (lambda: SSH_PUBLIC, "an SSH key, which has no certificate that TLS knows", SSH),
    "PuTTY key": (
        lambda: b"PuTTY-User-Key-File-3: x",
        "an SSH key, which has no certificate that TLS knows",
        SSH,
    ),
    "HTML": (
        lambda: b"<!DOCTYPE html><html><body>Sign in</body></html>",
        "an HTML page, perhaps that of a login or an error",
        "download the file again, and look into it before",
    ),
    "JSON": (
        lambda: b'{"value": "x"}',
        "a JSON document",
        "take the PFX out of it, as bytes (from Key Vault: az keyvault secret download --encoding base64)",
    ),
    "ZIP": (lambda: b"PK\x03\x04rest", "a ZIP archive", "unpack it, and name the file in it"),
    "gzip": (lambda: b"\x1f\x8brest", "a file packed by gzip", "unpack it (gunzip FILE)"),
    "PDF": (lambda: b"%PDF-1.7", "a PDF document", "name a PFX (.pfx or .p12) file"),
    "PGP": (
        lambda: b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
        "a file of PGP, whose keys have no certificate that TLS knows",
        SSH,
    ),
}


def as_pfx(data: bytes) -> tuple[str, str]:
    with pytest.raises(PfxError) as caught:
        pfx.read(data, None)
    return caught.value.problem.what, caught.value.problem.fix


def as_authority(data: bytes) -> tuple[str, str]:
    with pytest.raises(ArgumentProblemError) as caught:
        ca_certificate.read(data)
    return caught.value.problem.what, caught.value.problem.fix


@pytest.mark.parametrize("case", KINDS)
def test_in_place_of_a_pfx_it_is_named_with_what_to_do(case: str) -> None:
    make_file, name, fix = KINDS[case]
    assert as_pfx(make_file()) == (f"The file is {name}, not a PFX", fix)


@pytest.mark.parametrize("form", ["JKS", "JCEKS"])
def test_a_java_keystore_is_named_with_keytools_command(form: str, tmp_path: Path) -> None:
    data = keystore(tmp_path, form)
    export = f"keytool -exportcert -rfc -keystore FILE -storetype {form} -alias ALIAS -file CERTIFICATE.pem"
    assert as_pfx(data) == (
        f"The file is a Java keystore ({form}), not a PFX",
        f"convert it ({JAVA} {form} -destkeystore FILE.pfx -deststoretype PKCS12)",
    )
    assert as_authority(data) == (
        f"The file is a Java keystore ({form}), not the certificate of an authority",
        f"export the certificate ({export})",
    )


@pytest.mark.parametrize(
    ("case", "fix"),
    [
        ("UTF-16 PEM", UTF_8),
        ("base64 of a PFX", f"{DECODE} FILE.pfx)"),
        ("base64 of a certificate", f"{DECODE} CERTIFICATE.cer)"),
        ("P7B, DER", f"{TAKE_OUT}.pem; -inform PEM for text), and name one"),
        ("P7B, PEM", f"{TAKE_OUT}.pem; -inform PEM for text), and name one"),
        ("request, DER", NAME_IT),
        ("SSH public key", NAME_IT),
        ("HTML", "download the file again, and look into it before"),
        ("CRL", NAME_IT),
    ],
)
def test_in_place_of_an_authority_it_is_named_too(case: str, fix: str) -> None:
    make_file, name, _ = KINDS[case]
    assert as_authority(make_file()) == (f"The file is {name}, not the certificate of an authority", fix)


@pytest.mark.parametrize("form", [lambda: CA.pem, lambda: CA.der, lambda: CA.pfx(with_key=False)])
def test_the_right_file_is_read(form: Callable[[], bytes]) -> None:
    assert ca_certificate.read(form()).thumbprint == CA.thumbprint


@pytest.mark.parametrize("data", [b"nonsense", b"", b"\x30\x03\x02\x01\x01", b"just words " * 20])
def test_of_anything_else_nothing_is_claimed(data: bytes) -> None:
    assert file_kinds.of(data) is None
