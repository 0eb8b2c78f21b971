r"""What uses a certificate or a backend: such an entity cannot be deleted.

That certificates must first be removed from all policies is documented; the text mirrors that of policy fragments
("The Policy Fragment 'x' is used by the following entities:\r\n/policies/policy\r\n"): inferred.
"""

from collections.abc import Iterable, Iterator

from local.azure import policy
from local.azure.arm.errors import ArmError
from local.azure.arm.paths import home_of, name_of, service_of
from local.azure.store import Entity, Json, Store


def policies_with(store: Store, home_id: str, references: dict[str, str]) -> Iterator[str]:
    """Ids of the policies and fragments of a service or a workspace that refer to one of the values, by kind."""
    wanted = {(kind, value.lower()) for kind, value in references.items()}
    for entity in store.below(home_id):
        text = entity.private.get("rawxml", "")
        if home_of(entity.id).lower() != home_id.lower():
            continue  # a workspace's policies refer to the workspace's entities
        if any(value in text.lower() for _, value in wanted) and any(
            (reference.kind, reference.value.lower()) in wanted for reference in policy.references(policy.parse(text))
        ):
            yield entity.id


def backends_with(store: Store, home_id: str, certificate: Entity) -> Iterator[str]:
    """Ids of the backends of a service or a workspace whose credentials name the certificate."""
    thumbprint = certificate.body["properties"].get("thumbprint", "")
    for backend in store.children(home_id, "backends"):
        credentials: Json = backend.body["properties"].get("credentials") or {}
        names = {name_of(one).lower() for one in credentials.get("certificateIds") or ()}
        if name_of(certificate.id).lower() in names or thumbprint in (credentials.get("certificate") or ()):
            yield backend.id


def gateways_with(store: Store, service_id: str, certificate: Entity) -> Iterator[str]:
    """Ids of the certificate authorities of self-hosted gateways that the certificate is."""
    for gateway in store.children(service_id, "gateways"):
        authority = store.get(f"{gateway.id}/certificateAuthorities/{name_of(certificate.id)}")
        if authority:
            yield authority.id


def pools_with(store: Store, home_id: str, backend: Entity) -> Iterator[str]:
    """Ids of the backend pools of a service or a workspace that name the backend."""
    for pool in store.children(home_id, "backends"):
        services = (pool.body["properties"].get("pool") or {}).get("services") or ()
        if backend.id.lower() in {str(service.get("id", "")).lower() for service in services}:
            yield pool.id


def refuse_if_used(title: str, entity: Entity, users: Iterable[str]) -> None:
    """Raises when there is a user."""
    service_id = service_of(entity.id)
    lines = "".join(f"{user[len(service_id) :]}\r\n" for user in users)
    if lines:
        message = f"The {title} '{name_of(entity.id)}' is used by the following entities:\r\n{lines}"
        raise ArmError(400, "ValidationError", message)
