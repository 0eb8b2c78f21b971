"""What a self-hosted gateway trusts: it ignores the CA certificates of the service.

Owns: the entry of one certificate in a gateway's list of certificate authorities.
Does not own: the gateway, or the certificate.
Source: learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates, on self-hosted gateways.
"""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import gate
from backend_mtls.api_management import ApiManagement
from backend_mtls.client_certificate import ClientCertificate
from backend_mtls.errors import Problem, located


@dataclass(frozen=True, kw_only=True)
class GatewayCertificateAuthorityArgs:
    """Which certificate a gateway takes for an authority."""

    service: ApiManagement
    """The service that the gateway belongs to."""
    gateway_id: str
    """Id of the self-hosted gateway."""
    certificate: ClientCertificate
    """The authority's certificate, as a certificate entity of the service."""
    gateway: pulumi.Resource | None = None
    """The gateway, when this program creates it. Left out: it exists already."""
    trusted_root: bool = True
    """Whether it is trusted as a root; otherwise it is only used to build chains. Left out: it is."""


class GatewayCertificateAuthority(pulumi.ComponentResource):
    """One entry, created after the certificate and deleted before it.

    Refuses SKUs without self-hosted gateways, and a certificate of another service or of a workspace.
    """

    def __init__(
        self, name: str, args: GatewayCertificateAuthorityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        gate.check_types(f"GatewayCertificateAuthority {name}", args, GatewayCertificateAuthorityArgs)
        problems = located(f"GatewayCertificateAuthority {name}", _problems(args))
        super().__init__("backend-mtls:index:GatewayCertificateAuthority", name, {}, gate.options(opts, problems))
        self.resource = apimanagement.GatewayCertificateAuthority(
            name,
            resource_group_name=args.service.resource_group_name,
            service_name=args.service.service_name,
            gateway_id=args.gateway_id,
            certificate_id=args.certificate.certificate_id,
            is_trusted=args.trusted_root,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[
                    *args.service.resources,
                    args.certificate.resource,
                    *([args.gateway] if args.gateway else ()),
                ],
                delete_before_replace=False,
            ),
        )
        self.register_outputs({"resourceId": self.resource.id})


def _problems(args: GatewayCertificateAuthorityArgs) -> list[Problem]:
    found = []
    if args.service.sku not in {"Developer", "Premium", "Isolated"}:
        found.append(
            Problem(
                what=f"The SKU {args.service.sku} has no self-hosted gateways",
                where="service",
                got=args.service.service_name,
                allowed="a service on Developer or Premium",
                fix="use one of those SKUs",
            )
        )
    if args.certificate.placement.key != args.service.key:
        found.append(
            Problem(
                what="The gateway cannot trust a certificate of another service or of a workspace",
                where="certificate",
                got=f"a certificate on {args.certificate.placement.key}",
                allowed=f"one on {args.service.key}",
                fix="declare the certificate on the gateway's service",
            )
        )
    return found
