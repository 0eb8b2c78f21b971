"""The policy that makes the gateway present a certificate to a backend.

Owns: the policy of one API: the user's document, with the certificate and the backend bound into it.
Does not own: the rest of the document, the API, or the policies of other scopes.
"""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import apimanagement

from components import policy_document, version_aliases
from components.api_management import ApiManagement
from components.arguments import refuse
from components.client_certificate import ClientCertificate
from components.errors import PolicyDocumentError, Problem
from components.mtls_backend import MtlsBackend

_SIZE = 256 * 1024
"""Bytes that a policy document may have (16 KiB on Consumption): learn.microsoft.com/azure/azure-resource-manager/
management/azure-subscription-service-limits#api-management-limits."""


@dataclass(frozen=True, kw_only=True)
class ClientCertificatePolicyArgs:
    """What is presented to whom, for which API."""

    service: ApiManagement
    """The service that the API belongs to."""
    api: apimanagement.Api
    """The API whose policy this is. It must not have another one."""
    api_id: str
    """Id of that API; known at preview."""
    certificate: ClientCertificate
    """What the gateway presents."""
    backend: MtlsBackend
    """Whom it calls."""
    document: str | None = None
    """The policy XML of the API, `rawxml`. Left out: every section inherits (`policy_document.DEFAULT`)."""


class ClientCertificatePolicy(pulumi.ComponentResource):
    """One API policy, created after the certificate and the backend, deleted before them; its text is known at preview.

    Raises `ArgumentsError` for a document that cannot be bound or gets too long.
    """

    document: str
    """The document with the binding in it."""

    def __init__(
        self, name: str, args: ClientCertificatePolicyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        self.document = _bound(name, args)
        super().__init__("backend-mtls:index:ClientCertificatePolicy", name, {}, version_aliases.without(opts))
        self.resource = apimanagement.ApiPolicy(
            name,
            resource_group_name=args.service.resource_group_name,
            service_name=args.service.service_name,
            api_id=args.api_id,
            policy_id="policy",
            format="rawxml",
            value=self.document,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[args.api, args.backend.resource, args.certificate.resource],
                delete_before_replace=False,  # the API would be open without it
            ),
        )
        self.register_outputs({"resourceId": self.resource.id})


def _bound(name: str, args: ClientCertificatePolicyArgs) -> str:
    document = policy_document.DEFAULT if args.document is None else args.document
    where = f"ClientCertificatePolicy {name}: document"
    try:
        bound = policy_document.bind(
            document, certificate=args.certificate.reference, backend_id=args.backend.backend_id
        )
    except PolicyDocumentError as error:
        refuse([error.problem.at(f"{where} ({error.problem.where})")])
        raise
    refuse([problem.at(where) for problem in size_problems(bound)])
    return bound


def size_problems(document: str) -> list[Problem]:
    """Whether the document is longer than APIM takes."""
    size = len(document.encode())
    if size <= _SIZE:
        return []
    return [
        Problem(
            what="The policy document is too long",
            where="document",
            got=f"{size} bytes",
            allowed=f"at most {_SIZE} bytes",
            fix="move parts of it into policy fragments",
        )
    ]
