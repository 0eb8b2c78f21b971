"""Who may call an API, and in the context of which product.

source: learn.microsoft.com/azure/api-management/api-management-subscriptions, "How API Management handles requests with
or without subscription keys": a product's key runs the product's policy, a key of an API, of all APIs or of the service
none; without a valid key an open product's policy runs. Whether a product is published does not matter
(api-management-howto-add-products). Inferred: a key of the service also opens the APIs of its workspaces.
"""

import secrets
from dataclasses import dataclass

from local.azure.store import Entity, Store

MISSING = (
    "Access denied due to missing subscription key. Make sure to include subscription key when making"
    " requests to an API."
)
INVALID = "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."


@dataclass(frozen=True, kw_only=True)
class _Product:
    id: str
    is_open: bool
    apis: frozenset[str]
    """Names in lower case."""


class Keys:
    """The subscriptions and products of a service and its workspaces (`homes`, the service first)."""

    def __init__(self, store: Store, homes: list[str]) -> None:
        self._service_id = homes[0]
        self._subscriptions = {home: store.children(home, "subscriptions") for home in homes}
        self._products = {
            home: [_product(store, entity) for entity in store.children(home, "products")] for home in homes
        }

    def admitted(self, home: str, api: str, key: str | None, *, required: bool) -> tuple[str | None, str | None]:
        """Ids of the product and of the subscription, or None; raises PermissionError with what the caller is told."""
        name = api.lower()
        members = [product for product in self._products[home] if name in product.apis]
        for subscription in self._with_key(home, key):
            scope = _scope(subscription, home)
            if scope in {"", "/apis", f"/apis/{name}"}:
                return None, subscription.id
            for product in members:
                if scope == _relative(product.id, home):
                    return product.id, subscription.id
        for subscription in self._with_key(self._service_id, key):
            if _scope(subscription, self._service_id) == "":
                return None, subscription.id
        for product in members:
            if product.is_open:
                return product.id, None
        if required:
            raise PermissionError(INVALID if key else MISSING)
        return None, None

    def _with_key(self, home: str, key: str | None) -> list[Entity]:
        return [one for one in self._subscriptions[home] if key and _is_active_with(one, key)]


def _product(store: Store, entity: Entity) -> _Product:
    linked = [link.body["properties"]["apiId"] for link in store.children(entity.id, "apiLinks")]
    names = [one.rpartition("/")[2].lower() for one in (*linked, *(a.id for a in store.children(entity.id, "apis")))]
    is_open = entity.body["properties"].get("subscriptionRequired") is False
    return _Product(id=entity.id, is_open=is_open, apis=frozenset(names))


def _is_active_with(subscription: Entity, key: str) -> bool:
    keys = (subscription.private.get("primaryKey", ""), subscription.private.get("secondaryKey", ""))
    is_active = subscription.body.get("properties", {}).get("state", "active") == "active"
    return is_active and any(known and secrets.compare_digest(known.encode(), key.encode()) for known in keys)


def _scope(subscription: Entity, home: str) -> str:
    return _relative(str(subscription.body.get("properties", {}).get("scope", "")), home)


def _relative(entity_id: str, home: str) -> str:
    return entity_id.lower().removeprefix(home.lower()).rstrip("/")
