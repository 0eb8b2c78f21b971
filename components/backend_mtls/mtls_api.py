"""The whole of backend mTLS for one API: the API, its backend, and the policy that presents the certificate.

Owns: the API with its operations, unless it exists already; the backend, unless it is shared; the policy.
Does not own: the service and the certificate, which several APIs can share.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import adoption, client_certificate_policy, gate, mtls_backend
from backend_mtls.admission import api_operations, api_problems, policy_binding
from backend_mtls.admission.backend_settings import BackendSettings
from backend_mtls.api_management import ApiManagement
from backend_mtls.backend_pool import BackendPool
from backend_mtls.backend_reference import BackendReference
from backend_mtls.client_certificate import ClientCertificate
from backend_mtls.client_certificate_policy import ClientCertificatePolicyArgs
from backend_mtls.errors import located
from backend_mtls.mtls_backend import MtlsBackend, MtlsBackendArgs
from backend_mtls.placement import Placement
from backend_mtls.policy_scope import PolicyScope
from backend_mtls.workspace import Workspace

Part = Literal["api", "backend", "policy"]


@dataclass(frozen=True, kw_only=True)
class MtlsApiArgs:
    """One API behind mTLS. Exactly one of `backend` and `shared_backend`."""

    service: ApiManagement
    """The service that publishes the API."""
    workspace: Workspace | None = None
    """The workspace that API, backend and policy belong to, as the certificate has to. Left out: the service itself."""
    certificate: ClientCertificate
    """What the gateway presents to the backend."""
    backend: BackendSettings | None = None
    """Where the calls go: a backend of its own, whose id is that of the API."""
    shared_backend: MtlsBackend | BackendPool | None = None
    """A backend, or a pool, that other APIs call as well."""
    path: str | None = None
    """Path under the gateway's URL, without slashes around it. Left out: that of an API that exists already."""
    api_id: str | None = None
    """Id of the API, 1-80 characters. Left out: the component's name."""
    existing_api: bool = False
    """Whether somebody else owns the API, with its operations: only backend and policy are deployed. Left out: the API
    is deployed here."""
    display_name: str | None = None
    """Shown in the portal, 1-300 characters. Left out: the component's name."""
    protocols: Sequence[str] = ("https",)
    """How callers reach the gateway: `https`, `http`, or both."""
    operations: Sequence[str] | None = None
    """`METHOD /template`, for instance `GET /items/{id}`; the rest is answered with 404. Left out: those of `openapi`,
    of an adopted API those that it has, otherwise every GET."""
    openapi: str | None = None
    """An OpenAPI document, JSON or YAML, whose operations are imported by Azure. Left out: `operations` says them."""
    subscription_required: bool = True
    """Whether a caller needs a subscription key."""
    revision: str | None = None
    """Number of the current revision. Another number than the deployed one makes a new revision out of it, with its
    operations and its policy (Azure by itself would leave the policy behind: terraform-provider-azurerm#28552);
    older revisions stay until somebody deletes them. Left out: revisions are not touched."""
    policy: str | Path | None = None
    """The API's own policy XML or its file, into which certificate and backend are bound. Left out: every section
    inherits."""
    existing_elements: Literal["refuse", "replace"] = "refuse"
    """What to do about an unconditional element in the policy that names another certificate or backend: an error, or
    replaced by what is bound here."""
    adopt: Sequence[Part] = ()
    """What exists already and is taken over by import, then owned and updated where it differs: any of `api`,
    `backend`, `policy`. Left out: nothing; what exists already is an error."""


class MtlsApi(pulumi.ComponentResource):
    """An API whose calls reach the backend with the client certificate.

    Refuses malformed paths, protocols and operations, contradictory arguments, another API's id or path, and whatever
    its parts refuse.
    """

    api_id: str
    """Id of the API; known at preview."""
    url: pulumi.Output[str]
    """URL of the API on the gateway."""
    backend: BackendReference
    """The backend that its calls go to, for another policy that routes there, too."""
    document: str
    """The policy with the binding in it; known at preview."""

    def __init__(self, name: str, args: MtlsApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        gate.check_types(f"MtlsApi {name}", args, MtlsApiArgs)
        place, where = Placement(args.service, args.workspace), f"MtlsApi {name}"
        self.api_id = name if args.api_id is None else args.api_id
        self._workspace = args.workspace
        backend = _backend(args, self.api_id)
        policy = _policy(args, self.api_id, _route(args, place, backend))
        self.document, problems = policy_binding.bound(policy)
        path = _path(args, place, self.api_id)
        super().__init__(
            "backend-mtls:index:MtlsApi",
            name,
            mtls_backend.known(backend.settings) if backend else {},
            gate.options(
                opts,
                located(where, api_problems.problems(args, self.api_id, path, problems)),
                api_problems.declarations(where, place.key, args, self.api_id),
            ),
        )
        api = None if args.existing_api else self._api(name, args, place)
        self.operations = {
            operation: self._operation(name, place, api, operation) for operation in (_operations(args) if api else ())
        }
        """What was deployed of `operations`, by `METHOD /template`."""
        own = mtls_backend.entity(name, backend, self.api_id, self) if backend else None
        self.backend = replace(_route(args, place, backend), **({"resource": own} if own else {}))
        scope = PolicyScope.api(self.api_id, api, args.workspace)
        policy = replace(policy, scope=scope, backend=self.backend)
        self.policy = client_certificate_policy.entity(name, policy, None if problems else self.document, self)
        self.url = pulumi.Output.concat(args.service.gateway_url, "/", path or "")
        self.register_outputs({"apiId": self.api_id, "url": self.url})

    def _api(self, name: str, args: MtlsApiArgs, place: Placement) -> pulumi.CustomResource:
        document = {"format": _format(args.openapi), "value": args.openapi} if args.openapi else {}
        revision, ignored = self._revision(args, place)
        api: pulumi.CustomResource = place.choose(apimanagement.Api, apimanagement.WorkspaceApi)(
            name,
            **place.names,
            api_id=self.api_id,
            path=args.path,
            display_name=args.display_name or name,
            protocols=list(args.protocols),
            subscription_required=args.subscription_required,
            **document,
            **revision,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=place.resources,
                import_=place.arm_id(f"apis/{self.api_id}") if "api" in args.adopt else None,
                ignore_changes=ignored,
                delete_before_replace=False,
            ),
        )
        return api

    def _revision(self, args: MtlsApiArgs, place: Placement) -> tuple[dict[str, Any], list[str] | None]:
        """The number, and what the revision is made from: the API that is there, so that operations and policy stay.

        Once it is made, what it was made from is ignored: Azure does not say.
        """
        if args.revision is None:
            return {}, None
        found = adoption.live(place.choose("getApi", "getWorkspaceApi"), {**place.names, "api_id": self.api_id})
        if found is None:
            return {"api_revision": args.revision}, None
        is_current = found.get("apiRevision") == args.revision
        number = {"api_revision": args.revision, "source_api_id": found["id"]}
        return number, ["sourceApiId"] if is_current else None

    def operation_scope(self, operation: str) -> PolicyScope:
        """The scope of one of the API's `operations`, for a policy that binds another certificate there.

        Raises `KeyError` for an operation that the component did not deploy.
        """
        operation_id = api_operations.operation_id(operation)
        return PolicyScope.operation(self.api_id, operation_id, self.operations[operation], self._workspace)

    def _operation(self, name: str, place: Placement, api: pulumi.Resource | None, operation: str) -> pulumi.Resource:
        method, template = api_operations.parts(operation)
        operation_id = api_operations.operation_id(operation)
        deployed: pulumi.Resource = place.choose(apimanagement.ApiOperation, apimanagement.WorkspaceApiOperation)(
            f"{name}-{operation_id}",
            **place.names,
            api_id=self.api_id,
            operation_id=operation_id,
            display_name=operation,
            method=method,
            url_template=template,
            template_parameters=[
                apimanagement.ParameterContractArgs(name=parameter, type="string", required=True)
                for parameter in api_operations.parameters(template)
            ]
            or None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[api] if api else [], delete_before_replace=False),
        )
        return deployed


def _path(args: MtlsApiArgs, place: Placement, api_id: str) -> str | None:
    """The path that the program says, or that the API has already; None when there is no such API."""
    if args.path is not None or not args.existing_api:
        return args.path
    found = adoption.live(place.choose("getApi", "getWorkspaceApi"), {**place.names, "api_id": api_id})
    return str(found["path"]) if found and "path" in found else None


def _backend(args: MtlsApiArgs, api_id: str) -> MtlsBackendArgs | None:
    """The backend that belongs to the API; None when it has a shared one, or none at all, which is refused."""
    if args.backend is None or args.shared_backend is not None:
        return None
    return MtlsBackendArgs(
        service=args.service,
        workspace=args.workspace,
        certificate=args.certificate,
        settings=args.backend,
        backend_id=api_id,
        adopt="backend" in args.adopt,
    )


def _route(args: MtlsApiArgs, place: Placement, own: MtlsBackendArgs | None) -> BackendReference:
    shared = args.shared_backend
    if shared is None or own is not None:
        validation = own.settings.validation if own else ""
        return BackendReference(
            placement=place, backend_id=own.backend_id or "" if own else "none", validation=validation
        )
    return BackendReference(
        placement=shared.placement,
        backend_id=shared.backend_id,
        validation=shared.validation,
        resource=shared.resource,
    )


def _policy(args: MtlsApiArgs, api_id: str, route: BackendReference) -> ClientCertificatePolicyArgs:
    return ClientCertificatePolicyArgs(
        service=args.service,
        scope=PolicyScope.api(api_id, workspace=args.workspace),
        certificate=args.certificate,
        backend=route,
        document=args.policy,
        existing=args.existing_elements,
        adopt="policy" in args.adopt,
    )


def _operations(args: MtlsApiArgs) -> Sequence[str]:
    if args.operations is not None:
        return args.operations
    return () if args.openapi or "api" in args.adopt else ("GET /*",)


def _format(document: str) -> str:
    return "openapi+json" if document.lstrip("\ufeff \t\r\n").startswith("{") else "openapi"
