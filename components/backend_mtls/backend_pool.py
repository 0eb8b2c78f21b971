"""Several backends behind one id: the gateway shares the calls out among them.

Owns: one backend entity of type Pool.
Does not own: its members, which each have their URL and their TLS settings.
Source: learn.microsoft.com/azure/api-management/backends (load-balanced pools), REST 2024-05-01, Backend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import gate, placement
from backend_mtls.admission import tokens
from backend_mtls.admission.conflicts import BACKEND, Declaration
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.admission.inputs import Input, known
from backend_mtls.admission.place import Place
from backend_mtls.admission.tiers import CONSUMPTION
from backend_mtls.admission.verdict import Verdict
from backend_mtls.api_management import ApiManagement
from backend_mtls.errors import Problem, Step, Where
from backend_mtls.mtls_backend import MtlsBackend
from backend_mtls.placement import Placement
from backend_mtls.policy import mentions
from backend_mtls.workspace import Workspace

if TYPE_CHECKING:
    from backend_mtls.dicts import BackendPoolArgsDict


_HIGHEST = 100


@dataclass(frozen=True, kw_only=True)
class PoolMember:
    """One backend of a pool."""

    backend: MtlsBackend
    """The backend."""
    weight: Input[int] | None = None
    """Share of the calls among members of the same priority, 0-100. Left out: every member gets the same."""
    priority: Input[int] | None = None
    """0-100; the lowest number is called first, the next ones when its members are tripped. Left out: all the same."""


@dataclass(frozen=True, kw_only=True)
class BackendPoolArgs:
    """A pool of backends of one service."""

    service: ApiManagement | None = None
    """The service that calls the backends, not one on Consumption, which has no pools. Left out, with the workspace:
    where the first member stands."""
    workspace: Workspace | None = None
    """The workspace that it belongs to. Left out: that of the first member, or with `service` the service itself."""
    members: Sequence[PoolMember]
    """At least one backend; pools cannot be nested."""
    backend_id: str | None = None
    """Id of the pool, 1-80 characters, known at plan time: policies name it. Left out: the component's name."""
    description: Input[str] | None = None
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
    placement: Placement
    """The service, and the workspace, that it belongs to."""
    resource: Any
    """The azure-native resource; what refers to it is created after it and deleted before it."""

    def __init__(
        self, name: str, args: "BackendPoolArgs | BackendPoolArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        place = f"BackendPool {name}"
        args = gate.arguments(place, args, BackendPoolArgs)
        entry = gate.Entry(place, opts)
        if not args.members:
            found = _problem(("members",), "none", "at least one backend", "name its members, or use one backend")
            raise gate.refused(place, [found])
        self.placement = placement.of(place, args.service, args.workspace, args.members[0].backend.placement)
        self.backend_id = name if args.backend_id is None else args.backend_id
        self.validation = ", ".join(sorted({member.backend.validation for member in args.members}))
        members = [(each.backend.backend_id, each.weight, each.priority) for each in args.members]
        entry.check(_verdict, self.backend_id, members, self.placement.facts)
        entry.refuse(_elsewhere(args, self.placement.key))
        super().__init__(
            tokens.of("BackendPool"),
            name,
            {},
            entry.options,
        )
        self.resource = self.placement.choose(apimanagement.Backend, apimanagement.WorkspaceBackend)(
            name,
            **self.placement.names,
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
                depends_on=[*self.placement.resources, *(member.backend.resource for member in args.members)],
                delete_before_replace=False,  # a policy still routes to the old one
            ),
        )
        entry.named(self, self.resource, self.placement.key, (mentions.BACKEND_ID, self.backend_id))
        self.register_outputs({"backendId": self.backend_id, "validation": self.validation})


def _verdict(
    backend_id: str, members: Sequence[tuple[str, Input[int] | None, Input[int] | None]], place: Place
) -> Verdict:
    found = id_problems(backend_id, "backend_id")
    if known(place.service.sku) == CONSUMPTION:
        found.append(_problem(("service",), place.service.key, "a service on another tier", "use one backend"))
    seen = set()
    for index, (member, weight, priority) in enumerate(members):
        if member in seen:
            fix = "name it once, with a higher weight"
            found.append(_problem(("members", index), member, "each backend once", fix))
        seen.add(member)
        for kind, given in (("weight", weight), ("priority", priority)):
            value = known(given)
            if value is not None and not 0 <= value <= _HIGHEST:
                found.append(_problem(("members", index, kind), str(value), f"0-{_HIGHEST}", "correct it"))
    declaration = Declaration(kind=BACKEND, owner=place.key, value=backend_id, where=Where.of("backend_id"))
    return Verdict(problems=found, declarations=[declaration])


def _elsewhere(args: BackendPoolArgs, here: str) -> list[Problem]:
    places = [(index, each.backend.placement.key) for index, each in enumerate(args.members)]
    return [
        _problem(("members", index), f"a backend on {place}", f"backends on {here}", "declare it where the pool is")
        for index, place in places
        if place != here
    ]


def _problem(steps: Sequence[Step], got: str, allowed: str, fix: str) -> Problem:
    what = "The pool of backends would be refused"
    return Problem(what=what, where=Where.of(*steps), got=got, allowed=allowed, fix=fix)
