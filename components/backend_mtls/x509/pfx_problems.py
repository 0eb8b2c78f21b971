"""Every way in which a PFX is refused, in words."""

from collections.abc import Sequence
from datetime import datetime

from backend_mtls.errors import Problem, Where
from backend_mtls.x509.file_kinds import FileKind

_ALLOWED = "a PKCS#12 file with a certificate, its private key and a validity that includes today"
_WHERE = Where.of("pfx")
_EXPORT = "openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE.pfx"


def empty() -> Problem:
    """No bytes at all."""
    return _problem("The PFX is empty", "0 bytes", "name a file that holds the certificate and its private key")


def too_large(size: int, most: int) -> Problem:
    """More bytes than a certificate, its key and a chain can have."""
    return Problem(
        what="The PFX is too large",
        where=_WHERE,
        got=f"{size:,} bytes",
        allowed=f"at most {most:,} bytes",
        fix=f"export only the certificate, its private key and its chain ({_EXPORT})",
    )


def no_pfx(size: int) -> Problem:
    """Bytes of some other kind."""
    return _problem(
        "The file is not a PFX",
        f"{size} bytes that are no PKCS#12 structure",
        "name a PFX (.pfx or .p12) file; if it is base64 text, decode it first",
    )


def damaged(size: int) -> Problem:
    """A PFX by its outside whose content no parser takes."""
    return _problem(
        "The PFX is damaged",
        f"{size} bytes whose content cannot be read",
        "export the certificate again together with its private key",
    )


def too_many_rounds(most: int) -> Problem:
    """Opening it would take minutes or hours."""
    return Problem(
        what="The PFX asks for too many rounds of key derivation",
        where=_WHERE,
        got=f"more than {most:,} rounds",
        allowed=f"at most {most:,} rounds in all parts of the file together",
        fix=f"export it again with the tool's default ({_EXPORT}); if you never chose a number, the file is damaged",
    )


def scrypt() -> Problem:
    """Its cost cannot be bounded by a count of rounds."""
    return Problem(
        what="The PFX is encrypted with a key that is derived by scrypt",
        where=_WHERE,
        got="scrypt",
        allowed="PBKDF2 or PKCS#12 key derivation, as OpenSSL, Windows and Java write by default",
        fix=f"export it again with the tool's default ({_EXPORT})",
    )


def wrong_password(*, given: bool) -> Problem:
    """No form of the password opens it. A damaged file looks the same: the password is what proves it whole."""
    return _password(
        "The password of the PFX is wrong",
        "a password that does not open the file" if given else "no password, but the file has one",
        "set the right one as a secret (pulumi config set --secret --path …); if it is right, the file is damaged: "
        "export the PFX again",
    )


def impossible_password() -> Problem:
    """No tool can have used it."""
    return _password(
        "The password of the PFX is none that a PFX can have",
        "a password with a zero character or half a surrogate pair in it",
        "set the right one as a secret (pulumi config set --secret --path …)",
    )


def no_key(certificates: int) -> Problem:
    """Nothing to prove possession with."""
    return _problem(
        "The PFX holds no private key",
        f"{certificates} certificate(s), no key",
        f"export the certificate again together with its private key ({_EXPORT})",
    )


def other_kind(kind: FileKind, got: str) -> Problem:
    """A file of some other kind."""
    what = f"The file is {kind.name}" + ("" if kind.name.endswith("not a PFX") else ", not a PFX")
    return _problem(what, got, kind.to_pfx)


def unreadable_certificate(number: int, count: int, reason: str) -> Problem:
    """The password is right, and what it opens cannot be read."""
    return _problem(
        "The PFX opens with its password, but a certificate in it cannot be read",
        f"certificate {number} of {count}: {reason}",
        "have the certificate issued again, and export it together with its private key",
    )


def unreadable_key(kind: str, reason: str) -> Problem:
    """The password is right, and the key in the file is damaged or weird."""
    return _problem(
        "The PFX opens with its password, but a private key in it cannot be read",
        f"{kind}: {reason}",
        "have the certificate issued again for a new key, and export it together with that key",
    )


def unpresentable_key(kind: str) -> Problem:
    """Windows has no such keys, or uses none for TLS."""
    return Problem(
        what="The private key in the PFX is of a kind that API Management cannot present",
        where=_WHERE,
        got=kind,
        allowed="RSA, or EC with the curve P-256, P-384 or P-521",
        fix="have the certificate issued again for such a key (openssl req -new -newkey rsa:2048 -keyout KEY -out "
        "REQUEST)",
    )


def other_password() -> Problem:
    """The MAC proves the password, yet a part of the content does not open with it."""
    return _password(
        "The password of the PFX opens its seal, but not what is in it",
        "a password that the MAC confirms and that does not decrypt the content",
        f"export it again with one password for both ({_EXPORT}); if it never had two, the file is damaged",
    )


def no_password_based(identifier: str) -> Problem:
    """Public-key modes of RFC 7292."""
    return Problem(
        what="The PFX is sealed or encrypted for a certificate, not with a password",
        where=_WHERE,
        got=f"content of type {identifier}",
        allowed="a PFX that a password opens",
        fix=f"export it again with a password ({_EXPORT}); on Windows, do not protect it for a group or user name",
    )


def unknown_algorithm(identifier: str) -> Problem:
    """Neither a right nor a wrong password: it is never tried."""
    return Problem(
        what="The PFX is encrypted or sealed by an algorithm that is not known here",
        where=_WHERE,
        got=f"algorithm {identifier}",
        allowed="AES or 3DES, and a MAC of SHA-1 or SHA-2, as OpenSSL, Windows and Java write by default",
        fix=f"export it again with the tool's default ({_EXPORT})",
    )


def foreign_key(keys: int, certificates: int) -> Problem:
    """A key, but of another certificate."""
    held = "a private key" if keys == 1 else f"{keys} private keys"
    return _problem(
        "The PFX holds no certificate that belongs to its private key",
        f"{held} and {certificates} certificate(s) of other keys",
        "export it again with the certificate that was issued for this key",
    )


def several_keys(keys: int, certificates: int) -> Problem:
    """Readers differ in which they take: OpenSSL the first, others the last, or the one that is marked."""
    return _problem(
        "The PFX holds several private keys, and nothing says which of them to present",
        f"{keys} private keys, {certificates} certificate(s)",
        f"export one certificate and its private key alone ({_EXPORT})",
    )


def several_certificates(thumbprints: Sequence[str]) -> Problem:
    """A renewal under the same key, together with what it renewed."""
    return _problem(
        "The PFX holds several certificates for its private key, and nothing says which of them to present",
        ", ".join(thumbprints),
        f"export it again with the newest of them alone ({_EXPORT})",
    )


def expired(subject: str, not_after: datetime) -> Problem:
    """Past the end of its validity."""
    return _problem(
        "The certificate in the PFX has expired",
        f"{subject}, valid until {not_after:%Y-%m-%d %H:%M} UTC",
        "renew the certificate and name the new PFX here",
    )


def not_yet_valid(subject: str, not_before: datetime) -> Problem:
    """Before the start of its validity."""
    return _problem(
        "The certificate in the PFX is not valid yet",
        f"{subject}, valid from {not_before:%Y-%m-%d %H:%M} UTC",
        "deploy it once it is valid, or check the clock of this machine",
    )


def _problem(what: str, got: str, fix: str) -> Problem:
    return Problem(what=what, where=_WHERE, got=got, allowed=_ALLOWED, fix=fix)


def _password(what: str, got: str, fix: str) -> Problem:
    return Problem(what=what, where=Where.of("pfx", "password"), got=got, allowed=_ALLOWED, fix=fix, kind="password")
