"""The secret that stands behind a certificate: what API Management reads with its managed identity."""

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.hazmat.primitives.serialization import NoEncryption as Unencrypted

from local.azure import x509
from local.azure.context import Azure
from local.azure.store import Store
from local.azure.vault import access, certificates, firewall
from local.azure.vault.errors import VaultError
from local.azure.vault.operations import Operation

__all__ = ["SecretBundle", "VaultError", "read_certificate_secret", "read_secret"]

_NEEDED: tuple[Operation, ...] = ("secrets/get", "secrets/list")


@dataclass(frozen=True, kw_only=True)
class SecretBundle:
    """A version of a certificate's secret."""

    name: str
    version: str
    pfx: bytes
    """PKCS #12 with an empty password; without the private key when that is not exportable."""
    pem: bytes
    """The same as PEM."""
    content_type: str
    """`application/x-pkcs12` or `application/x-pem-file`: which of the two the secret's value is."""
    enabled: bool
    exportable: bool

    @property
    def value(self) -> str:
        """As the data plane gives it."""
        if self.content_type == certificates.PEM:
            return self.pem.decode()
        return base64.b64encode(self.pfx).decode()


def read_certificate_secret(
    azure: Azure, secret_identifier: str, principal_id: str, *, has_line_of_sight: bool = True
) -> SecretBundle:
    """The secret at `https://<vault>…/secrets/<name>[/<version>]`, for a principal of a service; raises VaultError.

    The vault is the first label of the host, whatever follows: local Azure is all of Azure's clouds at once. Without
    `has_line_of_sight` the vault's network rules keep the service out. With access policies it needs get and list
    (learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates): that list is needed already
    for this read is inferred.
    """
    parts = urlsplit(secret_identifier)
    vault = (parts.hostname or "").split(".")[0]
    path = parts.path.strip("/").split("/")
    if len(path) not in {2, 3} or path[0] != "secrets" or not vault:
        raise VaultError("not_found", f"'{secret_identifier}' is not the URL of a Key Vault secret.")
    entity = access.vault_entity(azure.store, vault)
    if not has_line_of_sight:
        firewall.check(entity, firewall.UNKNOWN_ADDRESS, principal_id)
    for operation in _NEEDED:
        access.demand(azure.store, entity, operation, path[1], principal_id)
    return read_secret(azure.store, vault, *path[1:])


def read_secret(store: Store, vault: str, name: str, version: str = "") -> SecretBundle:
    """The secret of a certificate's version, the newest by default.

    One that is expired or not yet valid is given: source, learn.microsoft.com/azure/key-vault/secrets/about-secrets
    (date-time controlled operations).
    """
    found = next((v for v in certificates.versions(store, vault, name) if version.lower() in {"", v.id}), None)
    if found is None:
        raise certificates.not_found("secret", f"{name}/{version}" if version else name)
    if not found.enabled:
        raise VaultError("disabled", "Operation get is not allowed on a disabled secret.", inner="SecretDisabled")
    pair, chain = x509.read_pkcs12(found.pfx)
    links = b"".join(link.public_bytes(Encoding.PEM) for link in chain)
    pfx, pem = found.pfx, pair.key_pem + pair.pem + links
    if not found.exportable:
        pfx = pkcs12.serialize_key_and_certificates(None, None, pair.certificate, None, Unencrypted())
        pem = pair.pem + links
    return SecretBundle(
        name=found.name,
        version=found.id,
        pfx=pfx,
        pem=pem,
        content_type=found.content_type,
        enabled=found.enabled,
        exportable=found.exportable,
    )
