"""The keys of `service`."""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from backend_mtls.configuration.values import (
    ArmId,
    Guid,
    Keys,
    LateServiceName,
    LateSku,
    LateText,
    Secret,
    Text,
    Units,
)

_IDENTITY = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-platform"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway"
)


class Identity(Keys):
    """A user-assigned managed identity."""

    resource_id: ArmId = Field(examples=[_IDENTITY])
    """ARM id."""
    client_id: Guid = Field(examples=["00000000-0000-0000-0000-000000000001"])
    """Client id, a GUID: what `identityClientId` of a certificate names."""
    principal_id: Guid = Field(examples=["00000000-0000-0000-0000-000000000002"])
    """Object id, a GUID: whom access to a vault is granted to."""


class OwnedService(Keys):
    """A service that the stack creates, with a system-assigned identity."""

    location: LateText = Field(examples=["westeurope"])
    """Azure region."""
    publisher_name: LateText = Field(examples=["Platform team"])
    """Shown in the developer portal."""
    publisher_email: LateText = Field(examples=["platform@example.com"])
    """Where Azure sends notifications."""
    sku: LateSku = Field(default="Developer", examples=["StandardV2"])
    """SKU. Left out: Developer, which has no SLA."""
    capacity: Units = Field(default=1, examples=[2])
    """Scale units; 0 on Consumption. Left out: one."""
    create_resource_group: bool = Field(default=False, examples=[True])
    """Whether the stack owns the resource group, too. Left out: it exists already."""
    protect: bool = Field(default=False, examples=[True])
    """Whether Pulumi refuses to delete or replace the service, and the group, until `pulumi state unprotect`. Left out:
    it does not."""
    tags: dict[Text, LateText] = Field(default_factory=dict, examples=[{"costCenter": "1234"}])
    """Azure tags of the service. Left out: none."""
    user_assigned_identities: tuple[Identity, ...] = ()
    """Identities on top of the system-assigned one. Left out: none."""


class CaCertificate(Keys):
    """A certificate authority that the service trusts when it validates a backend; a text stands for its `file`."""

    model_config = ConfigDict(json_schema_extra={"shorthand": "file"})

    file: Path = Field(examples=["pki/backend-root.pem"])
    """PEM, DER or PFX, relative to the project."""
    store: Literal["Root", "CertificateAuthority"] | None = Field(default=None, examples=["Root"])
    """Where it has to belong. Left out: Root for a self-signed one, CertificateAuthority for an intermediate."""
    password: Secret | None = Field(default=None, examples=["the PFX's password"])
    """Of a PFX; set it with `--secret`. Left out: it has none."""

    @model_validator(mode="before")
    @classmethod
    def _file_alone(cls, value: object) -> object:
        return {"file": value} if isinstance(value, str) else value


class Service(Keys):
    """The API Management service."""

    resource_group: LateText = Field(examples=["rg-integration-prod"])
    """Resource group of the service."""
    name: LateServiceName = Field(examples=["apim-integration-prod"])
    """Name of the service, unique in all of Azure: letters, digits and hyphens, at most 50 characters."""
    owned: OwnedService | None = None
    """What to create. Left out: the service exists already, and is never changed."""
    ca_certificates: tuple[CaCertificate, ...] = Field(default=(), examples=[["pki/backend-root.pem"]])
    """Authorities trusted for backends on top of the public ones, each a file (a root, PEM or DER) or an object; only
    on an owned service. Left out: only public authorities."""
