"""What a self-hosted gateway trusts: it ignores the CA certificates of the service.

Owns: the entry of one certificate in a gateway's list of certificate authorities.
Does not own: the gateway, or the certificate.
Source: learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates, on self-hosted gateways.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import gate
from backend_mtls.admission import tokens
from backend_mtls.admission.inputs import Input, known
from backend_mtls.admission.service_definition import ServiceFacts
from backend_mtls.admission.tiers import WITH_SELF_HOSTED_GATEWAYS
from backend_mtls.admission.verdict import Verdict
from backend_mtls.api_management import ApiManagement
from backend_mtls.client_certificate import ClientCertificate
from backend_mtls.errors import Problem, Where

if TYPE_CHECKING:
    from backend_mtls.dicts import GatewayCertificateAuthorityArgsDict


@dataclass(frozen=True, kw_only=True)
class GatewayCertificateAuthorityArgs:
    """Which certificate a gateway takes for an authority."""

    service: ApiManagement | None = None
    """The service that the gateway belongs to. Left out: that of the certificate."""
    gateway_id: Input[str]
    """Id of the self-hosted gateway."""
    certificate: ClientCertificate
    """The authority's certificate, as a certificate entity of the service."""
    gateway: pulumi.Resource | None = None
    """The gateway, when this program creates it. Left out: it exists already."""
    trusted_root: Input[bool] = True
    """Whether it is trusted as a root; otherwise it is only used to build chains. Left out: it is."""


class GatewayCertificateAuthority(pulumi.ComponentResource):
    """One entry, created after the certificate and deleted before it.

    Refuses SKUs without self-hosted gateways, and a certificate of another service or of a workspace.
    """

    resource: Any
    """The azure-native resource; what refers to it is created after it and deleted before it."""

    def __init__(
        self,
        name: str,
        args: "GatewayCertificateAuthorityArgs | GatewayCertificateAuthorityArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        place = f"GatewayCertificateAuthority {name}"
        args = gate.arguments(place, args, GatewayCertificateAuthorityArgs)
        entry = gate.Entry(place, opts)
        service = args.service or args.certificate.placement.service
        entry.check(_verdict, service.facts, args.certificate.placement.key)
        super().__init__(tokens.of("GatewayCertificateAuthority"), name, {}, entry.options)
        self.resource = apimanagement.GatewayCertificateAuthority(
            name,
            resource_group_name=service.resource_group_name,
            service_name=service.service_name,
            gateway_id=args.gateway_id,
            certificate_id=args.certificate.certificate_id,
            is_trusted=args.trusted_root,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[
                    *service.resources,
                    args.certificate.resource,
                    *([args.gateway] if args.gateway else ()),
                ],
                delete_before_replace=False,
            ),
        )
        self.register_outputs({"resourceId": self.resource.id})


def _verdict(service: ServiceFacts, certificate_place: str) -> Verdict:
    found, sku = [], known(service.sku)
    if sku is not None and sku not in WITH_SELF_HOSTED_GATEWAYS:
        found.append(
            Problem(
                what=f"The SKU {sku} has no self-hosted gateways",
                where=Where.of("service"),
                got=service.key,
                allowed="a service on Developer or Premium",
                fix="use one of those SKUs",
            )
        )
    if certificate_place != service.key:
        found.append(
            Problem(
                what="The gateway cannot trust a certificate of another service or of a workspace",
                where=Where.of("certificate"),
                got=f"a certificate on {certificate_place}",
                allowed=f"one on {service.key}",
                fix="declare the certificate on the gateway's service",
            )
        )
    return Verdict(problems=found)
