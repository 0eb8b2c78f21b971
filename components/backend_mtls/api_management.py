"""The API Management service that the gateway belongs to.

Owns: the service, when it is defined here; its identities, its CA certificates and, when asked, its resource group.
Does not own: networks, self-hosted gateways, or anything of a service that is borrowed (`from_existing`,
`from_resource`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import apimanagement, resources

from backend_mtls import asking, borrowed_service, gate, soft_deleted
from backend_mtls.admission import service_problems, tokens
from backend_mtls.admission.inputs import Input, has_later, is_later
from backend_mtls.admission.service_definition import ServiceDefinition, ServiceFacts
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.admission.verdict import Verdict
from backend_mtls.arguments import ArgumentsError
from backend_mtls.borrowed_service import DeclaredServiceArgs, ExistingServiceArgs, LookedUpService
from backend_mtls.errors import located
from backend_mtls.late import output
from backend_mtls.x509.ca_certificate import CaCertificate

if TYPE_CHECKING:
    from backend_mtls.dicts import ApiManagementArgsDict, DeclaredServiceArgsDict, ExistingServiceArgsDict


@dataclass(frozen=True, kw_only=True)
class ApiManagementArgs:
    """A service that this program creates."""

    resource_group_name: Input[str]
    """Resource group of the service."""
    service_name: Input[str]
    """Name of the service, 1-50 letters, digits and hyphens, unique in all of Azure."""
    definition: ServiceDefinition
    """What to create."""
    ca_certificates: Sequence[CaCertificate] = ()
    """Certificate authorities trusted for backends on top of the public ones, at most 10; a service's list can only be
    written whole, with the service. Left out: only public authorities are trusted, and what is on the service is
    removed. Applying a change takes 15 minutes or more."""


class ApiManagement(pulumi.ComponentResource):
    """An API Management service, owned or borrowed.

    Refuses CA certificates where the SKU ignores them, more than ten of them, names and SKUs that Azure does not have.
    Raises `ArgumentsError` at once for an existing service that cannot be read.
    """

    resource_id: pulumi.Output[str]
    """ARM id of the service."""
    gateway_url: pulumi.Output[str]
    """URL of the gateway, without a trailing slash."""
    principal_id: pulumi.Output[str]
    """Object id of the system-assigned identity: whom to grant access to a vault."""
    tenant_id: pulumi.Output[str]
    """Tenant of that identity."""
    resource_group_name: Input[str]
    """Resource group of the service."""
    service_name: Input[str]
    """Name of the service."""

    def __init__(
        self,
        name: str,
        args: "ApiManagementArgs | ExistingServiceArgs | DeclaredServiceArgs | ApiManagementArgsDict | ExistingServiceArgsDict | DeclaredServiceArgsDict",  # noqa: E501 -- one annotation
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._place = place = f"ApiManagement {name}"
        args = gate.arguments(place, args, ApiManagementArgs, ExistingServiceArgs, DeclaredServiceArgs)
        self._entry = entry = gate.Entry(place, opts)
        super().__init__(tokens.of("ApiManagement"), name, {}, entry.options)
        self.ca_certificates: Sequence[CaCertificate] | None = None
        """CA certificates of the service; None when it is borrowed, since Azure does not show them."""
        self.resources: list[pulumi.Resource] = []
        """What has to exist before a child of the service does. Empty for a service that was there before."""
        self._arm_id: str | None = None
        self._name = name
        if isinstance(args, ApiManagementArgs):
            self._create(args)
        elif isinstance(args, ExistingServiceArgs):
            self._look_up(args)
        else:
            self._borrow(args)
        self.register_outputs(
            {"resourceId": self.resource_id, "gatewayUrl": self.gateway_url, "principalId": self.principal_id}
        )

    @classmethod
    def from_existing(
        cls,
        name: str,
        *,
        resource_group_name: Input[str],
        service_name: Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ApiManagement":
        """A service that somebody else owns: it is looked up, with the provider of `opts`, and never changed.

        With names that only the deployment knows (Outputs) it is looked up when they are known.
        """
        args = ExistingServiceArgs(resource_group_name=resource_group_name, service_name=service_name)
        return cls(name, args, opts)

    @classmethod
    def from_resource(
        cls,
        name: str,
        service: pulumi.Resource | Input[str],
        *,
        resource_group_name: Input[str] | None = None,
        service_name: Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ApiManagement":
        """A service that is declared elsewhere: an azure-native resource of this program, or an ARM id.

        It is never changed, and what is declared on it is created after the resource and deleted before it. With the
        names beside it, a preview of a service that is not there yet shows them.
        """
        args = DeclaredServiceArgs(service=service, resource_group_name=resource_group_name, service_name=service_name)
        return cls(name, args, opts)

    @property
    def key(self) -> str:
        """What tells this service from another one of the program: `group/name`; the component where they are late."""
        if not self.is_named:
            return self._place
        return f"{self.resource_group_name}/{self.service_name}"

    @property
    def is_named(self) -> bool:
        """Whether resource group and name are known at plan time."""
        return not is_later(self.resource_group_name) and not is_later(self.service_name)

    @property
    def facts(self) -> ServiceFacts:
        """What the checks of other components have to know of it."""
        return ServiceFacts(
            key=self.key,
            sku=self.sku,
            ca_certificates=self.ca_certificates,
            user_assigned_identities=self.user_assigned_identities,
            system_principal_id=self.system_principal_id,
        )

    @cached_property
    def arm_id(self) -> str | None:
        """ARM id as plain text, for an import; None when its names are known later.

        Asks Azure for the subscription when the service is defined here.
        """
        if self._arm_id is None and self.is_named:
            found = asking.ask("authorization:getClientConfig", {}, self) or {}
            return borrowed_service.arm_id(
                str(found.get("subscriptionId", "")), str(self.resource_group_name), str(self.service_name)
            )
        return self._arm_id

    def _create(self, args: ApiManagementArgs) -> None:
        definition = args.definition
        self.resource_group_name, self.service_name = args.resource_group_name, args.service_name
        self.ca_certificates = args.ca_certificates
        self._entry.check(service_problems.owned, args.service_name, definition, args.ca_certificates)
        group = self._group(args) if definition.create_resource_group else []
        service = apimanagement.ApiManagementService(
            self._name,
            resource_group_name=args.resource_group_name,
            service_name=args.service_name,
            location=definition.location,
            publisher_name=definition.publisher_name,
            publisher_email=definition.publisher_email,
            sku=apimanagement.ApiManagementServiceSkuPropertiesArgs(name=definition.sku, capacity=definition.capacity),
            identity=_identity(definition.user_assigned_identities),
            tags=definition.tags or None if not is_later(definition.tags) else definition.tags,
            # an empty list is never sent, and a list is sent whole: a PUT without it wipes what is there
            certificates=[
                apimanagement.CertificateConfigurationArgs(encoded_certificate=each.encoded, store_name=each.store_name)
                for each in args.ca_certificates
            ]
            or None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=group),
        )
        names = {"resource_group_name": args.resource_group_name, "service_name": args.service_name}
        soft_deleted.refuse(service, names, definition, self)
        self.sku: Input[str] | None = definition.sku
        """SKU name."""
        self.system_principal_id: Input[str] | None = None
        """Object id of the system-assigned identity, when it is known at plan time."""
        self.user_assigned_identities: Input[Sequence[UserAssignedIdentity]] = definition.user_assigned_identities
        """Identities besides the system-assigned one."""
        self._give(service, service.id)

    def _group(self, args: ApiManagementArgs) -> list[pulumi.Resource]:
        return [
            resources.ResourceGroup(
                self._name,
                resource_group_name=args.resource_group_name,
                location=args.definition.location,
                opts=pulumi.ResourceOptions(parent=self),
            )
        ]

    def _look_up(self, args: ExistingServiceArgs) -> None:
        self.resource_group_name, self.service_name = args.resource_group_name, args.service_name
        self._entry.check(lambda name: Verdict(problems=service_problems.name_problems(name)), args.service_name)
        if has_later(args):
            names = (args.resource_group_name, args.service_name)
            found: Any = pulumi.Output.all(*names).apply(lambda known: self._found_later(*known))
            self._take(found, LookedUpService.later)
            return
        # at once and not as an Output: everything else of the program is checked against it
        given = {"resource_group_name": args.resource_group_name, "service_name": args.service_name}
        try:
            answer = asking.ask(borrowed_service.FUNCTION, given, self)
        except asking.AskingError as error:
            raise gate.refused(self._place, [borrowed_service.not_found(given, str(error))]) from error
        if answer is None:  # the provider itself is known later
            self._take(pulumi.Output.from_input(given).apply(lambda _: None), LookedUpService.later)
            return
        service = LookedUpService.of(answer)
        self._arm_id = service.resource_id
        self._take(service, getattr)

    async def _found_later(self, resource_group_name: str, service_name: str) -> LookedUpService:
        given = {"resource_group_name": resource_group_name, "service_name": service_name}
        try:
            answer = await asking.ask_later(borrowed_service.FUNCTION, given, self)
        except asking.AskingError as error:
            found = located(self._place, [borrowed_service.not_found(given, str(error))])
            raise ArgumentsError(found, f"{self._place} was not found") from None
        return LookedUpService.of(answer or {})

    def _borrow(self, args: DeclaredServiceArgs) -> None:
        if isinstance(args.service, pulumi.Resource):
            service: Any = args.service
            identifier: pulumi.Output[str] = service.id
        else:
            identifier = output(args.service)
        group = identifier.apply(lambda one: borrowed_service.names_in(one)["resource_group_name"])
        name = identifier.apply(lambda one: borrowed_service.names_in(one)["service_name"])
        self.resource_group_name = args.resource_group_name or group
        self.service_name = args.service_name or name
        self._entry.check(borrowed_service.id_verdict, identifier)
        if isinstance(args.service, pulumi.Resource):
            self.sku = service.sku.apply(lambda sku: sku.name if sku else None)
            self.user_assigned_identities = service.identity.apply(borrowed_service.identities)
            self.system_principal_id = service.identity.apply(lambda one: _of(one, "principal_id") or None)
            self._give(service, identifier)
            return
        found: Any = identifier.apply(lambda one: self._found_later(**borrowed_service.names_in(one)))
        self._take(found, LookedUpService.later)

    def _give(self, service: Any, identifier: pulumi.Output[str]) -> None:
        """What an azure-native resource says of the service."""
        self.resources = [service]
        self.resource_id = identifier
        self.gateway_url = service.gateway_url
        self.principal_id = service.identity.apply(lambda identity: _of(identity, "principal_id"))
        self.tenant_id = service.identity.apply(lambda identity: _of(identity, "tenant_id"))

    def _take(self, found: Any, part: Any) -> None:
        """What a look-up says of the service."""
        self._entry.check(lambda _: Verdict(), found)  # one that is looked up later and not there is refused
        self.sku = part(found, "sku")
        self.user_assigned_identities = part(found, "user_assigned_identities")
        self.system_principal_id = part(found, "principal_id")
        self.resource_id = pulumi.Output.from_input(part(found, "resource_id"))
        self.gateway_url = pulumi.Output.from_input(part(found, "gateway_url"))
        self.principal_id = pulumi.Output.from_input(part(found, "principal_id"))
        self.tenant_id = pulumi.Output.from_input(part(found, "tenant_id"))


def _identity(user_assigned: Sequence[UserAssignedIdentity]) -> apimanagement.ApiManagementServiceIdentityArgs:
    if not user_assigned:
        return apimanagement.ApiManagementServiceIdentityArgs(type="SystemAssigned")
    return apimanagement.ApiManagementServiceIdentityArgs(
        type="SystemAssigned, UserAssigned",
        user_assigned_identities=pulumi.Output.all(*[each.resource_id for each in user_assigned]).apply(
            lambda ids: {each: apimanagement.UserIdentityPropertiesArgs() for each in ids}
        ),
    )


def _of(identity: object, part: str) -> str:
    return str(getattr(identity, part, None) or "")
