"""A service that the program borrows: how it is named, and what Azure says of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from backend_mtls.admission.inputs import Input, known
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.admission.verdict import Verdict
from backend_mtls.errors import Problem, Where

FUNCTION = "apimanagement:getApiManagementService"
"""The azure-native function that reads a service."""
_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/(?P<resource_group_name>[^/]+)"
    r"/providers/Microsoft\.ApiManagement/service/(?P<service_name>[^/]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class ExistingServiceArgs:
    """A service that exists before the program, and is looked up."""

    resource_group_name: Input[str]
    """Resource group of the service."""
    service_name: Input[str]
    """Its name."""


@dataclass(frozen=True, kw_only=True)
class DeclaredServiceArgs:
    """A service that this program, or another stack, declares without these components."""

    service: pulumi.Resource | Input[str]
    """The azure-native `ApiManagementService`, or the ARM id of the service: an output of another stack."""
    resource_group_name: Input[str] | None = None
    """Resource group of the service. Left out: read from its ARM id, which a preview of a new service does not know."""
    service_name: Input[str] | None = None
    """Its name. Left out: read from its ARM id."""


@dataclass(frozen=True, kw_only=True)
class LookedUpService:
    """One service."""

    resource_id: str
    """ARM id."""
    gateway_url: str
    """URL of the gateway."""
    sku: str | None
    """SKU name."""
    principal_id: str
    """Object id of the system-assigned identity; empty without one."""
    tenant_id: str
    """Tenant of that identity; empty without one."""
    user_assigned_identities: Sequence[UserAssignedIdentity]
    """The other identities."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "LookedUpService":
        """From the answer of azure-native."""
        identity = answer.get("identity") or {}
        return cls(
            resource_id=answer.get("id") or "",
            gateway_url=answer.get("gatewayUrl") or "",
            sku=(answer.get("sku") or {}).get("name"),
            principal_id=identity.get("principalId") or "",
            tenant_id=identity.get("tenantId") or "",
            user_assigned_identities=[
                UserAssignedIdentity(
                    resource_id=each, client_id=ids.get("clientId") or "", principal_id=ids.get("principalId") or ""
                )
                for each, ids in (identity.get("userAssignedIdentities") or {}).items()
            ],
        )

    @staticmethod
    def later(found: pulumi.Output["LookedUpService"], part: str) -> pulumi.Output[Any]:
        """One part of a service that is looked up later."""
        return found.apply(lambda one: getattr(one, part))


def identities(identity: Any) -> Sequence[UserAssignedIdentity]:
    """The user-assigned identities of an azure-native resource."""
    found = getattr(identity, "user_assigned_identities", None) or {}
    return [
        UserAssignedIdentity(
            resource_id=each,
            client_id=getattr(ids, "client_id", None) or "",
            principal_id=getattr(ids, "principal_id", None) or "",
        )
        for each, ids in found.items()
    ]


def arm_id(subscription: str, resource_group_name: str, service_name: str) -> str:
    """The ARM id of a service."""
    group = f"/subscriptions/{subscription}/resourceGroups/{resource_group_name}"
    return f"{group}/providers/Microsoft.ApiManagement/service/{service_name}"


def names_in(identifier: str) -> dict[str, str]:
    """Resource group and name in the ARM id of a service; empty texts for anything else."""
    found = _ID.fullmatch(identifier)
    return found.groupdict() if found else {"resource_group_name": "", "service_name": ""}


def id_verdict(identifier: Input[str]) -> Verdict:
    """A problem when the id, once it is known, is not that of a service."""
    text = known(identifier)
    if text is None or _ID.fullmatch(text):
        return Verdict()
    what = "The API Management service is not named by its ARM id"
    return Verdict(
        problems=[
            Problem(
                what=what,
                where=Where.of("service"),
                got=text,
                allowed="/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.ApiManagement/service/<name>",
                fix="give the azure-native resource, or export its id from the other stack",
            )
        ]
    )


def not_found(given: Mapping[str, Any], answer: str) -> Problem:
    """A service that cannot be read."""
    return Problem(
        what="The existing API Management service cannot be read",
        where=Where.of(("service_name", "resource_group_name")),
        got=f"{given['service_name']} in {given['resource_group_name']}: {answer}",
        allowed="a service that exists and that your credentials can read",
        fix="correct the names or the subscription, log in, or give a definition so that this program creates it",
        kind="lookup",
    )
