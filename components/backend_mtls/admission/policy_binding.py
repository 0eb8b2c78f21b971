"""Reads the document of a policy and binds certificate and backend into it; no resource in here."""

from pathlib import Path
from typing import Literal

from backend_mtls.admission.place import Place
from backend_mtls.admission.tiers import CONSUMPTION, policy_bytes
from backend_mtls.errors import PolicyDocumentError, Problem, Where
from backend_mtls.policy import document as policy_document

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


def bind(
    document: str,
    *,
    certificate: policy_document.CertificateReference,
    backend_id: str | None,
    existing: Literal["refuse", "replace"],
) -> tuple[str, list[Problem]]:
    """The bound document and no problem, or the document as it was and what is wrong with it."""
    try:
        return policy_document.bind(document, certificate=certificate, backend_id=backend_id, existing=existing), []
    except PolicyDocumentError as error:
        return document, [error.problem.below("document")]


def read(document: str | Path | None, default: str) -> tuple[str, list[Problem]]:
    """The text of the document, or of its file, and no problem; or why it cannot be read."""
    if document is None:
        return default, []
    if isinstance(document, str):
        return document, []
    try:
        return document.read_bytes().decode("utf-8"), []
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL in the name
        return "", [
            Problem(
                what="The policy document cannot be read",
                where=Where.of("document"),
                got=f"{document.name}: {getattr(error, 'strerror', None) or error}",
                allowed="a readable file of UTF-8 text, with or without a byte order mark",
                fix="correct the name, or save the file as UTF-8",
            )
        ]


def size_problems(document: str, sku: str | None) -> list[Problem]:
    """A problem when the document is too long for a service with this SKU (None: not known)."""
    size, largest = len(document.encode()), policy_bytes(sku)
    if size <= largest:
        return []
    return [
        Problem(
            what="The policy document is too long",
            where=Where.of("document"),
            got=f"{size} bytes",
            allowed=f"at most {largest} bytes{f' on {CONSUMPTION}' if sku == CONSUMPTION else ''}",
            fix="move parts of it into policy fragments",
        )
    ]


def placement_problems(here: Place, **others: Place | None) -> list[Problem]:
    """A policy finds certificates and backends only where it stands itself: on its service, in its workspace.

    `others` are the places of the certificate and of the backend, by the names of their arguments.
    """
    return [
        Problem(
            what=f"The policy cannot name a {kind} of another service or workspace",
            where=Where.of(kind),
            got=f"a {kind} on {other.key}",
            allowed=f"one on {here.key}",
            fix=f"declare the {kind} where the policy is",
        )
        for kind, other in others.items()
        if other is not None and other.key != here.key
    ]
