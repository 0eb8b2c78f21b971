"""PFX files whose MAC is made here: by PBMAC1, which OpenSSL writes from 3.4 on, or of another password."""

import hashlib
import hmac

import pkcs12_files as files
from asn1crypto import algos, core
from asn1crypto import pkcs12 as asn1
from certificates import Made


def content(pfx: bytes) -> bytes:
    """What the MAC of a PFX is of."""
    return asn1.Pfx.load(pfx)["auth_safe"]["content"].native


def sealed(safe: bytes, password: str) -> bytes:
    """A PFX of this content, with a MAC by PBMAC1 (RFC 9579)."""
    salt = bytes(8)
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 2048, 32)
    algorithm = sequence(
        bytes.fromhex("06092a864886f70d01050e"),
        sequence(
            algos.KdfAlgorithm({"algorithm": "pbkdf2", "parameters": pbkdf2(salt)}).dump(),
            algos.HmacAlgorithm({"algorithm": "sha256"}).dump(),
        ),
    )
    info = sequence(algorithm, core.OctetString(hmac.digest(key, safe, "sha256")).dump())
    mac_data = sequence(info, core.OctetString(salt).dump(), core.Integer(1).dump())
    content = {"content_type": "data", "content": core.OctetString(safe)}
    return sequence(core.Integer(3).dump(), asn1.ContentInfo(content).dump(), mac_data)


def pbkdf2(salt: bytes) -> algos.Pbkdf2Params:
    return algos.Pbkdf2Params(
        {
            "salt": algos.Pbkdf2Salt(name="specified", value=core.OctetString(salt)),
            "iteration_count": 2048,
            "key_length": 32,
            "prf": {"algorithm": "sha256"},
        }
    )


def sequence(*parts: bytes) -> bytes:
    return core.Sequence(contents=b"".join(parts)).dump()


def with_another_password_inside(made_by: Made) -> bytes:
    """Content under one password, and a MAC of another."""
    made = files.by_openssl(made_by, "AES", "inner")
    return sealed(content(made), files.PASSWORD)
