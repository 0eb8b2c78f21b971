"""A deployment read as a set-up: services, certificates, backends, APIs, policies, vaults, and how they refer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from backend_mtls.policy.outline import OwnedPolicy

from rules import backend, certificate, policy, service, vault
from rules.backend import Backend
from rules.certificate import Certificate
from rules.graph import Graph, Resource
from rules.places import entity_id, owner_of, service_part, without_revision
from rules.policy import Policy, literal
from rules.service import Service
from rules.vault import Grant, Vault

Place = tuple[str | None, str, str | None]
"""Owner, scope, and id of the API, product or fragment there; of an operation `<API>/<operation>`."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """One API."""

    resource: Resource
    """The azure-native resource."""
    owner: str | None
    """Its service, and its workspace."""
    api_id: str | None
    """Its id there; of a revision that is not current `orders;rev=1`."""
    path: str | None
    """Path under the gateway's URL."""
    subscription_required: bool | None
    """Whether callers need a subscription key; None when nothing is said (Azure's default: they do)."""

    @property
    def label(self) -> str:
        """As a reader knows it."""
        return self.api_id or self.resource.name


class Setup:
    """The set-up of one graph. Everything is read when it is first asked for."""

    def __init__(self, graph: Graph, previous: "Setup | None" = None) -> None:
        self.graph = graph
        """The resources themselves."""
        self._previous = previous

    @cached_property
    def previous(self) -> "Setup | None":
        """The set-up before the change; None where it is not known."""
        return self._previous or (Setup(self.graph.previous) if self.graph.previous else None)

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services that the stack owns."""
        return tuple(service.read(each) for each in self.graph.of_type(*service.TYPES))

    @cached_property
    def certificates(self) -> tuple[Certificate, ...]:
        """The client certificates."""
        return tuple(certificate.read(self.graph, each) for each in self.graph.of_type(*certificate.TYPES))

    @cached_property
    def backends(self) -> tuple[Backend, ...]:
        """The backends, pools included."""
        return tuple(backend.read(self.graph, each) for each in self.graph.of_type(*backend.TYPES))

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies of every scope."""
        return tuple(policy.read(self.graph, each) for each in self.graph.of_type(*policy.TYPES))

    @cached_property
    def apis(self) -> tuple[Api, ...]:
        """The APIs."""
        return tuple(self._api(each) for each in self.graph.of_type("apimanagement:Api", "apimanagement:WorkspaceApi"))

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """Who may read which vault."""
        return vault.grants(self.graph)

    @cached_property
    def vaults(self) -> tuple[Vault, ...]:
        """The vaults that the stack owns."""
        return vault.vaults(self.graph)

    @cached_property
    def _certificates_by_name(self) -> dict[tuple[str | None, str, str], Certificate]:
        found = {}
        for each in self.certificates:
            if each.certificate_id:
                found[each.owner, "certificate-id", each.certificate_id.lower()] = each
            if each.thumbprint:
                found[each.owner, "thumbprint", each.thumbprint.lower()] = each
        return found

    @cached_property
    def _backends_by_id(self) -> dict[tuple[str | None, str], Backend]:
        return {(each.owner, each.backend_id.lower()): each for each in self.backends if each.backend_id}

    @cached_property
    def _services_by_key(self) -> dict[str | None, Service]:
        return {each.key: each for each in self.services}

    def service_of(self, owner: str | None) -> Service | None:
        """The service of an entity, if the stack owns it."""
        return self._services_by_key.get(service_part(owner))

    def certificate_named(self, owner: str | None, attribute: str, value: str) -> Certificate | None:
        """The certificate of this `certificate-id` or `thumbprint`, if it is in the graph."""
        return self._certificates_by_name.get((owner, attribute, value.lower()))

    def certificate_of(self, element: OwnedPolicy, by: Policy) -> Certificate | None:
        """The certificate that an `authentication-certificate` presents, if it is in the graph."""
        for attribute in ("certificate-id", "thumbprint"):
            value = literal(element.attributes.get(attribute))
            if value:
                return self.certificate_named(by.owner, attribute, value)
        return None

    def backend_named(self, owner: str | None, backend_id: str) -> Backend | None:
        """The backend of this id, if it is in the graph."""
        return self._backends_by_id.get((owner, backend_id.lower()))

    def backend_of(self, element: OwnedPolicy, by: Policy) -> Backend | None:
        """The backend that a `set-backend-service` routes to, if it is in the graph."""
        value = literal(element.attributes.get("backend-id"))
        return self.backend_named(by.owner, value) if value else None

    def members_of(self, pool: Backend) -> Iterator[Backend]:
        """The backends of a pool that are in the graph."""
        listed = pool.resource.get("pool", "services")
        for each in listed if isinstance(listed, list) else ():
            identity = each.get("id") if isinstance(each, dict) else None
            if isinstance(identity, str):
                found = self._backends_by_id.get((pool.owner, identity.rpartition("/")[2].lower()))
                if found:
                    yield found

    @cached_property
    def naming(self) -> dict[tuple[str, str, str], list[tuple[Policy, str]]]:
        """(owner, attribute, value in lower case) -> the policies that name it, each with the value as it is written.

        The attributes are `certificate-id`, `thumbprint` and `backend-id`.
        """
        found: dict[tuple[str, str, str], list[tuple[Policy, str]]] = {}
        for each in self.policies:
            routed = {("backend-id", one.attributes.get("backend-id", "")) for one in each.routed}
            for attribute, value in (*each.content.mentions, *sorted(routed)):
                if each.owner is not None:
                    found.setdefault((each.owner, attribute, value.lower()), []).append((each, value))
        return found

    @cached_property
    def policy_of(self) -> dict[str, Policy]:
        """URN -> policy."""
        return {each.resource.urn: each for each in self.policies}

    @cached_property
    def outer_policies(self) -> dict[str, tuple[Policy, ...]]:
        """URN of a policy -> those of the API, the workspace and the service around it.

        A product's is not among them: whether it applies depends on the caller's key.
        """
        return {each.resource.urn: tuple(self._around(each)) for each in self.policies}

    @cached_property
    def inner_policies(self) -> dict[str, list[Policy]]:
        """URN of a policy -> the policies that it is around."""
        found: dict[str, list[Policy]] = {}
        for each in self.policies:
            for outer in self.outer_policies[each.resource.urn]:
                found.setdefault(outer.resource.urn, []).append(each)
        return found

    @cached_property
    def _policies_by_place(self) -> dict[Place, Policy]:
        return {(each.owner, each.scope, each.place_id): each for each in self.policies}

    def policy_at(self, owner: str | None, scope: str, scope_id: str | None = None) -> Policy | None:
        """The policy of one scope."""
        return self._policies_by_place.get((owner, scope, scope_id))

    def places_around(self, owner: str | None, scope: str, api_id: str | None) -> Iterator[Place]:
        """The scopes around one, the nearest first. None around a fragment: it has no place of its own."""
        if scope == "operation":
            yield owner, "api", api_id
        if scope not in ("workspace", "service", "fragment") and service_part(owner) != owner:
            yield owner, "workspace", None
        if scope not in ("service", "fragment"):
            yield service_part(owner), "service", None

    def _around(self, inner: Policy) -> Iterator[Policy]:
        for owner, scope, scope_id in self.places_around(inner.owner, inner.scope, inner.api_id):
            found = self.policy_at(owner, scope, scope_id)
            if found and inner.owner is not None and (scope != "api" or scope_id is not None):
                yield found

    def _api(self, resource: Resource) -> Api:
        required = resource.get("subscriptionRequired")
        identity, path = entity_id(resource, "apiId"), resource.text("path")
        _, revised, number = (identity or "").partition(";rev=")
        return Api(
            resource=resource,
            owner=owner_of(self.graph, resource),
            api_id=identity,
            path=f"{path}{revised}{number}" if path is not None else None,  # where a revision is called
            subscription_required=required if isinstance(required, bool) else None,
        )

    @cached_property
    def _apis_by_id(self) -> dict[tuple[str | None, str | None], Api]:
        by_base = {(each.owner, without_revision(each.api_id)): each for each in self.apis if each.api_id}
        return by_base | {(each.owner, each.api_id or each.resource.urn): each for each in self.apis}

    def api_of(self, of: Policy) -> Api | None:
        """The API of a policy, if it is in the graph."""
        return self.api_at(of.owner, of.api_id)

    def api_at(self, owner: str | None, api_id: str | None) -> Api | None:
        """The API of this id, if it is in the graph."""
        if api_id is None:
            return None
        return self._apis_by_id.get((owner, api_id)) or self._apis_by_id.get((owner, without_revision(api_id)))

    def products_of(self, owner: str | None, api_id: str | None) -> list[str]:
        """The products, by id, that have an API and a policy, as far as the graph says."""
        return self._products_by_api.get((owner, without_revision(api_id)), [])

    @cached_property
    def _products_by_api(self) -> dict[tuple[str | None, str | None], list[str]]:
        found: dict[tuple[str | None, str | None], list[str]] = {}
        for each in self.graph.of_type("apimanagement:ProductApi", "apimanagement:WorkspaceProductApiLink"):
            owner, product_id, api_id = owner_of(self.graph, each), each.text("productId"), each.text("apiId")
            if product_id and api_id and self.policy_at(owner, "product", product_id):
                found.setdefault((owner, api_id.rpartition("/")[2].partition(";rev=")[0]), []).append(product_id)
        return found
