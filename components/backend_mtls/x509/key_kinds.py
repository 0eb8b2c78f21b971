"""Kinds of keys, and which of them API Management can present. Pure.

The gateway runs on Windows, whose TLS (Schannel) signs with RSA and with the three NIST curves; CNG has no Ed25519 or
Ed448, and DSA is no signature of TLS 1.2 or later there. docs/decisions/0019-certificates-as-dotnet-reads-them.md
has the sources, and what of this is inferred.
"""

from backend_mtls.x509 import der

PRESENTABLE = ("RSA", "EC secp256r1", "EC secp384r1", "EC secp521r1")
"""What the gateway can present; any size of RSA."""
_RSA, _EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
_OTHERS = {
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.10040.4.1": "DSA",
    "1.2.840.10046.2.1": "X9.42 DH",
    "1.2.840.113549.1.3.1": "DH",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}
_CURVES = {
    "1.2.840.10045.3.1.1": "secp192r1",
    "1.2.840.10045.3.1.7": "secp256r1",
    "1.3.132.0.10": "secp256k1",
    "1.3.132.0.33": "secp224r1",
    "1.3.132.0.34": "secp384r1",
    "1.3.132.0.35": "secp521r1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
}
_SIGNATURES = {
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.3.14.3.2.29": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "1.2.840.10040.4.3": "sha1",
    "2.16.840.1.101.3.4.3.1": "sha224",
    "2.16.840.1.101.3.4.3.2": "sha256",
    "2.16.840.1.101.3.4.3.3": "sha384",
    "2.16.840.1.101.3.4.3.4": "sha512",
}
_PSS = "1.2.840.113549.1.1.10"
_HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.4": "sha224",
}


def of_public_key(info: bytes) -> str:
    """The kind of a subject public key info: `RSA 2048`, `EC secp256r1`, `Ed25519`, or an object identifier."""
    algorithm, key = der.parts(der.one(info).of(der.SEQUENCE))
    kind = _of(algorithm)
    if kind != "RSA":
        return kind
    modulus = der.parts(der.one(key.of(der.BIT_STRING)[1:]).of(der.SEQUENCE))[0].of(der.INTEGER)
    return f"RSA {int.from_bytes(modulus, 'big').bit_length()}"


def of_private_key(info: bytes) -> str:
    """The kind of a private key, PKCS#8, without the size of an RSA key."""
    return _of(der.parts(der.one(info).of(der.SEQUENCE))[1])


def is_presentable(kind: str) -> bool:
    """Whether the gateway can present a certificate of such a key."""
    return kind.startswith("RSA ") or kind in PRESENTABLE


def signature_hash(algorithm: bytes) -> str:
    """The hash of a signature algorithm; empty for one that has none, or an unknown one."""
    identifier, *parameters = der.parts(der.one(algorithm).of(der.SEQUENCE))
    name = der.dotted(identifier.of(der.OBJECT_IDENTIFIER))
    if name != _PSS or not parameters:
        return _SIGNATURES.get(name, "")
    hashes = [each for each in der.parts(parameters[0].of(der.SEQUENCE)) if each.tag == der.EXPLICIT_0]
    if not hashes:
        return "sha1"
    named = der.parts(der.one(hashes[0].content).of(der.SEQUENCE))[0]
    return _HASHES.get(der.dotted(named.of(der.OBJECT_IDENTIFIER)), "")


def _of(algorithm: der.Element) -> str:
    identifier, *parameters = der.parts(algorithm.of(der.SEQUENCE))
    name = der.dotted(identifier.of(der.OBJECT_IDENTIFIER))
    if name == _RSA:
        return "RSA"
    if name != _EC:
        return _OTHERS.get(name, name)
    if not parameters or parameters[0].tag != der.OBJECT_IDENTIFIER:
        return "EC with a curve of its own"
    curve = der.dotted(parameters[0].content)
    return f"EC {_CURVES.get(curve, curve)}"
