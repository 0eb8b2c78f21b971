"""The whole of backend mTLS for one API: the API, its backend, and the policy that presents the certificate.

Owns: the API with its operations, the backend, the policy.
Does not own: the service and the certificate, which several APIs can share.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import apimanagement

from components import version_aliases
from components.api_management import ApiManagement
from components.arguments import refuse
from components.client_certificate import ClientCertificate
from components.client_certificate_policy import ClientCertificatePolicy, ClientCertificatePolicyArgs
from components.errors import Problem
from components.mtls_backend import BackendSettings, MtlsBackend, MtlsBackendArgs

_OPERATION = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) (/\S*)")
_PARAMETER = re.compile(r"\{(\*?[^}/]+)\}")


@dataclass(frozen=True, kw_only=True)
class MtlsApiArgs:
    """One API behind mTLS. Its id, and that of its backend, is the component's name."""

    service: ApiManagement
    """The service that publishes the API."""
    certificate: ClientCertificate
    """What the gateway presents to the backend."""
    backend: BackendSettings
    """Where the calls go."""
    path: str
    """Path under the gateway's URL, without a leading slash."""
    display_name: str | None = None
    """Shown in the portal. Left out: the component's name."""
    operations: Sequence[str] = ("GET /*",)
    """`METHOD /template`, for instance `GET /items/{id}`; the rest is answered with 404. Left out: every GET."""
    subscription_required: bool = True
    """Whether a caller needs a subscription key."""
    policy: str | None = None
    """The API's own policy XML, into which certificate and backend are bound. Left out: every section inherits."""


class MtlsApi(pulumi.ComponentResource):
    """An API whose calls reach the backend with the client certificate.

    Raises `ArgumentsError` for malformed operations and whatever its parts refuse.
    """

    api_id: str
    """Id of the API; known at preview."""
    url: pulumi.Output[str]
    """URL of the API on the gateway."""

    def __init__(self, name: str, args: MtlsApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse([problem.at(f"MtlsApi {name}: {problem.where}") for problem in operation_problems(args.operations)])
        super().__init__("backend-mtls:index:MtlsApi", name, {}, version_aliases.without(opts))
        self.api_id = name
        api = apimanagement.Api(
            name,
            resource_group_name=args.service.resource_group_name,
            service_name=args.service.service_name,
            api_id=name,
            path=args.path,
            display_name=args.display_name or name,
            protocols=["https"],
            subscription_required=args.subscription_required,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=list(args.service.resources), delete_before_replace=False
            ),
        )
        for operation in args.operations:
            self._operation(name, args, api, operation)
        self.backend = MtlsBackend(
            name,
            MtlsBackendArgs(service=args.service, certificate=args.certificate, settings=args.backend),
            pulumi.ResourceOptions(parent=self),
        )
        self.policy = ClientCertificatePolicy(
            name,
            ClientCertificatePolicyArgs(
                service=args.service,
                api=api,
                api_id=name,
                certificate=args.certificate,
                backend=self.backend,
                document=args.policy,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.url = pulumi.Output.concat(args.service.gateway_url, "/", args.path)
        self.register_outputs({"apiId": self.api_id, "url": self.url})

    def _operation(self, name: str, args: MtlsApiArgs, api: apimanagement.Api, operation: str) -> None:
        method, template = operation.split(" ")
        operation_id = _operation_id(method, template)
        apimanagement.ApiOperation(
            f"{name}-{operation_id}",
            resource_group_name=args.service.resource_group_name,
            service_name=args.service.service_name,
            api_id=name,
            operation_id=operation_id,
            display_name=operation,
            method=method,
            url_template=template,
            template_parameters=[
                apimanagement.ParameterContractArgs(name=parameter, type="string", required=True)
                for parameter in _PARAMETER.findall(template)
            ]
            or None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[api], delete_before_replace=False),
        )


def operation_problems(operations: Sequence[str]) -> list[Problem]:
    """What is wrong with the list of operations, before anything is registered."""
    found = [
        Problem(
            what="The operation is malformed",
            where=f"operations[{index}]",
            got=operation,
            allowed="METHOD /template, for instance GET /items/{id} or POST /*",
            fix="write an HTTP method in capitals, one space, and a template that starts with /",
        )
        for index, operation in enumerate(operations)
        if not _OPERATION.fullmatch(operation)
    ]
    seen: dict[str, str] = {}
    for index, operation in enumerate(operations):
        operation_id = _operation_id(*operation.partition(" ")[::2])
        if operation_id in seen:
            found.append(
                Problem(
                    what="Two operations would get the same id",
                    where=f"operations[{index}]",
                    got=f"{operation} and {seen[operation_id]}, both {operation_id}",
                    allowed="operations that differ in their letters and digits",
                    fix="remove one of them",
                )
            )
        seen[operation_id] = operation
    return found


def _operation_id(method: str, template: str) -> str:
    """`GET /items/{id}` -> `get-items-id`, `GET /*` -> `get-any`."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", template.replace("*", "-any-")).strip("-")
    return f"{method.lower()}-{words or 'root'}"[:80]
