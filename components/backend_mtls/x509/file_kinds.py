"""What a file is that is no PFX or no certificate, and which command makes the right one from it.

Pure. Somebody who gives the wrong file gave a real one: its first bytes say of which kind.
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend_mtls.x509 import certificate, der, pfx_structure

_TO_PFX = "openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE.pfx"
_TO_CERTIFICATE = "openssl x509 -in FILE -out CERTIFICATE.pem"
_KEY = f"pack it into a PFX together with its certificate ({_TO_PFX.replace('KEY', 'FILE')})"
_NO_AUTHORITY = "name the certificate of the authority that issued the backend's server certificate"
_RENEW = "get the certificate that the authority issued, and pack it with its key"
_SIGNED_DATA = "1.2.840.113549.1.7.2"


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """One kind of file."""

    name: str
    """What it is, for a sentence: `a Java keystore (JKS)`."""
    to_pfx: str
    """How to get the PFX from it."""
    to_certificate: str = _NO_AUTHORITY
    """How to get an authority's certificate from it; empty for one that should be one already."""


def _java(form: str) -> FileKind:
    store = f"keytool -importkeystore -srckeystore FILE -srcstoretype {form} -destkeystore FILE.pfx"
    return FileKind(
        name=f"a Java keystore ({form})",
        to_pfx=f"convert it ({store} -deststoretype PKCS12)",
        to_certificate=f"export the certificate (keytool -exportcert -rfc -keystore FILE -storetype {form} -alias ALIAS"
        " -file CERTIFICATE.pem)",
    )


CERTIFICATE = FileKind(
    name="a certificate without its private key (.cer, DER)",
    to_pfx="name the PFX that the certificate was exported to together with its private key",
    to_certificate=f"convert it ({_TO_CERTIFICATE})",
)
_PKCS7 = FileKind(
    name="a PKCS#7 file (.p7b), which holds certificates and never a key",
    to_pfx="take the certificates out (openssl pkcs7 -inform DER -in FILE -print_certs -out CERTIFICATE; -inform PEM"
    f" for text), and pack them with the private key ({_TO_PFX})",
    to_certificate="take the certificates out (openssl pkcs7 -inform DER -in FILE -print_certs -out CERTIFICATE.pem;"
    " -inform PEM for text), and name one",
)
_PRIVATE_KEY = FileKind(name="a private key without its certificate (DER)", to_pfx=_KEY)
_ENCRYPTED_KEY = FileKind(name="an encrypted private key without its certificate (DER)", to_pfx=_KEY)
_PUBLIC_KEY = FileKind(name="a public key without a certificate (DER)", to_pfx=_RENEW)
_REQUEST = FileKind(name="a certificate signing request (DER), which is no certificate yet", to_pfx=_RENEW)
_REVOKED = FileKind(name="a list of revoked certificates (CRL)", to_pfx=_RENEW)
_PFX = FileKind(
    name="a PFX",
    to_pfx="name it as it is",
    to_certificate="take the certificate out (openssl pkcs12 -in FILE -nokeys -out CERTIFICATE.pem)",
)
_SSH_KEY = FileKind(
    name="an SSH key, which has no certificate that TLS knows",
    to_pfx=f"take the key and the certificate that were made for TLS ({_TO_PFX})",
)
_DECODE = "openssl base64 -d -A -in FILE -out"
_PEM = {
    b"CERTIFICATE": FileKind(
        name="PEM text, not a PFX", to_pfx=f"pack key and certificate into a PFX ({_TO_PFX})", to_certificate=""
    ),
    b"PKCS7": _PKCS7,
    b"CMS": _PKCS7,
    b"OPENSSH PRIVATE KEY": _SSH_KEY,
    b"SSH2 PUBLIC KEY": _SSH_KEY,
    b"PUBLIC KEY": FileKind(name="a public key without a certificate (PEM)", to_pfx=_RENEW),
    b"CERTIFICATE REQUEST": FileKind(
        name="a certificate signing request (PEM), which is no certificate yet", to_pfx=_RENEW
    ),
    b"NEW CERTIFICATE REQUEST": FileKind(
        name="a certificate signing request (PEM), which is no certificate yet", to_pfx=_RENEW
    ),
    b"X509 CRL": _REVOKED,
    b"PGP": FileKind(name="a file of PGP, whose keys have no certificate that TLS knows", to_pfx=_SSH_KEY.to_pfx),
}
_KEY_PEM = FileKind(name="a private key without its certificate (PEM)", to_pfx=_KEY)
_OTHER = FileKind(name="PEM text of another kind", to_pfx=f"pack key and certificate into a PFX ({_TO_PFX})")
_MAGIC: Sequence[tuple[bytes, FileKind]] = (
    (b"\xfe\xed\xfe\xed", _java("JKS")),
    (b"\xce\xce\xce\xce", _java("JCEKS")),
    (
        b"PK\x03\x04",
        FileKind(
            name="a ZIP archive",
            to_pfx="unpack it, and name the file in it",
            to_certificate="unpack it, and name the file in it",
        ),
    ),
    (
        b"\x1f\x8b",
        FileKind(
            name="a file packed by gzip", to_pfx="unpack it (gunzip FILE)", to_certificate="unpack it (gunzip FILE)"
        ),
    ),
    (b"%PDF", FileKind(name="a PDF document", to_pfx="name a PFX (.pfx or .p12) file")),
    (b"PuTTY-User-Key-File", _SSH_KEY),
    (b"ssh-", _SSH_KEY),
    (b"ecdsa-sha2-", _SSH_KEY),
    (b"sk-ssh-", _SSH_KEY),
    (b"---- BEGIN SSH2", _SSH_KEY),
)
_PAGE = FileKind(
    name="an HTML page, perhaps that of a login or an error",
    to_pfx="download the file again, and look into it before",
    to_certificate="download the file again, and look into it before",
)
_DOCUMENT = FileKind(
    name="a JSON document",
    to_pfx="take the PFX out of it, as bytes (from Key Vault: az keyvault secret download --encoding base64)",
    to_certificate="take the certificate out of it, as bytes",
)


def of(data: bytes) -> FileKind | None:
    """The kind of a file; None when nothing is known of it."""
    wide = _from_wide(data)
    if wide is not None:
        inner = of(wide)
        name = f"text in UTF-16{f' ({inner.name})' if inner else ''}"
        again = "save it as UTF-8 (iconv -f UTF-16 -t UTF-8 FILE > NEW, or Set-Content -Encoding ascii)"
        return FileKind(name=name, to_pfx=f"{again}; {inner.to_pfx}" if inner else again, to_certificate=again)
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind in _MAGIC:
        if text.startswith(magic):
            return kind
    if b"-----BEGIN " in data[:4096]:
        return _of_pem(data)
    if re.match(rb"(?i)<(!doctype html|html|head|body)", text):
        return _PAGE
    if re.match(rb"[{\[]\s*[\"\[{]", text):
        return _DOCUMENT
    return _of_base64(text) or _of_der(data)


def _from_wide(data: bytes) -> bytes | None:
    """Text of Windows, two bytes a character, as ASCII; None for anything else."""
    if data[:2] not in {b"\xff\xfe", b"\xfe\xff"} and not (len(data) > 8 and data[1:8:2] == bytes(4) and data[0]):
        return None
    try:
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return data.decode("utf-16").encode("ascii")
        return data.decode("utf-16-le").encode("ascii")
    except UnicodeError:
        return None


def _of_pem(data: bytes) -> FileKind:
    labels = re.findall(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----", data)
    kinds = [_PEM.get(label) for label in labels]
    if any(label.endswith(b"PRIVATE KEY") and label not in _PEM for label in labels):
        return _PEM[b"CERTIFICATE"] if b"CERTIFICATE" in labels else _KEY_PEM
    if any(label.startswith(b"PGP") for label in labels):
        return _PEM[b"PGP"]
    return next((kind for kind in kinds if kind), _OTHER)


def _of_base64(text: bytes) -> FileKind | None:
    if len(text) < 64 or re.match(rb"[A-Za-z0-9+/=_\s-]+\Z", text) is None:
        return None
    try:
        decoded = base64.b64decode(b"".join(text.split()).translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except binascii.Error:
        return None
    inner = _PFX if is_pfx(decoded) else of(decoded) if decoded[:1] != text[:1] else None
    if inner is None:
        return None
    form = {"a PFX": "FILE.pfx", CERTIFICATE.name: "CERTIFICATE.cer"}.get(inner.name, "NEW")
    decode = f"decode it ({_DECODE} {form})"
    follows = "" if inner is _PFX else f"; {inner.to_pfx}"
    return FileKind(name=f"base64 text of {inner.name}", to_pfx=decode + follows, to_certificate=decode)


def is_pfx(data: bytes) -> bool:
    """Whether the bytes are a PFX by their outside."""
    try:
        pfx_structure.examine(data)
    except ValueError:
        return False
    return True


def _of_der(data: bytes) -> FileKind | None:
    """By the tags of the outermost structure's parts."""
    try:
        top = der.one(data).of(der.SEQUENCE)
        fields = der.parts(top)
    except ValueError:
        return _PKCS7 if data[:2] == b"\x30\x80" and bytes.fromhex("06092a864886f70d010702") in data[:20] else None
    tests: Sequence[tuple[FileKind, Callable[[list[int]], bool]]] = (
        (_PRIVATE_KEY, lambda tags: tags[:3] == [2, 0x30, 4] or tags[:2] == [2, 4] or tags == [2] * 9),
        (_ENCRYPTED_KEY, lambda tags: tags == [0x30, 4]),
        (_PUBLIC_KEY, lambda tags: tags in ([0x30, 3], [2, 2])),
    )
    tags = [field.tag for field in fields]
    for kind, fits in tests:
        if fits(tags):
            return kind
    if tags[:1] == [der.OBJECT_IDENTIFIER] and _dotted(fields[0]) == _SIGNED_DATA:
        return _PKCS7
    return _of_signed(data, fields) if tags == [0x30, 0x30, 3] else None


def _of_signed(data: bytes, fields: list[der.Element]) -> FileKind | None:
    """A certificate, a request for one, or a list of revoked ones: each is something signed."""
    try:
        inner = [field.tag for field in der.parts(fields[0].content)]
    except ValueError:
        return None
    if inner[:3] == [2, 0x30, 0x30] and inner[3:4] == [0xA0]:
        return _REQUEST
    try:
        certificate.read(data)
    except certificate.UnreadableCertificateError:
        return _REVOKED if inner[3:4] in ([0x17], [0x18]) or inner[2:3] in ([0x17], [0x18]) else None
    return CERTIFICATE


def _dotted(element: der.Element) -> str:
    try:
        return der.dotted(element.content)
    except ValueError:
        return ""
