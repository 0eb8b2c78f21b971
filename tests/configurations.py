"""A valid configuration, and ways of spoiling one key of service or certificates: (path, value, what, where, got)."""

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
    ("service/caCertificates", "ca.pem", "The value is not allowed", "service.caCertificates", "[secret]"),
    ("service/caCertificates", [5], "The value is not allowed", "service.caCertificates[0]", "[secret]"),
    (
        "service/caCertificates",
        [{"file": "ca.pem", "store": "CertificateAuthority"}],
        "A root certificate does not belong into the store CertificateAuthority",
        "service.caCertificates[0]",
        "CN=ca, signed by itself",
    ),
    (
        "service/owned/sku",
        "StandardV2",
        "The SKU StandardV2 does not use CA certificates for backends",
        "service.caCertificates",
        "1 CA certificate(s)",
    ),
    (
        "service/owned/capacity",
        0,
        "The capacity does not fit the SKU",
        "service.owned.capacity",
        "0 on Developer",
    ),
    (
        "certificates/orders/keyVault/identityClientId",
        "unknown",
        "The service has no user-assigned identity with this client id",
        "certificates.orders.keyVault.identityClientId",
        "unknown",
    ),
    (
        "certificates/orders/keyVault/grantAccess",
        {"resourceGroup": "rg", "kind": "accessPolicy", "scope": "secret"},
        "An access policy cannot be limited to one secret",
        "certificates.orders.keyVault.grantAccess.scope",
        "orders",
    ),
    (
        "certificates/orders/keyVault/grantAccess/kind",
        "rbac",
        "The value is not allowed",
        "certificates.orders.keyVault.grantAccess.kind",
        "'rbac'",
    ),
    (
        "certificates/legacy/pfx/data",
        "AAAA",
        "The PFX is given twice or not at all",
        "certificates.legacy.pfx",
        "both",
    ),
    (
        "certificates/legacy/pfx",
        {"data": "no base64"},
        "The secret does not hold a PFX as base64",
        "certificates.legacy.pfx.data",
        "9 characters that are no base64",
    ),
    ("keyVaultPreflight", {"mode": "on"}, "The value is not allowed", "keyVaultPreflight.mode", "'on'"),
]
