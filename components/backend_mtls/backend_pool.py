"""Several backends behind one id: the gateway shares the calls out among them.

Owns: one backend entity of type Pool.
Does not own: its members, which each have their URL and their TLS settings.
Source: learn.microsoft.com/azure/api-management/backends (load-balanced pools), REST 2024-05-01, Backend.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import gate
from backend_mtls.admission.conflicts import BACKEND, Declaration
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.api_management import ApiManagement
from backend_mtls.errors import Problem, located
from backend_mtls.mtls_backend import MtlsBackend
from backend_mtls.placement import Placement
from backend_mtls.workspace import Workspace

_HIGHEST = 100


@dataclass(frozen=True, kw_only=True)
class PoolMember:
    """One backend of a pool."""

    backend: MtlsBackend
    """The backend."""
    weight: int | None = None
    """Share of the calls among members of the same priority, 0-100. Left out: every member gets the same."""
    priority: int | None = None
    """0-100; the lowest number is called first, the next ones when its members are tripped. Left out: all the same."""


@dataclass(frozen=True, kw_only=True)
class BackendPoolArgs:
    """A pool of backends of one service."""

    service: ApiManagement
    """The service that calls the backends. Not one on Consumption, which has no pools."""
    workspace: Workspace | None = None
    """The workspace that it belongs to. Left out: the service itself."""
    members: Sequence[PoolMember]
    """At least one backend; pools cannot be nested."""
    backend_id: str | None = None
    """Id of the pool, 1-80 characters. Left out: the component's name."""
    description: str | None = None
    """Shown in the portal. Left out: none."""


class BackendPool(pulumi.ComponentResource):
    """A pool. It is created after its members and deleted before them.

    Refuses an empty pool, a member twice, weights and priorities outside 0-100, a service on Consumption, and an id
    that another backend has.
    """

    backend_id: str
    """Id of the pool; known at preview."""
    validation: str
    """How the members' server certificates are validated, in words; known at preview."""

    def __init__(self, name: str, args: BackendPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        gate.check_types(f"BackendPool {name}", args, BackendPoolArgs)
        place, where = Placement(args.service, args.workspace), f"BackendPool {name}"
        self.placement = place
        self.backend_id = name if args.backend_id is None else args.backend_id
        self.validation = ", ".join(sorted({member.backend.validation for member in args.members}))
        declaration = Declaration(kind=BACKEND, owner=place.key, value=self.backend_id, where=f"{where}: backend_id")
        super().__init__(
            "backend-mtls:index:BackendPool",
            name,
            {},
            gate.options(opts, located(where, _problems(args, self.backend_id)), [declaration]),
        )
        self.resource = place.choose(apimanagement.Backend, apimanagement.WorkspaceBackend)(
            name,
            **place.names,
            backend_id=self.backend_id,
            type="Pool",
            description=args.description,
            pool=apimanagement.BackendBaseParametersPoolArgs(
                services=[
                    apimanagement.BackendPoolItemArgs(
                        id=member.backend.resource_id, weight=member.weight, priority=member.priority
                    )
                    for member in args.members
                ]
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*place.resources, *(member.backend.resource for member in args.members)],
                delete_before_replace=False,  # a policy still routes to the old one
            ),
        )
        self.register_outputs({"backendId": self.backend_id, "validation": self.validation})


def _problems(args: BackendPoolArgs, backend_id: str) -> list[Problem]:
    found = id_problems(backend_id, "backend_id")
    if args.service.sku == "Consumption":
        found.append(_problem("service", args.service.service_name, "a service on another tier", "use one backend"))
    if not args.members:
        found.append(_problem("members", "none", "at least one backend", "name its members, or use one backend"))
    seen: list[MtlsBackend] = []
    for index, member in enumerate(args.members):
        if member.backend in seen:
            fix = "name it once, with a higher weight"
            found.append(_problem(f"members[{index}]", member.backend.backend_id, "each backend once", fix))
        seen.append(member.backend)
        for kind, value in (("weight", member.weight), ("priority", member.priority)):
            if value is not None and not 0 <= value <= _HIGHEST:
                found.append(_problem(f"members[{index}].{kind}", str(value), f"0-{_HIGHEST}", "correct it"))
    return found


def _problem(where: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what="The pool of backends would be refused", where=where, got=got, allowed=allowed, fix=fix)
