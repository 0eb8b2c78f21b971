"""The API Management service that the gateway belongs to.

Owns: the service, when it is defined here; its identities, its CA certificates and, when asked, its resource group.
Does not own: networks, self-hosted gateways, or anything of a service that already exists (`from_existing`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pulumi
from pulumi_azure_native import apimanagement, authorization, resources

from backend_mtls import gate
from backend_mtls.admission import service_problems
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.arguments import ArgumentsError
from backend_mtls.errors import Problem, located
from backend_mtls.x509.ca_certificate import CaCertificate


@dataclass(frozen=True, kw_only=True)
class ServiceDefinition:
    """A service that this program creates, with a system-assigned identity."""

    location: str
    """Azure region, for instance `westeurope`."""
    publisher_name: str
    """Shown in the developer portal and in notifications."""
    publisher_email: str
    """Where Azure sends notifications."""
    sku: str = "Developer"
    """SKU name. `Developer` has no SLA, and is down while CA certificates are applied."""
    capacity: int = 1
    """Scale units; Consumption takes 0."""
    create_resource_group: bool = False
    """Whether the component owns the resource group, too. Left out: it exists already."""
    user_assigned_identities: Sequence[UserAssignedIdentity] = ()
    """Identities that the service has on top of its system-assigned one. Left out: none."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Azure tags of the service. Left out: none."""


@dataclass(frozen=True, kw_only=True)
class ApiManagementArgs:
    """Which service."""

    resource_group_name: str
    """Resource group of the service."""
    service_name: str
    """Name of the service, 1-50 letters, digits and hyphens, unique in all of Azure."""
    definition: ServiceDefinition | None = None
    """What to create. Left out: the service exists already, and is only looked up."""
    ca_certificates: Sequence[CaCertificate] = ()
    """Certificate authorities trusted for backends on top of the public ones, at most 10; only on a service that is
    defined here, since a service's list can only be written whole, with the service. Left out: only public authorities
    are trusted, and what is on the service is removed. Applying a change takes 15 minutes or more."""


class ApiManagement(pulumi.ComponentResource):
    """An API Management service, owned or already there.

    Refuses CA certificates where the SKU ignores them, more than ten of them, names and SKUs that Azure does not have,
    and CA certificates for a service that already exists. Raises `ArgumentsError` at once for an existing service that
    cannot be read.
    """

    resource_id: pulumi.Output[str]
    """ARM id of the service."""
    gateway_url: pulumi.Output[str]
    """URL of the gateway, without a trailing slash."""
    principal_id: pulumi.Output[str]
    """Object id of the system-assigned identity: whom to grant access to a vault."""
    tenant_id: pulumi.Output[str]
    """Tenant of that identity."""

    def __init__(self, name: str, args: ApiManagementArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        gate.check_types(f"ApiManagement {name}", args, ApiManagementArgs)
        self.service_name = args.service_name
        self.resource_group_name = args.resource_group_name
        self.ca_certificates = args.ca_certificates if args.definition else None
        """CA certificates of the service; None when it exists already, since Azure does not show them."""
        self.resources: list[pulumi.Resource] = []
        """What has to exist before a child of the service does. Empty for a service that was there before."""
        existing = None if args.definition else _look_up(name, args)
        problems = located(f"ApiManagement {name}", service_problems.problems(args))
        super().__init__("backend-mtls:index:ApiManagement", name, {}, gate.options(opts, problems))
        if existing is not None:
            self._take(existing)
        elif args.definition is not None:
            self._create(name, args, args.definition)
        self.register_outputs(
            {"resourceId": self.resource_id, "gatewayUrl": self.gateway_url, "principalId": self.principal_id}
        )

    @classmethod
    def from_existing(
        cls,
        name: str,
        *,
        resource_group_name: str,
        service_name: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ApiManagement":
        """A service that somebody else owns: it is looked up, and never changed."""
        return cls(name, ApiManagementArgs(resource_group_name=resource_group_name, service_name=service_name), opts)

    @property
    def key(self) -> str:
        """What tells this service from another one of the program: `group/name`."""
        return f"{self.resource_group_name}/{self.service_name}"

    @cached_property
    def arm_id(self) -> str:
        """ARM id as plain text, for an import; asks Azure for the subscription when the service is defined here."""
        if self._arm_id is None:
            with gate.held():
                subscription = authorization.get_client_config().subscription_id
            return (
                f"/subscriptions/{subscription}/resourceGroups/{self.resource_group_name}"
                f"/providers/Microsoft.ApiManagement/service/{self.service_name}"
            )
        return self._arm_id

    def _create(self, name: str, args: ApiManagementArgs, definition: ServiceDefinition) -> None:
        group = []
        if definition.create_resource_group:
            group.append(
                resources.ResourceGroup(
                    name,
                    resource_group_name=args.resource_group_name,
                    location=definition.location,
                    opts=pulumi.ResourceOptions(parent=self),
                )
            )
        service = apimanagement.ApiManagementService(
            name,
            resource_group_name=args.resource_group_name,
            service_name=args.service_name,
            location=definition.location,
            publisher_name=definition.publisher_name,
            publisher_email=definition.publisher_email,
            sku=apimanagement.ApiManagementServiceSkuPropertiesArgs(name=definition.sku, capacity=definition.capacity),
            identity=_identity(definition.user_assigned_identities),
            tags=definition.tags or None,
            # an empty list is never sent, and a list is sent whole: a PUT without it wipes what is there
            certificates=[
                apimanagement.CertificateConfigurationArgs(encoded_certificate=each.encoded, store_name=each.store_name)
                for each in args.ca_certificates
            ]
            or None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=group),
        )
        self._arm_id: str | None = None
        self.sku = definition.sku
        self.system_principal_id: str | None = None
        self.user_assigned_identities = definition.user_assigned_identities
        self.resources = [service]
        self.resource_id = service.id
        self.gateway_url = service.gateway_url
        self.principal_id = service.identity.apply(lambda identity: _of(identity, "principal_id"))
        self.tenant_id = service.identity.apply(lambda identity: _of(identity, "tenant_id"))

    def _take(self, found: apimanagement.GetApiManagementServiceResult) -> None:
        self._arm_id = found.id
        self.sku = found.sku.name
        """SKU name, known at preview."""
        self.user_assigned_identities = [
            UserAssignedIdentity(resource_id=each, client_id=ids.client_id, principal_id=ids.principal_id)
            for each, ids in ((found.identity and found.identity.user_assigned_identities) or {}).items()
        ]
        """Identities besides the system-assigned one, known at preview."""
        self.system_principal_id = _of(found.identity, "principal_id") or None
        """Object id of the system-assigned identity, when it is known at preview."""
        self.resource_id = pulumi.Output.from_input(found.id)
        self.gateway_url = pulumi.Output.from_input(found.gateway_url)
        self.principal_id = pulumi.Output.from_input(_of(found.identity, "principal_id"))
        self.tenant_id = pulumi.Output.from_input(_of(found.identity, "tenant_id"))


def _identity(user_assigned: Sequence[UserAssignedIdentity]) -> apimanagement.ApiManagementServiceIdentityArgs:
    if not user_assigned:
        return apimanagement.ApiManagementServiceIdentityArgs(type="SystemAssigned")
    return apimanagement.ApiManagementServiceIdentityArgs(
        type="SystemAssigned, UserAssigned",
        user_assigned_identities=pulumi.Output.all(*[each.resource_id for each in user_assigned]).apply(
            lambda ids: {each: apimanagement.UserIdentityPropertiesArgs() for each in ids}
        ),
    )


def _look_up(name: str, args: ApiManagementArgs) -> apimanagement.GetApiManagementServiceResult:
    # at once and not as an Output: everything else of the program is checked against it
    try:
        with gate.held():
            return apimanagement.get_api_management_service(
                resource_group_name=args.resource_group_name, service_name=args.service_name
            )
    except Exception as error:  # the SDK raises nothing more exact when an invoke fails
        raise ArgumentsError([_not_found(name, args, error)]) from error


def _of(identity: object, part: str) -> str:
    return str(getattr(identity, part, None) or "")


def _not_found(name: str, args: ApiManagementArgs, error: Exception) -> Problem:
    return Problem(
        what="The existing API Management service cannot be read",
        where=f"ApiManagement {name}: service_name, resource_group_name",
        got=f"{args.service_name} in {args.resource_group_name}: {str(error).rpartition('Message=')[2]}",
        allowed="a service that exists and that your credentials can read",
        fix="correct the names or the subscription, log in, or give a definition so that this program creates it",
    )
