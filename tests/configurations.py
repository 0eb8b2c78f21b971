"""A valid stack configuration, and every way of spoiling one key of it: (path, value, what, where, got)."""

import os
from typing import Any

from certificates import make

PASSWORD = os.urandom(8).hex()
CLIENT = make("legacy")
VALID: dict[str, Any] = {
    "service": {
        "resourceGroup": "rg",
        "name": "apim",
        "owned": {
            "location": "westeurope",
            "publisherName": "Team",
            "publisherEmail": "team@example.com",
        },
        "caCertificates": ["ca.pem"],
    },
    "certificates": {
        "orders": {
            "keyVault": {
                "secretId": "https://kv.vault.azure.net/secrets/orders",
                "grantAccess": {"resourceGroup": "rg-kv"},
            }
        },
        "legacy": {"pfx": {"file": "legacy.pfx", "password": PASSWORD}},
    },
    "apis": {
        "orders": {"path": "orders", "certificate": "orders", "backend": {"url": "https://orders"}},
        "legacy": {
            "path": "legacy",
            "certificate": "legacy",
            "backend": {"url": "https://legacy", "skipChainValidationReason": "self-signed"},
        },
    },
}

CASES = [
    ("service", None, "A required key is missing", "service", "nothing"),
    ("service/name", "1 2", "The value is not allowed", "service.name", "'1 2'"),
    ("service/colour", "red", "There is no such key", "service.colour", "colour"),
    ("service/owned/sku", "Gold", "The value is not allowed", "service.owned.sku", "'Gold'"),
    (
        "service/caCertificates",
        ["leaf.pem"],
        "The certificate is not that of a certificate authority",
        "service.caCertificates[0]",
        "CN=legacy, basicConstraints CA=FALSE",
    ),
    (
        "service/caCertificates",
        ["gone.pem"],
        "The file cannot be read",
        "service.caCertificates[0]",
        "gone.pem: No such file or directory",
    ),
    (
        "certificates/orders",
        {},
        "The certificate needs exactly one source",
        "certificates.orders",
        "neither",
    ),
    (
        "certificates/orders/pfx",
        {"file": "other.pfx"},
        "The certificate needs exactly one source",
        "certificates.orders",
        "both",
    ),
    (
        "certificates/orders/keyVault/secretId",
        "https://kv.vault.azure.net/certificates/orders/0123456789abcdef0123456789abcdef",
        "The Key Vault secret is pinned to a version, so that APIM would never follow a renewal",
        "certificates.orders.keyVault.secretId",
        "https://kv.vault.azure.net/certificates/orders/0123456789abcdef0123456789abcdef",
    ),
    (
        "certificates/orders/keyVault/secretId",
        "https://kv.vault.azure.net/keys/orders",
        "APIM reads Key Vault secrets only, and this is the URL of a key",
        "certificates.orders.keyVault.secretId",
        "https://kv.vault.azure.net/keys/orders",
    ),
    (
        "certificates/legacy/pfx/password",
        "wrong",
        "The password of the PFX is wrong",
        "certificates.legacy.pfx.password",
        "a password that does not open the file",
    ),
    (
        "certificates/legacy/pfx/password",
        ["x"],
        "The value is not allowed",
        "certificates.legacy.pfx.password",
        "[secret]",
    ),
    (
        "certificates/legacy/pfx/file",
        "gone.pfx",
        "The file cannot be read",
        "certificates.legacy.pfx.file",
        "gone.pfx: No such file or directory",
    ),
    (
        "certificates/legacy/pfx/file",
        "no-key.pfx",
        "The PFX holds no private key",
        "certificates.legacy.pfx.file (no-key.pfx)",
        "1 certificate(s), no key",
    ),
    (
        "certificates/legacy/pfx/file",
        "legacy.cer",
        "The file is a certificate without its private key (.cer, DER), not a PFX",
        "certificates.legacy.pfx.file (legacy.cer)",
        "the certificate CN=legacy",
    ),
    (
        "certificates/again",
        {"pfx": {"file": "legacy.pfx", "password": PASSWORD}},
        "Two certificates have the same thumbprint, and a service stores each only once",
        "certificates.again.pfx",
        f"{CLIENT.thumbprint}, also at certificates.legacy.pfx",
    ),
    (
        "apis/orders/certificate",
        "order",
        "The API names a certificate that is not declared",
        "apis.orders.certificate",
        "order",
    ),
    ("apis/orders/path", "legacy", "Two APIs have the same path", "apis.legacy", "legacy, also at apis.orders"),
    (
        "apis/ORDERS",
        {**VALID["apis"]["orders"], "path": "x"},
        "Two APIs have the same id",
        "apis.ORDERS",
        "ORDERS, also at apis.orders",
    ),
    ("apis/orders/pth", "x", "There is no such key", "apis.orders.pth", "pth"),
    (
        "certificates/other",
        VALID["certificates"]["orders"],
        "Two certificates come from the same Key Vault secret, and a service stores each thumbprint only once",
        "certificates.other.keyVault",
        "https://kv.vault.azure.net/secrets/orders, also at certificates.orders.keyVault",
    ),
    (
        "certificates/legacy/certificateId",
        "Orders",
        "Two certificates have the same id",
        "certificates.legacy",
        "Orders, also at certificates.orders",
    ),
    (
        "certificates/legacy/pfx/file",
        "a\0b",
        "The file cannot be read",
        "certificates.legacy.pfx.file",
        "a\0b: embedded null byte",
    ),
    (
        "apis/orders/policyFile",
        "legacy.cer",
        "The policy is not UTF-8 text",
        "apis.orders.policyFile (legacy.cer)",
        "byte 0x82 at offset 1",
    ),
    ("apis/orders/path", "a b?c#d", "The value is not allowed", "apis.orders.path", "'a b?c#d'"),
    (
        "apis/orders/backend/url",
        "https://x:99999",
        "The URL of the backend is malformed",
        "apis.orders.backend.url",
        "https://x:99999",
    ),
    (
        "apis/orders/backend/url",
        "https://x/?q",
        "The URL of the backend is malformed",
        "apis.orders.backend.url",
        "https://x/?q",
    ),
    (
        "apis/orders/backend/url",
        "https://me:pw@x",
        "The URL of the backend holds credentials",
        "apis.orders.backend.url",
        "a URL with a user name or password in it",
    ),
    ("apis/orders/path", "/orders", "The value is not allowed", "apis.orders.path", "'/orders'"),
    (
        "apis/orders/backend/url",
        "http://orders",
        "A client certificate is presented over TLS only",
        "apis.orders.backend.url",
        "http://orders",
    ),
    (
        "apis/legacy/backend/skipChainValidationReason",
        " ",
        "Validation is switched off without a reason",
        "apis.legacy.backend.skipChainValidationReason",
        "an empty text",
    ),
    ("apis/orders/operations", ["get /"], "The operation is malformed", "apis.orders.operations[0]", "get /"),
    (
        "apis/orders/policy",
        "<fragment />",
        "The policy document is a policy fragment",
        "apis.orders.policy: policy document, line 1, column 1",
        "<fragment />",
    ),
    (
        "apis/orders/policyFile",
        "gone.xml",
        "The file cannot be read",
        "apis.orders.policyFile",
        "gone.xml: No such file or directory",
    ),
]
