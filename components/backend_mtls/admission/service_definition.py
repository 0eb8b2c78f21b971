"""An API Management service that a program creates, and what is known of one that it uses. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend_mtls.admission.inputs import Input
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.x509.ca_certificate import CaCertificate


@dataclass(frozen=True, kw_only=True)
class ServiceDefinition:
    """A service that this program creates, with a system-assigned identity."""

    location: Input[str]
    """Azure region, for instance `westeurope`."""
    publisher_name: Input[str]
    """Shown in the developer portal and in notifications."""
    publisher_email: Input[str]
    """Where Azure sends notifications."""
    sku: Input[str] = "Developer"
    """SKU name. `Developer` has no SLA, and is down while CA certificates are applied."""
    capacity: Input[int] = 1
    """Scale units; Consumption takes 0."""
    create_resource_group: bool = False
    """Whether the component owns the resource group, too. Left out: it exists already."""
    user_assigned_identities: Sequence[UserAssignedIdentity] = ()
    """Identities that the service has on top of its system-assigned one. Left out: none."""
    tags: Input[Mapping[str, Input[str]]] = field(default_factory=dict)
    """Azure tags of the service. Left out: none."""


@dataclass(frozen=True, kw_only=True)
class ServiceFacts:
    """What the checks of other components have to know of their service."""

    key: str
    """What tells the service from another one of the program: `group/name` where both are known."""
    sku: Input[str] | None
    """SKU name."""
    ca_certificates: Sequence[CaCertificate] | None
    """Authorities that it trusts besides the public ones; None when it exists already: Azure does not show them."""
    user_assigned_identities: Input[Sequence[UserAssignedIdentity]]
    """Identities besides the system-assigned one."""
    system_principal_id: Input[str] | None
    """Object id of the system-assigned identity; None when it is not known."""
