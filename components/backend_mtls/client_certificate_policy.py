"""The policy that makes the gateway present a certificate to a backend.

Owns: the policy document of one scope: the user's document, with the certificate and the backend bound into it.
Does not own: the rest of the document, what the policy applies to, or the policies of other scopes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from backend_mtls import adoption, gate, older_revisions, placement, stored
from backend_mtls.admission import policy_binding, tokens
from backend_mtls.admission.api_definition import Existing
from backend_mtls.admission.conflicts import POLICY, Declaration
from backend_mtls.admission.inputs import known
from backend_mtls.admission.place import Place
from backend_mtls.admission.verdict import Verdict
from backend_mtls.api_management import ApiManagement
from backend_mtls.backend_pool import BackendPool
from backend_mtls.backend_reference import BackendReference
from backend_mtls.client_certificate import ClientCertificate
from backend_mtls.errors import PolicyDocumentError, Problem, Where
from backend_mtls.mtls_backend import MtlsBackend
from backend_mtls.placement import Placement
from backend_mtls.policy import document as policy_document
from backend_mtls.policy import meaning
from backend_mtls.policy_scope import PolicyScope

if TYPE_CHECKING:
    from backend_mtls.dicts import ClientCertificatePolicyArgsDict


@dataclass(frozen=True, kw_only=True)
class ClientCertificatePolicyArgs:
    """What is presented to whom, for which calls."""

    service: ApiManagement | None = None
    """The service that the policy belongs to. Left out: that of the certificate; the workspace is that of the scope, or
    the certificate's when the scope names none either."""
    scope: PolicyScope
    """Which calls it applies to. The scope must not have another policy, unless that one is adopted."""
    certificate: ClientCertificate
    """What the gateway presents."""
    backend: MtlsBackend | BackendPool | BackendReference | None = None
    """Whom it calls. Left out: the calls go where the document, or an outer scope, sends them; a bare URL there gets
    none of a backend's TLS settings."""
    document: str | Path | None = None
    """The policy XML (`rawxml`), or the UTF-8 file that holds it; known at plan time, so that a preview shows the text.
    A value that only the deployment knows belongs into a named value, which the policy names as `{{name}}`. Left out:
    every section inherits; at the scope of the service, calls are only forwarded."""
    existing: Existing = "refuse"
    """What to do about an unconditional element in the document that names another certificate or backend: an error, or
    replaced by the one that is bound here. One that names the same is kept as it is."""
    adopt: bool = False
    """Takes over the policy that the scope has already, by import: nothing is written as long as it means what is
    declared here, otherwise it is updated in the same `up`. Left out: a policy that exists already is an error; only
    the policy of a service that exists already is always taken over, since every service has one."""


class ClientCertificatePolicy(pulumi.ComponentResource):
    """One policy, created after the certificate and the backend, deleted before them; its text is known at preview.

    Refuses a document that cannot be read, cannot be bound or gets too long; a certificate or backend of another
    service, or of a workspace that the policy is not in; and a scope that another component has a policy for.
    """

    document: str
    """The document with the binding in it."""
    resource_id: pulumi.Output[str]
    """ARM id."""
    resource: Any
    """The azure-native resource; what refers to it is created after it and deleted before it."""

    def __init__(
        self,
        name: str,
        args: "ClientCertificatePolicyArgs | ClientCertificatePolicyArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        args = gate.arguments(f"ClientCertificatePolicy {name}", args, ClientCertificatePolicyArgs)
        entry = gate.Entry(f"ClientCertificatePolicy {name}", opts)
        place = of_scope(args)
        self.document, problems = bound(args)
        entry.refuse([*problems, *place.adoption_problems(adopts=_adopts(args, place))])
        entry.check(verdict, self.document, args.scope.path, place.facts)
        super().__init__(tokens.of("ClientCertificatePolicy"), name, {}, entry.options)
        self.resource = entity(name, args, place, None if problems else self.document, parent=self, entry=entry)
        self.resource_id = self.resource.id
        self.register_outputs({"resourceId": self.resource_id})


def of_scope(args: ClientCertificatePolicyArgs) -> Placement:
    """Where the policy stands."""
    return placement.of("", args.service, args.scope.workspace, args.certificate.placement)


def bound(args: ClientCertificatePolicyArgs) -> tuple[str, list[Problem]]:
    """The document with the binding in it, and what is wrong with what is known at plan time."""
    here = of_scope(args).facts
    misplaced = policy_binding.placement_problems(
        here,
        certificate=args.certificate.placement.facts,
        backend=args.backend.placement.facts if args.backend else None,
    )
    default = policy_binding.SERVICE_DEFAULT if args.scope.kind == "service" else policy_document.DEFAULT
    document, problems = policy_binding.read(args.document, default)
    if problems:
        return document, problems + misplaced
    text, problems = policy_binding.bind(
        document,
        certificate=args.certificate.reference,
        backend_id=args.backend.backend_id if args.backend else None,
        existing=args.existing,
    )
    return text, problems + misplaced


def verdict(document: str, path: str, place: Place) -> Verdict:
    """What is found out about a bound document at this path."""
    return Verdict(
        problems=policy_binding.size_problems(document, known(place.service.sku)),
        declarations=[Declaration(kind=POLICY, owner=place.key, value=path, where=Where.of("scope"))],
    )


def entity(
    name: str,
    args: ClientCertificatePolicyArgs,
    place: Placement,
    document: str | None,
    *,
    parent: pulumi.Resource,
    entry: gate.Entry,
) -> Any:
    """The azure-native resource of the policy, below a component that was admitted with it.

    It comes after what it binds, and after whatever else of the program the document names. `document` is what `bound`
    gave; None when it was refused, and nothing will be registered.
    """
    scope = args.scope.within(place.workspace)
    adopts = _adopts(args, place)
    unchanged = adopts and document is not None and _means_the_same(scope, place, document, parent)
    backend = [args.backend.resource] if args.backend and args.backend.resource else []
    made = scope.resource_class(
        name,
        **scope.names(place),
        format="rawxml",
        value=document or "",
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=entry.after(
                parent,
                [*place.resources, *scope.resources, *backend, args.certificate.resource],
                document or "",
                place.key,
            ),
            import_=place.arm_id(scope.path) if adopts else None,
            ignore_changes=["format", "value"] if unchanged else None,
            delete_before_replace=False,  # the scope would be open without it
        ),
    )
    if not adopts:
        stored.refuse_taken(made, place, scope.function, scope.names(place), parent)
    if document is not None:
        older_revisions.follow(name, args, scope, place, parent=parent, entry=entry)
    return made


def _adopts(args: ClientCertificatePolicyArgs, place: Placement) -> bool:
    """Whether the policy is taken over: a service that exists already always has one."""
    return args.adopt or (args.scope.kind == "service" and not place.service.resources)


def _means_the_same(scope: PolicyScope, place: Placement, document: str, component: pulumi.Resource) -> bool:
    """Whether the policy that is there already means what is declared."""
    found = adoption.live(f"apimanagement:{scope.function}", scope.names(place), component)
    try:
        return found is not None and meaning.same_meaning(str(found.get("value", "")), document)
    except PolicyDocumentError:  # whatever is there, it is not what is declared
        return False
