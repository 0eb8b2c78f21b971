"""The keys of an entry of `certificates`."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from backend_mtls.configuration.values import Base64, Guid, Keys, LateSecret, LateText, Text, Url


class VaultGrant(Keys):
    """The right to read a vault, granted by this stack."""

    resource_group: LateText = Field(examples=["rg-platform-dev"])
    """Resource group of the vault."""
    subscription_id: Guid | None = Field(default=None, examples=["00000000-0000-0000-0000-000000000000"])
    """Subscription of the vault, a GUID. Left out: that of the stack."""
    kind: Literal["role", "accessPolicy"] = Field(default="role", examples=["accessPolicy"])
    """`role` for a vault with RBAC authorization, `accessPolicy` for one with access policies. Left out: a role."""
    scope: Literal["vault", "secret"] = Field(default="vault", examples=["secret"])
    """Whether a role is for the whole vault or for this secret alone. Left out: the vault."""
    firewall: bool | None = Field(default=None, examples=[True])
    """Whether the vault's firewall is on, so that only the system-assigned identity can read. Left out: Azure is
    asked."""


class KeyVault(Keys):
    """A certificate that stays in Key Vault."""

    secret_id: Url = Field(examples=["https://kv-integration-prod.vault.azure.net/secrets/orders-client"])
    """`https://<vault>/secrets/<name>`; the CLI takes it for a secret because of its name: set it `--plaintext`."""
    pinned: bool = Field(default=False, examples=[True])
    """Allows a version in `secretId`, so that renewals are not followed. Left out: a version is an error."""
    identity_client_id: Guid | None = Field(default=None, examples=["00000000-0000-0000-0000-000000000001"])
    """Client id of a user-assigned identity, a GUID. Left out: the system-assigned identity reads the secret."""
    grant_access: VaultGrant | None = None
    """Grants the service's identity Key Vault Certificate User on the vault. Left out: it has access already."""


class Pfx(Keys):
    """A certificate that is uploaded with its key: exactly one of `file` and `data`."""

    file: Path | None = Field(default=None, examples=["pki/legacy-client.pfx"])
    """The PFX, relative to the project. Left out: `data` holds it."""
    data: Base64 | None = Field(default=None, examples=["MIIJqQIBAzCCCW8GCSqGSIb3DQEHAaCCCWAEgglcMIIJWDCC…"])
    """The PFX as base64 (`pulumi config set --secret --path`). Left out: `file` holds it."""
    password: LateSecret | None = Field(default=None, examples=["the PFX's password"])
    """Its password (`pulumi config set --secret --path`). Left out: it has none."""


class Certificate(Keys):
    """A client certificate: exactly one of `keyVault` and `pfx`."""

    key_vault: KeyVault | None = None
    """From Key Vault. Left out: it is from a PFX."""
    pfx: Pfx | None = None
    """From a PFX. Left out: it is from Key Vault."""
    certificate_id: Text | None = Field(default=None, examples=["orders-client"])
    """Id on the service, at most 80 characters. Left out: the name, for a PFX followed by the first 8 digits of the
    thumbprint."""
    adopt: bool = Field(default=False, examples=[True])
    """Takes over the certificate of this id that exists already. Left out: it is created."""
