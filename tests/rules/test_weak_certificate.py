"""Weak keys and signatures are found; a key that nobody knows to work is found more softly."""

from typing import Any

import pytest
from rule_resources import findings, pfx_certificate, resource

from rules.severity import Severity


def certificate(key_type: Any, signature_hash: Any = "sha256") -> Any:
    component = resource(
        "backend-mtls:index:ClientCertificate", "orders", keyType=key_type, signatureHash=signature_hash
    )
    return component, pfx_certificate(parent=component.urn)


@pytest.mark.parametrize("key_type", ["RSA 2048", "RSA 4096", "EC secp256r1", "EC secp384r1", "EC secp521r1"])
@pytest.mark.parametrize("signature_hash", ["sha256", "sha384", "sha512"])
def test_what_tls_takes_is_fine(key_type: str, signature_hash: str) -> None:
    assert findings("weak-certificate", *certificate(key_type, signature_hash)) == []


@pytest.mark.parametrize(
    ("key_type", "words"),
    [
        ("RSA 1024", "an RSA key of 1024 bits"),
        ("RSA 2047", "an RSA key of 2047 bits"),
        ("EC secp256k1", "the curve secp256k1"),
        ("EC brainpoolP256r1", "the curve brainpoolP256r1"),
        ("EC secp192r1", "the curve secp192r1"),
    ],
)
def test_a_weak_key_is_high(key_type: str, words: str) -> None:
    found = findings("weak-certificate", *certificate(key_type), environment="development")
    assert [each.severity for each in found] == [Severity.HIGH]
    assert words in found[0].detail


@pytest.mark.parametrize("signature_hash", ["sha1", "md5", "SHA1"])
def test_a_weak_signature_is_high(signature_hash: str) -> None:
    found = findings("weak-certificate", *certificate("RSA 2048", signature_hash))
    assert [each.severity for each in found] == [Severity.HIGH]
    assert signature_hash.upper() in found[0].detail


@pytest.mark.parametrize("key_type", ["Ed25519", "Ed448", "DSA"])
def test_another_kind_of_key_is_medium_and_says_that_nobody_knows(key_type: str) -> None:
    found = findings("weak-certificate", *certificate(key_type, ""))
    assert [each.severity for each in found] == [Severity.MEDIUM]
    assert f"a key of type {key_type}, and no document says that API Management takes" in found[0].detail


def test_two_weaknesses_are_one_finding_as_bad_as_the_worse() -> None:
    found = findings("weak-certificate", *certificate("DSA", "sha1"))
    assert [each.severity for each in found] == [Severity.HIGH]
    assert "DSA" in found[0].detail
    assert "SHA1" in found[0].detail


@pytest.mark.parametrize(
    "hidden", [None, "", "RSA", "EC", "RSA many", "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", 5]
)
def test_what_is_not_known_is_no_finding(hidden: Any) -> None:
    assert findings("weak-certificate", *certificate(hidden, None)) == []
