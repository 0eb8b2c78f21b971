"""What a caller gets at each API, product or operation: what is presented to whom, and how the server is validated."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_mtls.policy.outline import OwnedPolicy

from rules.backend import Backend, Part, Validation
from rules.certificate import Certificate
from rules.graph import UNKNOWN, Resource
from rules.inheritance import flow
from rules.policy import Policy, literal
from rules.setup import Api, Setup

UNKNOWN_TEXT = UNKNOWN.value


@dataclass(frozen=True, kw_only=True)
class Route:
    """One scope at which calls are told apart."""

    key: str
    """URN of what stands for it: the API, otherwise the policy."""
    label: str
    """As a reader knows it: `orders`, `operation get-order of API orders`, `product premium`, `service`."""
    scope: str
    """`api`, `operation`, `product`, `workspace` or `service`."""
    owner: str | None
    """Its service, and its workspace."""
    api: Api | None
    """The API, if it is in the graph."""
    policy: Policy | None
    """The policy of the scope itself; None when it inherits everything."""
    presented: OwnedPolicy | None
    """The element that presents a certificate, here or in a policy around; None when there is none."""
    presented_by: Policy | None
    """The policy that it stands in."""
    certificate: Certificate | None
    """The certificate, if it is in the graph."""
    url: str | None
    """A literal `base-url` that overrides the backend."""
    backend: Backend | None
    """The backend, if it is in the graph."""
    members: tuple[Backend, ...]
    """The backends of a pool; otherwise the backend alone."""
    authorities: str
    """Whom the gateway trusts for backends, in words."""

    def weakest(self, part: Part) -> Validation | None:
        """The weakest of its backends' validations, as `on` sorts: off, not known, on; None where there is none."""
        if not self.members or self.url:
            return None
        order = (False, None, True)
        return min((each.validations[part] for each in self.members), key=lambda each: order.index(each.on))

    @property
    def is_known(self) -> bool:
        """Whether the text of its policy can be read: otherwise nobody knows what it presents, and to whom."""
        return self.policy is None or self.policy.is_readable

    @property
    def reference(self) -> str:
        """How the policy names the certificate."""
        if self.presented is None:
            return UNKNOWN_TEXT if self.policy and self.policy.document is None else "none"
        for attribute in ("certificate-id", "thumbprint", "body"):
            value = self.presented.attributes.get(attribute)
            if value:
                return attribute if attribute == "body" else f"{attribute} {value}"
        return "none"


def routes(setup: Setup) -> dict[str, Route]:
    """Every route by its key, in the order of the graph."""
    found = {}
    with_policy = set()
    for policy in setup.policies:
        if policy.scope == "fragment":
            continue
        api = setup.api_of(policy) if policy.scope in ("api", "operation") else None
        key = api.resource.urn if api and policy.scope == "api" else policy.resource.urn
        with_policy.add(key)
        found[key] = _route(setup, key, policy, api)
    for api in setup.apis:
        if api.resource.urn not in with_policy:
            found[api.resource.urn] = _route(setup, api.resource.urn, None, api)
    order = {each.urn: place for place, each in enumerate(setup.graph.resources)}
    return dict(sorted(found.items(), key=lambda each: order.get(each[0], 0)))


def _route(setup: Setup, key: str, policy: Policy | None, api: Api | None) -> Route:
    owner = policy.owner if policy else api.owner if api else None
    met = _met(setup, policy, owner)
    presented = next((each for each in reversed(met) if each[1].name == "authentication-certificate"), None)
    routed = next((each for each in reversed(met) if each[1].name == "set-backend-service"), None)
    backend = setup.backend_of(routed[1], routed[0]) if routed else None
    return Route(
        key=key,
        label=policy.label.removeprefix("API ") if policy else api.label if api else key,
        scope=policy.scope if policy else "api",
        owner=owner,
        api=api,
        policy=policy,
        presented=presented[1] if presented else None,
        presented_by=presented[0] if presented else None,
        certificate=setup.certificate_of(presented[1], presented[0]) if presented else None,
        url=literal(routed[1].attributes.get("base-url")) if routed else None,
        backend=backend,
        members=_members(setup, backend),
        authorities=_authorities(setup, owner),
    )


def _met(setup: Setup, policy: Policy | None, owner: str | None) -> tuple[tuple[Policy, OwnedPolicy], ...]:
    """(document, element) of what a call meets, the last one decides; an API without a policy of its own inherits."""
    if policy is None:
        outer = (setup.policy_at(*place) for place in setup.places_around(owner, "api", None))
        policy = next((each for each in outer if each), None)
    return flow(setup, policy).elements if policy else ()


def _members(setup: Setup, backend: Backend | None) -> tuple[Backend, ...]:
    if backend is None:
        return ()
    return tuple(setup.members_of(backend)) if backend.is_pool else (backend,)


def _authorities(setup: Setup, owner: str | None) -> str:
    service = setup.service_of(owner)
    if service is None:
        return "those of the existing service"
    if service.authorities is None:
        return UNKNOWN_TEXT
    if not service.authorities:
        return "public authorities"
    if not service.trusts_own_authorities:
        return f"public authorities ({service.sku} does not use the service's own)"
    named = [each or "an authority that cannot be read" for each in service.authorities]
    return f"public authorities, {', '.join(named)}"


def touches(route: Route) -> Iterator[Resource]:
    """Every resource that has a part in a route."""
    for policy in {each.resource.urn: each for each in (route.policy, route.presented_by) if each}.values():
        yield policy.resource
    for part in (route.api, route.certificate, route.backend, *route.members):
        if part:
            yield part.resource
