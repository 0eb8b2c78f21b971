"""Products, the APIs in them, and the subscriptions to them."""

import pytest

from tests.local.azure.arm.conftest import Service

PRODUCT = "/products/starter"


def put(service: Service, **properties: object) -> tuple[int, list[str]]:
    answer = service.put(PRODUCT, {"properties": {"displayName": "Starter", **properties}})
    return answer.status, [detail["message"] for detail in (answer.body.get("error") or {}).get("details") or ()]


def test_one_is_written_changed_listed_and_deleted(service: Service) -> None:
    assert put(service)[0] == 201
    assert put(service, description="For everyone", state="published", subscriptionsLimit=3)[0] == 200
    body = service.get(PRODUCT).body
    assert (body["id"], body["type"]) == (f"{service.path}{PRODUCT}", "Microsoft.ApiManagement/service/products")
    assert body["properties"] == {
        "displayName": "Starter",
        "description": "For everyone",
        "subscriptionRequired": True,
        "approvalRequired": False,
        "subscriptionsLimit": 3,
        "state": "published",
    }
    assert [one["name"] for one in service.get("/products").body["value"]] == ["starter"]
    assert service.delete_entity(PRODUCT).status == 200
    assert service.get(PRODUCT).error["message"] == "Product not found."


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"displayName": None}, "'displayName' should not be empty."),
        ({"state": "open"}, "'state' has an invalid value 'open'. Allowed: notPublished, published."),
        ({"subscriptionsLimit": 0}, "'subscriptionsLimit' must be a whole number of at least 1."),
        (
            {"subscriptionRequired": False, "approvalRequired": True},
            "'approvalRequired' can only be present when 'subscriptionRequired' is true.",
        ),
    ],
)
def test_bad_input_is_refused(service: Service, properties: dict[str, object], message: str) -> None:
    assert put(service, **properties) == (400, [message])


def test_an_api_is_put_into_one_and_taken_out(service: Service) -> None:
    service.add_api()
    put(service)
    member = f"{PRODUCT}/apis/orders"
    head = service.azure.arm("HEAD", service.path + member)
    assert (head.status, service.put(f"{PRODUCT}/apis/none", {}).status) == (404, 404)
    assert service.put(member, {}).body["properties"]["path"] == "orders"
    assert service.put(member, {}).status == 200
    assert service.azure.arm("HEAD", service.path + member).status == 204
    assert [one["name"] for one in service.get(f"{PRODUCT}/apis").body["value"]] == ["orders"]
    assert service.delete_entity(member).status == 200
    assert service.delete_entity(member).status == 204


def test_a_link_names_an_api_that_exists(service: Service) -> None:
    put(service)
    link = {"properties": {"apiId": f"{service.path}/apis/orders"}}
    refused = service.put(f"{PRODUCT}/apiLinks/one", link)
    assert refused.error["details"][0]["target"] == "apiId"
    service.add_api()
    assert service.put(f"{PRODUCT}/apiLinks/one", link).status == 201
    assert service.get(f"{PRODUCT}/apiLinks/one").body["properties"] == link["properties"]


def test_an_api_that_is_deleted_leaves_its_products_for_good(service: Service) -> None:
    service.add_api()
    service.add_api("other")
    product = service.add_product("starter", "orders", "other")
    assert service.put(f"{product}/apis/orders", {}).status == 201
    service.subscribe("/apis/orders", "key-1")
    service.delete_entity("/apis/orders")
    service.add_api()
    assert [one["name"] for one in service.get(f"{product}/apiLinks").body["value"]] == ["other"]
    assert service.get(f"{product}/apis").body["value"] == []
    assert service.call("/orders", "key-1").status == 401


def test_with_subscriptions_one_is_deleted_only_together_with_them(service: Service) -> None:
    put(service)
    assert service.subscribe(PRODUCT, "mine").status == 201
    assert service.subscribe("/apis", "every").status == 201
    refused = service.delete_entity(PRODUCT)
    assert refused.error["message"] == (
        "Product 'starter' has 1 subscriptions; delete them first, or send deleteSubscriptions=true."
    )
    assert service.delete_entity(f"{PRODUCT}?deleteSubscriptions=true").status == 200
    assert service.get("/subscriptions/mine").status == 404
    assert service.get("/subscriptions/every").status == 200


class TestSubscriptions:
    """Who may call: a scope, a state, and two keys that only listSecrets tells."""

    def test_a_key_that_is_not_given_is_generated_and_stays(self, service: Service) -> None:
        body = {"properties": {"displayName": "Mine", "scope": "/apis"}}
        assert service.put("/subscriptions/mine", body).status == 201
        keys = service.azure.arm("POST", f"{service.path}/subscriptions/mine/listSecrets").body
        assert (len(keys["primaryKey"]), len(keys["secondaryKey"])) == (32, 32)
        assert service.put("/subscriptions/mine", body).status == 200
        assert service.azure.arm("POST", f"{service.path}/subscriptions/mine/listSecrets").body == keys

    def test_a_given_key_is_kept_and_never_shown(self, service: Service) -> None:
        answer = service.subscribe("/apis", "given-key-1")
        assert "given-key-1" not in str(answer.body["properties"] | {"displayName": ""})
        secrets = service.azure.arm("POST", f"{service.path}/subscriptions/given-key-1/listSecrets").body
        assert secrets["primaryKey"] == "given-key-1"

    def test_without_a_state_it_waits_for_approval(self, service: Service) -> None:
        service.add_api(serviceUrl="https://localhost:1")
        assert service.subscribe("/apis", "key-1", state=None).body["properties"]["state"] == "submitted"
        assert service.call("/orders", "key-1").status == 401
        assert service.subscribe("/apis", "key-1").status == 200
        assert service.call("/orders", "key-1").status == 500

    @pytest.mark.parametrize("scope", ["/apis/none", "/products/none", "/loggers/x"])
    def test_its_scope_has_to_exist(self, service: Service, scope: str) -> None:
        answer = service.subscribe(scope, "key-1")
        assert (answer.status, answer.error["details"][0]["target"]) == (400, "scope")

    def test_one_can_be_deleted(self, service: Service) -> None:
        service.subscribe("/apis", "key-1")
        assert service.delete_entity("/subscriptions/key-1").status == 200
        assert service.delete_entity("/subscriptions/key-1").status == 204
