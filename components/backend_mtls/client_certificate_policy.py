"""The policy that makes the gateway present a certificate to a backend.

Owns: the policy document of one scope: the user's document, with the certificate and the backend bound into it.
Does not own: the rest of the document, what the policy applies to, or the policies of other scopes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pulumi

from backend_mtls import adoption, gate
from backend_mtls.admission import policy_binding
from backend_mtls.admission.conflicts import POLICY, Declaration
from backend_mtls.api_management import ApiManagement
from backend_mtls.backend_pool import BackendPool
from backend_mtls.backend_reference import BackendReference
from backend_mtls.client_certificate import ClientCertificate
from backend_mtls.errors import PolicyDocumentError, located
from backend_mtls.mtls_backend import MtlsBackend
from backend_mtls.placement import Placement
from backend_mtls.policy import meaning as policy_meaning
from backend_mtls.policy_scope import PolicyScope


@dataclass(frozen=True, kw_only=True)
class ClientCertificatePolicyArgs:
    """What is presented to whom, for which calls."""

    service: ApiManagement
    """The service that the policy belongs to."""
    scope: PolicyScope
    """Which calls it applies to. The scope must not have another policy, unless that one is adopted."""
    certificate: ClientCertificate
    """What the gateway presents."""
    backend: MtlsBackend | BackendPool | BackendReference | None = None
    """Whom it calls. Left out: the calls go where the document, or an outer scope, sends them; a bare URL there gets
    none of a backend's TLS settings."""
    document: str | Path | None = None
    """The policy XML (`rawxml`), or the UTF-8 file that holds it. Left out: every section inherits; at the scope of the
    service, calls are only forwarded."""
    existing: Literal["refuse", "replace"] = "refuse"
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

    def __init__(
        self, name: str, args: ClientCertificatePolicyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        gate.check_types(f"ClientCertificatePolicy {name}", args, ClientCertificatePolicyArgs)
        place, where = Placement(args.service, args.scope.workspace), f"ClientCertificatePolicy {name}"
        self.document, problems = policy_binding.bound(args)
        declaration = Declaration(kind=POLICY, owner=place.key, value=args.scope.path, where=f"{where}: scope")
        super().__init__(
            "backend-mtls:index:ClientCertificatePolicy",
            name,
            {},
            gate.options(opts, located(where, problems), [declaration]),
        )
        self.resource = entity(name, args, None if problems else self.document, self)
        self.resource_id = self.resource.id
        self.register_outputs({"resourceId": self.resource_id})


def entity(name: str, args: ClientCertificatePolicyArgs, document: str | None, parent: pulumi.Resource) -> Any:
    """The azure-native resource of the policy, below a component that was admitted with `policy_binding.bound`.

    `document` is what that gave; None when it was refused, and nothing will be registered.
    """
    place = Placement(args.service, args.scope.workspace)
    adopts = args.adopt or (args.scope.kind == "service" and not args.service.resources)
    unchanged = adopts and document is not None and _means_the_same(args.scope, place, document)
    backend = [args.backend.resource] if args.backend and args.backend.resource else []
    return args.scope.resource_class(
        name,
        **args.scope.names(place),
        format="rawxml",
        value=document or "",
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=[*place.resources, *args.scope.resources, *backend, args.certificate.resource],
            import_=place.arm_id(args.scope.path) if adopts else None,
            ignore_changes=["format", "value"] if unchanged else None,
            delete_before_replace=False,  # the scope would be open without it
        ),
    )


def _means_the_same(scope: PolicyScope, place: Placement, document: str) -> bool:
    """Whether the policy that is there already means what is declared."""
    found = adoption.live(scope.function, scope.names(place))
    try:
        return found is not None and policy_meaning.same_meaning(str(found.get("value", "")), document)
    except PolicyDocumentError:  # whatever is there, it is not what is declared
        return False
