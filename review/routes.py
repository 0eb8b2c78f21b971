"""What a caller gets at each API, product or operation: every outcome of its policies, and what they demand of him."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from review import calls
from review.calls import Calls
from rules import evaluation, guards
from rules.backend import Backend
from rules.certificate import Certificate
from rules.elements import CREDENTIALS, REQUESTS
from rules.graph import UNKNOWN, Resource
from rules.guards import Guard
from rules.outcome import Evaluated, Literal, Met, Outcome
from rules.policy import Policy
from rules.setup import Api, Place, Setup

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
    calls: tuple[Calls, ...]
    """Every outcome of its calls."""
    guards: tuple[Guard, ...]
    """What its policies, and those around, demand of a caller."""
    credentials: tuple[Met, ...]
    """With what they show the backend who the gateway is, beside a certificate."""
    requests: tuple[Met, ...]
    """What they call by themselves."""
    unknown: tuple[str, ...]
    """What of them is not known, in words."""
    authorities: str
    """Whom the gateway trusts for backends, in words."""

    @property
    def is_known(self) -> bool:
        """Whether it is known what it presents, and to whom."""
        return not self.unknown and not any(each.presented.is_unknown or each.routed.is_unknown for each in self.calls)

    @property
    def certificates(self) -> list[Certificate]:
        """The certificates of the graph that it presents, each once."""
        found = (each.certificate for each in self.calls)
        return list({each.resource.urn: each for each in found if each}.values())

    @property
    def members(self) -> list[Backend]:
        """The backends of the graph that it calls, each once."""
        return list({one.resource.urn: one for each in self.calls for one in each.members}.values())


def routes(setup: Setup, also: Setup) -> dict[str, Route]:
    """Every route by its key, in the order of the graph; with what is left of a policy that only `also` has."""
    found = {}
    with_policy = set()
    for policy in setup.policies:
        if policy.scope != "fragment":
            key = _key(setup, policy)
            with_policy.add(key)
            found[key] = _route(setup, key, policy, evaluation.place_of(policy), policy.api_id)
    for api in setup.apis:
        if api.resource.urn not in with_policy:
            place = (api.owner, "api", api.api_id or api.resource.urn)
            found[api.resource.urn] = replace(_route(setup, api.resource.urn, None, place, place[2]), api=api)
    order = {each.urn: place for place, each in enumerate(setup.graph.resources)}
    ordered = dict(sorted(found.items(), key=lambda each: order.get(each[0], 0)))
    return ordered | {key: route for key, route in _inheriting(setup, also) if key not in ordered}


def _inheriting(setup: Setup, also: Setup) -> Iterator[tuple[str, Route]]:
    """What the calls get where only the other set-up has a policy: what is around it."""
    for policy in also.policies:
        if policy.scope in ("fragment", "api") or policy.owner is None:
            continue  # an API stands for itself
        key, place = policy.resource.urn, evaluation.place_of(policy)
        if setup.policy_at(*place) is None and _is_there(setup, policy):
            yield key, replace(_route(setup, key, None, place, policy.api_id, absent=True), label=_label(policy))


def _is_there(setup: Setup, policy: Policy) -> bool:
    """Whether the graph has what the policy is of, or something in it."""
    if policy.scope == "operation":
        return setup.api_of(policy) is not None
    return setup.service_of(policy.owner) is not None or any(each.owner == policy.owner for each in setup.apis)


def _key(setup: Setup, policy: Policy) -> str:
    api = setup.api_of(policy) if policy.scope == "api" else None
    return api.resource.urn if api else policy.resource.urn


def _label(policy: Policy) -> str:
    return policy.label.removeprefix("API ")


def _route(
    setup: Setup, key: str, policy: Policy | None, place: Place, api_id: str | None, *, absent: bool = False
) -> Route:
    owner, scope, scope_id = place
    evaluated = evaluation.at(setup, place, api_id, absent=absent)
    api = setup.api_at(owner, api_id) if scope in ("api", "operation") else None
    return Route(
        key=key,
        label=_label(policy) if policy else api.label if api else scope_id or scope,
        scope=scope,
        owner=owner,
        api=api,
        policy=policy,
        calls=tuple(calls.read(setup, each) for each in _outcomes(setup, place, api_id, evaluated)),
        guards=tuple(guards.of(evaluated)),
        credentials=tuple(each for each in evaluated.met if each.element.name in CREDENTIALS),
        requests=tuple(each for each in evaluated.met if each.policy and each.element.name in REQUESTS),
        unknown=(*evaluated.outside, *evaluated.unknown),
        authorities=_authorities(setup, owner),
    )


def _outcomes(setup: Setup, place: Place, api_id: str | None, evaluated: Evaluated) -> Iterable[Outcome]:
    """With those of calls with a product's key, where its policy makes a difference."""
    with_key: list[Outcome] = []
    without: tuple[Literal, ...] = ()
    for product in setup.products_of(place[0], api_id) if place[1] in ("api", "operation") else ():
        said = f"the key is of product {product}"
        others = evaluation.at(setup, place, api_id, product).outcomes
        if _decided(others) != _decided(evaluated.outcomes):
            with_key += [_under(each, (Literal(said, holds=True),)) for each in others]
            without = (*without, Literal(said, holds=False))
    return [*(_under(each, without) for each in evaluated.outcomes), *with_key]


def _under(outcome: Outcome, way: tuple[Literal, ...]) -> Outcome:
    return replace(outcome, ways=tuple((*way, *each) for each in outcome.ways)) if way else outcome


def _decided(outcomes: Iterable[Outcome]) -> set[tuple[object, ...]]:
    return {(each.ways, each.presented.words, each.routed.words, each.ended) for each in outcomes}


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
    policies = [route.policy, *(each.presented_by for each in route.calls), *(each.policy for each in route.guards)]
    yield from {each.resource.urn: each.resource for each in policies if each}.values()
    pools = (each.pool for each in route.calls)
    for part in (route.api, *route.certificates, *route.members, *pools):
        if part:
            yield part.resource
