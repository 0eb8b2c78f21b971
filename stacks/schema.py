"""The shape of a stack's configuration: every key, its type, and what leaving it out means.

Pure: no pulumi. The names in a stack file are the camelCase forms of the fields.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(min_length=1)]
ServiceName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$", max_length=50)]
EntityName = Annotated[str, StringConstraints(pattern=r"^[^*#&+:<>?/\\% ]+$", min_length=1, max_length=71)]
"""Name of a certificate or an API: 80 characters that APIM takes, less the nine that a thumbprint adds."""
Sku = Literal["Consumption", "Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2", "PremiumV2"]


class Keys(BaseModel):
    """A group of configuration keys: unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=False)


class OwnedService(Keys):
    """A service that the stack creates, with a system-assigned identity."""

    location: Text
    """Azure region."""
    publisher_name: Text
    """Shown in the developer portal."""
    publisher_email: Text
    """Where Azure sends notifications."""
    sku: Sku = "Developer"
    """SKU. Left out: Developer, which has no SLA."""
    capacity: int = Field(default=1, ge=0, le=12)
    """Scale units. Left out: one."""
    create_resource_group: bool = False
    """Whether the stack owns the resource group, too. Left out: it exists already."""
    ca_certificates: tuple[Path, ...] = ()
    """PEM or DER files, relative to the project, of roots trusted for backends. Left out: only public authorities."""


class Service(Keys):
    """The API Management service."""

    resource_group: Text
    """Resource group of the service."""
    name: ServiceName
    """Name of the service, unique in all of Azure."""
    owned: OwnedService | None = None
    """What to create. Left out: the service exists already, and is never changed."""


class VaultGrant(Keys):
    """The right to read a vault, granted by this stack."""

    resource_group: Text
    """Resource group of the vault."""
    subscription_id: Text | None = None
    """Subscription of the vault. Left out: that of the stack."""


class KeyVault(Keys):
    """A certificate that stays in Key Vault."""

    secret_id: Text
    """`https://<vault>/secrets/<name>`."""
    pinned: bool = False
    """Allows a version in `secretId`, so that renewals are not followed. Left out: a version is an error."""
    identity_client_id: Text | None = None
    """Client id of a user-assigned identity. Left out: the system-assigned identity reads the secret."""
    grant_access: VaultGrant | None = None
    """Grants the service's identity Key Vault Certificate User on the vault. Left out: it has access already."""


class Pfx(Keys):
    """A certificate that is uploaded with its key."""

    file: Path
    """The PFX, relative to the project."""
    password: SecretStr | None = None
    """Its password (`pulumi config set --secret --path`). Left out: it has none."""


class Certificate(Keys):
    """A client certificate: exactly one of `keyVault` and `pfx`."""

    key_vault: KeyVault | None = None
    """From Key Vault."""
    pfx: Pfx | None = None
    """From a PFX."""
    certificate_id: Text | None = None
    """Id on the service. Left out: the name, for a PFX followed by the first 8 digits of the thumbprint."""


class Backend(Keys):
    """The backend of an API."""

    url: Text
    """`https://…`."""
    title: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None
    """Shown in the portal. Left out: none."""
    description: str | None = None
    """Shown in the portal. Left out: only the reasons below."""
    skip_chain_validation_reason: str | None = None
    """Why the server certificate's chain need not be validated. Left out: it is validated."""
    skip_name_validation_reason: str | None = None
    """Why its name need not match the URL. Left out: it has to."""


class Api(Keys):
    """An API whose backend demands a client certificate."""

    path: Annotated[str, StringConstraints(pattern=r"^[\w.~-]+(?:/[\w.~-]+)*$", max_length=400)]
    """Path under the gateway's URL, without slashes around it: letters, digits, `-._~` and single slashes."""
    certificate: Text
    """Name of an entry of `certificates`."""
    backend: Backend
    """Where the calls go."""
    display_name: Text | None = None
    """Shown in the portal. Left out: the name."""
    operations: tuple[str, ...] = ("GET /*",)
    """`METHOD /template` each. Left out: every GET."""
    subscription_required: bool = True
    """Whether callers need a subscription key. Left out: they do."""
    policy: str | None = None
    """The API's own policy XML. Left out: `policyFile`, or a policy in which every section inherits."""
    policy_file: Path | None = None
    """The same from a file, relative to the project."""


class Stack(Keys):
    """All keys of a stack."""

    service: Service
    """The API Management service."""
    certificates: dict[EntityName, Certificate] = Field(default_factory=dict)
    """Client certificates by name."""
    apis: dict[EntityName, Api] = Field(default_factory=dict)
    """APIs by name; the name is the id of the API and of its backend."""
    keep_version_aliases: bool = False
    """Keeps azure-native's aliases of old API versions. Left out: they are dropped, and a program is much faster."""
