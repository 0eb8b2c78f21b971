"""A service that the stack owns, and what it trusts."""

import base64
import binascii
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from backend_mtls.admission.tiers import IGNORING_CA_CERTIFICATES, WITH_TRUST_IN_BACKENDS
from backend_mtls.errors import ProblemError

from rules.graph import Mark, Resource
from rules.places import service_key

TYPES = ("apimanagement:ApiManagementService",)


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service of the stack."""

    resource: Resource
    """The azure-native resource."""
    key: str
    """What names it as an owner (`places.owner_of`)."""
    sku: str | None
    """Name of its SKU."""
    authorities: tuple[str | None, ...] | None
    """Subject of each of its CA certificates, None for one that cannot be read; None when they are not known."""
    has_system_identity: bool | None
    """Whether it has a system-assigned identity; None when that is not known."""
    user_identities: tuple[str, ...]
    """ARM ids of its user-assigned identities, as far as they are known."""
    principal_id: str | None
    """Object id of the system-assigned identity."""

    @property
    def trusts_own_authorities(self) -> bool:
        """Whether its tier uses CA certificates for backends; a tier that is not known may."""
        return self.sku not in IGNORING_CA_CERTIFICATES

    @property
    def takes_trust_from_backends(self) -> bool:
        """Whether its tier uses what a backend says of trust; a tier that is not known may."""
        return self.sku is None or self.sku in WITH_TRUST_IN_BACKENDS


def read(resource: Resource) -> Service:
    """The service that a resource declares."""
    kinds = resource.get("identity", "type")
    listed = resource.get("identity", "userAssignedIdentities")
    given = resource.inputs.get("certificates") or []
    return Service(
        resource=resource,
        key=service_key(resource),
        sku=resource.text("sku", "name"),
        authorities=tuple(_authority(each) for each in given) if isinstance(given, list) else None,
        has_system_identity=None if isinstance(kinds, Mark) else "SystemAssigned" in str(kinds),
        user_identities=tuple(each for each in listed if isinstance(each, str))
        if isinstance(listed, list | Mapping)
        else (),
        principal_id=resource.text("identity", "principalId"),
    )


def _authority(given: object) -> str | None:
    encoded = given.get("encodedCertificate") if isinstance(given, Mapping) else None
    if isinstance(encoded, str):
        from backend_mtls.x509 import ca_certificate  # noqa: PLC0415 - what reads one takes long to load

        with suppress(ProblemError, ValueError, binascii.Error):
            return ca_certificate.read(base64.b64decode(encoded)).subject
    return None
