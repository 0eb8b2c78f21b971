"""The API Management service that the gateway belongs to.

Owns: the service, when it is defined here; its identity, its CA certificates and, when asked, its resource group.
Does not own: networks, or anything of a service that already exists (`from_existing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import apimanagement, resources

from components import ca_certificate, version_aliases
from components.arguments import ArgumentsError, refuse
from components.ca_certificate import CaCertificate
from components.errors import Problem

WITHOUT_CA_CERTIFICATES = {"Consumption", "BasicV2", "StandardV2", "PremiumV2"}
"""SKUs that take no CA certificates (Consumption), or ignore them for backends (v2): learn.microsoft.com/azure/
api-management/api-management-howto-ca-certificates."""


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
    ca_certificates: Sequence[CaCertificate] = ()
    """CAs trusted for backends on top of the public ones, at most 10. Left out: only public authorities are trusted.
    The list is whole: what is not named here is removed from the service. Applying it takes 15 minutes or more."""


@dataclass(frozen=True, kw_only=True)
class ApiManagementArgs:
    """Which service."""

    resource_group_name: str
    """Resource group of the service."""
    service_name: str
    """Name of the service, 1-50 letters, digits and hyphens, unique in all of Azure."""
    definition: ServiceDefinition | None = None
    """What to create. Left out: the service exists already, and is only looked up."""


class ApiManagement(pulumi.ComponentResource):
    """An API Management service, owned or already there.

    Raises `ArgumentsError` for CA certificates on a SKU that ignores them, for more than ten of them, and for an
    existing service that cannot be read.
    """

    resource_id: pulumi.Output[str]
    """ARM id of the service."""
    gateway_url: pulumi.Output[str]
    """URL of the gateway, without a trailing slash."""
    principal_id: pulumi.Output[str]
    """Object id of the system-assigned identity: whom to grant access to a vault."""

    def __init__(self, name: str, args: ApiManagementArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse(_problems(name, args))
        super().__init__("backend-mtls:index:ApiManagement", name, {}, version_aliases.without(opts))
        self.service_name = args.service_name
        self.resource_group_name = args.resource_group_name
        self.resources: list[pulumi.Resource] = []
        """What has to exist before a child of the service does. Empty for a service that was there before."""
        if args.definition is None:
            self._look_up(name, args)
        else:
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
            identity=apimanagement.ApiManagementServiceIdentityArgs(type="SystemAssigned"),
            # an empty list is never sent, and a list is sent whole: a PUT without it wipes what is there
            certificates=[
                apimanagement.CertificateConfigurationArgs(encoded_certificate=each.encoded, store_name=each.store_name)
                for each in definition.ca_certificates
            ]
            or None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=group),
        )
        self.resources = [service]
        self.resource_id = service.id
        self.gateway_url = service.gateway_url
        self.principal_id = service.identity.apply(_principal_id)

    def _look_up(self, name: str, args: ApiManagementArgs) -> None:
        # at once and not as an Output: a service that cannot be found is a message before anything else is registered
        try:
            found = apimanagement.get_api_management_service(
                resource_group_name=args.resource_group_name,
                service_name=args.service_name,
                opts=pulumi.InvokeOptions(parent=self),
            )
        except Exception as error:  # the SDK raises nothing more exact when an invoke fails
            raise ArgumentsError([_not_found(name, args, error)]) from error
        self.resource_id = pulumi.Output.from_input(found.id)
        self.gateway_url = pulumi.Output.from_input(found.gateway_url)
        self.principal_id = pulumi.Output.from_input(_principal_id(found.identity))


def _principal_id(identity: apimanagement.outputs.ApiManagementServiceIdentityResponse | None) -> str:
    return str(identity.principal_id) if identity and identity.principal_id else ""


def _not_found(name: str, args: ApiManagementArgs, error: Exception) -> Problem:
    return Problem(
        what="The existing API Management service cannot be read",
        where=f"ApiManagement {name}: service_name, resource_group_name",
        got=f"{args.service_name} in {args.resource_group_name}: {str(error).rpartition('Message=')[2]}",
        allowed="a service that exists and that your credentials can read",
        fix="correct the names or the subscription, log in, or give a definition so that this program creates it",
    )


def _problems(name: str, args: ApiManagementArgs) -> list[Problem]:
    definition = args.definition
    if definition is None or not definition.ca_certificates:
        return []
    problems = []
    where = f"ApiManagement {name}: definition.ca_certificates"
    if definition.sku in WITHOUT_CA_CERTIFICATES:
        problems.append(
            Problem(
                what=f"The SKU {definition.sku} does not use CA certificates for backends",
                where=where,
                got=f"{len(definition.ca_certificates)} CA certificate(s)",
                allowed="CA certificates on Developer, Basic, Standard and Premium",
                fix="use one of those SKUs, or a backend whose certificate a public authority issued",
            )
        )
    if len(definition.ca_certificates) > ca_certificate.MAXIMUM:
        problems.append(
            Problem(
                what="The service has too many CA certificates",
                where=where,
                got=str(len(definition.ca_certificates)),
                allowed=f"at most {ca_certificate.MAXIMUM}",
                fix="trust a common root instead of single issuers",
            )
        )
    return problems
