"""Every way in which a PFX is refused, in words."""

from collections.abc import Sequence
from datetime import datetime

from backend_mtls.errors import Problem, Where

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


def pem() -> Problem:
    """Text instead of DER."""
    return _problem(
        "The file is PEM text, not a PFX",
        "a file that starts with '-----BEGIN'",
        f"pack key and certificate into a PFX ({_EXPORT})",
    )


def bare(subject: str) -> Problem:
    """A certificate as DER."""
    return _problem(
        "The file is a certificate without its private key (.cer, DER), not a PFX",
        f"the certificate {subject}",
        "name the PFX that the certificate was exported to together with its private key",
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


def legacy(encryptions: Sequence[str]) -> Problem:
    """The OpenSSL here cannot decrypt it, whatever the password."""
    return Problem(
        what="The PFX is encrypted by an old algorithm that the OpenSSL of this Python does not offer",
        where=_WHERE,
        got=", ".join(encryptions),
        allowed="AES or 3DES",
        fix="convert it (openssl pkcs12 -legacy -in OLD.pfx -nodes | openssl pkcs12 -export -out NEW.pfx), or unset "
        "CRYPTOGRAPHY_OPENSSL_NO_LEGACY",
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


def foreign_key(certificates: int) -> Problem:
    """A key, but of another certificate."""
    return _problem(
        "The PFX holds no certificate that belongs to its private key",
        f"a private key and {certificates} certificate(s) of other keys",
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
