"""The policy that makes the gateway present a certificate to a backend.

Owns: the policy document of one scope: the user's document, with the certificate and the backend bound into it.
Does not own: the rest of the document, what the policy applies to, or the policies of other scopes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pulumi

from components import admission, adoption, policy_document, policy_meaning
from components.api_management import ApiManagement
from components.backend_pool import BackendPool
from components.client_certificate import ClientCertificate
from components.conflicts import POLICY, Declaration
from components.errors import PolicyDocumentError, Problem, located
from components.mtls_backend import MtlsBackend
from components.placement import Placement
from components.policy_scope import PolicyScope

_SIZE = 256 * 1024
_SIZE_ON_CONSUMPTION = 16 * 1024
"""Bytes that a policy document may have: learn.microsoft.com/azure/azure-resource-manager/management/
azure-subscription-service-limits#api-management-limits."""

SERVICE_DEFAULT = """<policies>
    <inbound />
    <backend>
        <forward-request />
    </backend>
    <outbound />
    <on-error />
</policies>
"""
"""The document of a service as long as nobody wrote one: there is nothing around it to inherit from."""


@dataclass(frozen=True, kw_only=True)
class ClientCertificatePolicyArgs:
    """What is presented to whom, for which calls."""

    service: ApiManagement
    """The service that the policy belongs to."""
    scope: PolicyScope
    """Which calls it applies to. The scope must not have another policy, unless that one is adopted."""
    certificate: ClientCertificate
    """What the gateway presents."""
    backend: MtlsBackend | BackendPool | None = None
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
        place, where = Placement(args.service, args.scope.workspace), f"ClientCertificatePolicy {name}"
        self.document, problems = _bound(args)
        declaration = Declaration(kind=POLICY, owner=place.key, value=args.scope.path, where=f"{where}: scope")
        super().__init__(
            "backend-mtls:index:ClientCertificatePolicy",
            name,
            {},
            admission.options(opts, located(where, problems + _placement_problems(args)), [declaration]),
        )
        adopts = args.adopt or (args.scope.kind == "service" and not args.service.resources)
        unchanged = adopts and not problems and _means_the_same(args.scope, place, self.document)
        backend = [args.backend.resource] if args.backend else []
        self.resource = args.scope.resource_class(
            name,
            **args.scope.names(place),
            format="rawxml",
            value=self.document,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*place.resources, *args.scope.resources, *backend, args.certificate.resource],
                import_=place.arm_id(args.scope.path) if adopts else None,
                ignore_changes=["format", "value"] if unchanged else None,
                delete_before_replace=False,  # the scope would be open without it
            ),
        )
        self.resource_id = self.resource.id
        self.register_outputs({"resourceId": self.resource_id})


def _means_the_same(scope: PolicyScope, place: Placement, document: str) -> bool:
    """Whether the policy that is there already means what is declared."""
    found = adoption.live(scope.function, scope.names(place))
    return found is not None and policy_meaning.same_meaning(str(found.get("value", "")), document)


def _bound(args: ClientCertificatePolicyArgs) -> tuple[str, list[Problem]]:
    """The document with the binding in it, and what is wrong with it."""
    document, problems = _read(args)
    if problems:
        return document, problems
    return bound(
        document,
        certificate=args.certificate.reference,
        backend_id=args.backend.backend_id if args.backend else None,
        existing=args.existing,
        sku=args.service.sku,
    )


def bound(
    document: str,
    *,
    certificate: policy_document.CertificateReference,
    backend_id: str | None,
    existing: Literal["refuse", "replace"],
    sku: str | None,
) -> tuple[str, list[Problem]]:
    """The bound document and no problem, or the document as it was and what is wrong with it."""
    try:
        found = policy_document.bind(document, certificate=certificate, backend_id=backend_id, existing=existing)
    except PolicyDocumentError as error:
        return document, [error.problem.at(f"document ({error.problem.where})")]
    return found, _size_problems(found, sku)


def _read(args: ClientCertificatePolicyArgs) -> tuple[str, list[Problem]]:
    if args.document is None:
        return SERVICE_DEFAULT if args.scope.kind == "service" else policy_document.DEFAULT, []
    if isinstance(args.document, str):
        return args.document, []
    try:
        return args.document.read_bytes().decode("utf-8"), []
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL in the name
        return "", [
            Problem(
                what="The policy document cannot be read",
                where="document",
                got=f"{args.document.name}: {getattr(error, 'strerror', None) or error}",
                allowed="a readable file of UTF-8 text, with or without a byte order mark",
                fix="correct the name, or save the file as UTF-8",
            )
        ]


def _size_problems(document: str, sku: str | None) -> list[Problem]:
    size, largest = len(document.encode()), _SIZE_ON_CONSUMPTION if sku == "Consumption" else _SIZE
    if size <= largest:
        return []
    return [
        Problem(
            what="The policy document is too long",
            where="document",
            got=f"{size} bytes",
            allowed=f"at most {largest} bytes{' on Consumption' if sku == 'Consumption' else ''}",
            fix="move parts of it into policy fragments",
        )
    ]


def _placement_problems(args: ClientCertificatePolicyArgs) -> list[Problem]:
    """A policy finds certificates and backends only where it stands itself: on its service, in its workspace."""
    found = []
    here = Placement(args.service, args.scope.workspace).key
    for kind, other in (
        ("certificate", args.certificate.placement),
        ("backend", args.backend.placement if args.backend else None),
    ):
        if other is not None and other.key != here:
            found.append(
                Problem(
                    what=f"The policy cannot name a {kind} of another service or workspace",
                    where=kind,
                    got=f"a {kind} on {other.key}",
                    allowed=f"one on {here}",
                    fix=f"declare the {kind} where the policy is",
                )
            )
    return found
