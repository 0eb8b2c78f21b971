"""The whole of backend mTLS for one API: the API, its backend, and the policy that presents the certificate.

Owns: the API with its operations, unless it exists already; the backend, unless it is shared; the policy.
Does not own: the service and the certificate, which several APIs can share.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import adoption, client_certificate_policy, gate, mtls_backend, older_revisions, placement, stored
from backend_mtls.admission import api_operations, api_problems, backend_problems, tokens
from backend_mtls.admission import definition as definitions
from backend_mtls.admission.api_definition import ApiDefinition
from backend_mtls.admission.place import Place
from backend_mtls.admission.verdict import Verdict
from backend_mtls.api_management import ApiManagement
from backend_mtls.backend_pool import BackendPool
from backend_mtls.backend_reference import BackendReference
from backend_mtls.client_certificate import ClientCertificate
from backend_mtls.client_certificate_policy import ClientCertificatePolicyArgs
from backend_mtls.errors import Problem
from backend_mtls.late import combined
from backend_mtls.mtls_backend import MtlsBackend, MtlsBackendArgs
from backend_mtls.older_revisions import Revisions
from backend_mtls.placement import Placement
from backend_mtls.policy import mentions
from backend_mtls.policy_scope import PolicyScope
from backend_mtls.workspace import Workspace

if TYPE_CHECKING:
    from backend_mtls.dicts import MtlsApiArgsDict


@dataclass(frozen=True, kw_only=True)
class MtlsApiArgs(ApiDefinition):
    """One API behind mTLS. Exactly one of `backend` and `shared_backend`."""

    service: ApiManagement | None = None
    """The service that publishes the API. Left out, with the workspace: where the certificate stands."""
    workspace: Workspace | None = None
    """The workspace that API, backend and policy belong to, as the certificate has to. Left out: that of the
    certificate, or with `service` the service itself."""
    certificate: ClientCertificate
    """What the gateway presents to the backend."""
    shared_backend: MtlsBackend | BackendPool | None = None
    """A backend, or a pool, that other APIs call as well."""

    @classmethod
    def of(cls, definition: ApiDefinition, certificate: ClientCertificate) -> "MtlsApiArgs":
        """The arguments for an API that stands where the certificate does."""
        return cls(certificate=certificate, **definitions.values(ApiDefinition, definition))


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
    policy: Any
    """The azure-native resource of the policy."""

    def __init__(
        self, name: str, args: "MtlsApiArgs | MtlsApiArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        args = gate.arguments(f"MtlsApi {name}", args, MtlsApiArgs)
        entry = gate.Entry(f"MtlsApi {name}", opts)
        place = self._placement = placement.of(entry.place, args.service, args.workspace, args.certificate.placement)
        self.api_id = name if args.api_id is None else args.api_id
        backend = _backend(args, self.api_id)
        route = _route(args, place, backend)
        policy = _policy(args, place, PolicyScope.api(self.api_id, workspace=place.workspace), route)
        self.document, problems = client_certificate_policy.bound(policy)
        entry.refuse(place.adoption_problems(adopts=bool(args.adopt)))
        super().__init__(
            tokens.of("MtlsApi"), name, mtls_backend.server_facts(backend.settings) if backend else {}, entry.options
        )
        if backend:
            entry.refuse([each.below("backend") for each in mtls_backend.provider_problems(backend.settings, self)])
        path = self._path(args, place)
        entry.check(_verdict, _definition(args), self.api_id, args.shared_backend is not None, place.facts)
        if args.existing_api and path is None:
            entry.refuse([api_problems.not_there(self.api_id)])
        entry.refuse([_of_policy(each) for each in problems])
        entry.check(_size, self.document, place.facts)
        revisions = older_revisions.look(place, self.api_id, args.revision, self)
        entry.refuse(revisions.problems)
        api = None if args.existing_api else self._api(name, args, place, revisions)
        self._older = older_revisions.owned(name, revisions, api, place, self) if api else ()
        self.operations = {
            operation: self._operation(name, place, api, operation)
            for operation in (args.deployed_operations if api else ())
        }
        """What was deployed of `operations`, by `METHOD /template`."""
        own = mtls_backend.entity(name, backend, place, self.api_id, self) if backend else None
        if own is not None:
            entry.named(self, own, place.key, (mentions.BACKEND_ID, self.api_id))
        self.backend = replace(route, resource=own) if own else route
        scope = replace(PolicyScope.api(self.api_id, api, place.workspace), older=self._older)
        policy = replace(policy, scope=scope, backend=self.backend)
        document = None if problems else self.document
        self.policy = client_certificate_policy.entity(name, policy, place, document, parent=self, entry=entry)
        self.url = pulumi.Output.concat(place.service.gateway_url, "/", path or "")
        self.register_outputs({"apiId": self.api_id, "url": self.url})

    def operation_scope(self, operation: str) -> PolicyScope:
        """The scope of one of the API's `operations`, for a policy that binds another certificate there.

        Raises `KeyError` for an operation that the component did not deploy.
        """
        operation_id = api_operations.operation_id(operation)
        resource = self.operations[operation]
        scope = PolicyScope.operation(self.api_id, operation_id, resource, self._placement.workspace)
        return replace(scope, older=self._older)

    def _path(self, args: MtlsApiArgs, place: Placement) -> Any:
        """The path that the program says, or that the API has already; None when there is no such API."""
        if args.path is not None or not args.existing_api:
            return args.path
        names = {**place.names, "api_id": self.api_id}
        if not place.service.is_named:
            names_later = pulumi.Output.all(**names)
            return names_later.apply(lambda known: self._path_later(place, known))
        found = adoption.live(f"apimanagement:{place.choose('getApi', 'getWorkspaceApi')}", names, self)
        return str(found["path"]) if found and "path" in found else None

    async def _path_later(self, place: Placement, names: dict[str, Any]) -> str:
        found = await adoption.live_later(f"apimanagement:{place.choose('getApi', 'getWorkspaceApi')}", names, self)
        return str(found["path"]) if found and "path" in found else ""

    def _api(self, name: str, args: MtlsApiArgs, place: Placement, revisions: Revisions) -> pulumi.CustomResource:
        document = {"format": combined(_format, args.openapi), "value": args.openapi} if args.openapi else {}
        said = revisions.arguments | _version(args, place)
        kept = adoption.kept(adoption.UNSAID_OF_API, said) if "api" in args.adopt else []
        api: pulumi.CustomResource = place.choose(apimanagement.Api, apimanagement.WorkspaceApi)(
            name,
            **place.names,
            api_id=self.api_id,
            path=args.path,
            display_name=args.display_name or name,
            protocols=list(args.protocols),
            subscription_required=args.subscription_required,
            **document,
            **said,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=place.resources,
                import_=place.arm_id(f"apis/{self.api_id}") if "api" in args.adopt else None,
                ignore_changes=[*revisions.ignored, *kept] or None,
                delete_before_replace=False,
            ),
        )
        if "api" not in args.adopt:
            ids = {**place.names, "api_id": self.api_id}
            stored.refuse_taken(api, place, place.choose("getApi", "getWorkspaceApi"), ids, self)
        return api

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


def _version(args: MtlsApiArgs, place: Placement) -> dict[str, Any]:
    """The version that is said; a set that is named by its id alone stands where the API does."""
    said = {} if args.version is None else {"api_version": args.version}
    if args.version_set is None:
        return said

    def full(given: str) -> str:
        return given if "/" in given else place.arm_id(f"apiVersionSets/{given}") or f"/apiVersionSets/{given}"

    return said | {"api_version_set_id": combined(full, args.version_set)}


def _definition(args: MtlsApiArgs) -> ApiDefinition:
    """The arguments without what they refer to."""
    return ApiDefinition(**definitions.values(ApiDefinition, args))


def _verdict(definition: ApiDefinition, api_id: str, shares: bool, place: Place) -> Verdict:
    found = api_problems.problems(definition, api_id, shares=shares)
    if definition.backend is not None and not shares:
        found += [each.below("backend") for each in backend_problems.problems(definition.backend, place.service)]
    return Verdict(problems=found, declarations=api_problems.declarations(definition, api_id, place, shares=shares))


def _size(document: str, place: Place) -> Verdict:
    found = client_certificate_policy.verdict(document, "", place).problems
    return Verdict(problems=[_of_policy(each) for each in found])


def _of_policy(problem: Problem) -> Problem:
    """A problem of the policy's `document`, at the argument that holds it here."""
    steps = tuple("policy" if each == "document" else each for each in problem.where.steps)
    return problem.at(replace(problem.where, steps=steps))


def _backend(args: MtlsApiArgs, api_id: str) -> MtlsBackendArgs | None:
    """The backend that belongs to the API; None when it has a shared one, or none at all, which is refused."""
    if args.backend is None or args.shared_backend is not None:
        return None
    return MtlsBackendArgs(
        certificate=args.certificate, settings=args.backend, backend_id=api_id, adopt="backend" in args.adopt
    )


def _route(args: MtlsApiArgs, place: Placement, own: MtlsBackendArgs | None) -> BackendReference:
    shared = args.shared_backend
    if own is not None:
        return BackendReference(placement=place, backend_id=own.backend_id or "", validation=own.settings.validation)
    if shared is None:  # refused
        return BackendReference(placement=place, backend_id="none", validation="")
    return BackendReference(
        placement=shared.placement,
        backend_id=shared.backend_id,
        validation=shared.validation,
        resource=shared.resource,
    )


def _policy(
    args: MtlsApiArgs, place: Placement, scope: PolicyScope, route: BackendReference
) -> ClientCertificatePolicyArgs:
    return ClientCertificatePolicyArgs(
        service=place.service,
        scope=scope,
        certificate=args.certificate,
        backend=route,
        document=args.policy,
        existing=args.existing_elements,
        adopt="policy" in args.adopt,
    )


def _format(document: str) -> str:
    return "openapi+json" if document.lstrip("\ufeff \t\r\n").startswith("{") else "openapi"
