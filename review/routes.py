"""What a caller gets at each API, product or operation: what is presented to whom, and how the server is validated."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.policy_outline import OwnedPolicy
from rules.backend import Backend
from rules.certificate import Certificate
from rules.graph import UNKNOWN, Resource
from rules.places import service_part
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
    chain = list(_chain(setup, policy, api))
    presented = next(((each.presented[-1], each) for each in chain if each.presented), None)
    routed = next(((each.routed[-1], each) for each in chain if each.routed), None)
    backend = setup.backend_of(*routed) if routed else None
    owner = policy.owner if policy else api.owner if api else None
    return Route(
        key=key,
        label=policy.label.removeprefix("API ") if policy else api.label if api else key,
        scope=policy.scope if policy else "api",
        owner=owner,
        api=api,
        policy=policy,
        presented=presented[0] if presented else None,
        presented_by=presented[1] if presented else None,
        certificate=setup.certificate_of(*presented) if presented else None,
        url=literal(routed[0].attributes.get("base-url")) if routed else None,
        backend=backend,
        members=_members(setup, backend),
        authorities=_authorities(setup, owner),
    )


def _chain(setup: Setup, policy: Policy | None, api: Api | None) -> Iterator[Policy]:
    """The policies that apply, the innermost first; what stands around one without `<base />` does not."""
    if policy is None:
        for scope, owner in (
            ("workspace", api.owner if api else None),
            ("service", service_part(api.owner if api else None)),
        ):
            found = setup.policy_at(owner, scope)
            if found:
                yield found
        return
    yield policy
    current = policy
    for outer in setup.outer_policies[policy.resource.urn]:
        if current.drops_base("inbound"):
            return
        yield outer
        current = outer


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
    named = [each.subject or "an authority that cannot be read" for each in service.authorities]
    return f"public authorities, {', '.join(named)}"


def touches(route: Route) -> Iterator[Resource]:
    """Every resource that has a part in a route."""
    for policy in {each.resource.urn: each for each in (route.policy, route.presented_by) if each}.values():
        yield policy.resource
    for part in (route.api, route.certificate, route.backend, *route.members):
        if part:
            yield part.resource
