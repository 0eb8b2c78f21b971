"""What a policy has to know of a backend, or of a pool, to route to it."""

from dataclasses import dataclass

import pulumi

from backend_mtls.placement import Placement


@dataclass(frozen=True, kw_only=True)
class BackendReference:
    """A backend entity, whatever component it belongs to."""

    placement: Placement
    """Where it stands."""
    backend_id: str
    """Its id; known at preview."""
    validation: str
    """How the server certificate is validated, in words; known at preview."""
    resource: pulumi.Resource | None = None
    """The entity, which the policy is created after and deleted before. Left out: not registered yet."""
