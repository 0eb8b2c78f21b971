"""Reads the document of a policy and binds certificate and backend into it; no resource in here."""

from typing import Any, Literal

from backend_mtls.errors import PolicyDocumentError, Problem
from backend_mtls.placement import Placement
from backend_mtls.policy import document as policy_document

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


def bound(args: Any) -> tuple[str, list[Problem]]:
    """The document of a `ClientCertificatePolicy` with the binding in it, and what is wrong with its arguments."""
    document, problems = _read(args)
    if problems:
        return document, problems + _placement_problems(args)
    text, problems = bind(
        document,
        certificate=args.certificate.reference,
        backend_id=args.backend.backend_id if args.backend else None,
        existing=args.existing,
        sku=args.service.sku,
    )
    return text, problems + _placement_problems(args)


def bind(
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


def _read(args: Any) -> tuple[str, list[Problem]]:
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


def _placement_problems(args: Any) -> list[Problem]:
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
