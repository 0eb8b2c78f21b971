"""Which scopes' policies a call runs: service, workspace, product, API, operation; and which key opens it."""

import pytest
from planes import Service


def marking(name: str) -> str:
    """Appends the scope's name to a header of the answer, after what the enclosing scopes appended."""
    header = f'<set-header name="X-Scope" exists-action="append"><value>{name}</value></set-header>'
    return f"<policies><outbound><base />{header}</outbound></policies>"


def scopes(service: Service, path: str, key: str | None = None) -> str:
    answer = service.call(path, **({"Ocp_Apim_Subscription_Key": key} if key else {}))
    assert answer.status == 200
    return str(answer.headers["X-Scope"])


def subscribe(service: Service, scope: str, key: str, home: str = "") -> None:
    properties = {"scope": f"{service.id}{home}{scope}", "state": "active"}
    service.planes.put(f"{service.id}{home}/subscriptions/{key}", properties, {"primaryKey": key})


def product(service: Service, name: str, *apis: str, home: str = "", **properties: object) -> None:
    path = f"{home}/products/{name}"
    service.planes.put(service.id + path, {"displayName": name, **properties})
    for api in apis:
        service.planes.put(f"{service.id}{path}/apiLinks/{api}", {"apiId": f"{service.id}{home}/apis/{api}"})
    service.policy(marking(name), path)


@pytest.fixture
def orders(service: Service) -> Service:
    """The API `orders` in the product `starter`, every scope marking the answer; nobody is called."""
    backend = "<backend />"
    service.policy(marking("service").replace("<outbound>", f"{backend}<outbound>"))
    service.api("orders", marking("api"), subscriptionRequired=True)
    service.policy(marking("operation"), "/apis/orders/operations/get")
    product(service, "starter", "orders")
    subscribe(service, "/products/starter", "product-key")
    subscribe(service, "/apis/orders", "api-key")
    subscribe(service, "/", "service-key")
    return service


class TestProducts:
    """A product's policy stands between the service's and the API's, for calls with a key of the product."""

    def test_a_key_of_the_product_runs_its_policy(self, orders: Service) -> None:
        assert scopes(orders, "/orders", "product-key") == "service,starter,api,operation"

    @pytest.mark.parametrize("key", ["api-key", "service-key"])
    def test_a_key_of_the_api_or_of_the_service_does_not(self, orders: Service, key: str) -> None:
        assert scopes(orders, "/orders", key) == "service,api,operation"

    def test_of_two_products_that_of_the_key_counts(self, orders: Service) -> None:
        product(orders, "unlimited", "orders")
        subscribe(orders, "/products/unlimited", "other-key")
        assert scopes(orders, "/orders", "other-key") == "service,unlimited,api,operation"
        assert scopes(orders, "/orders", "product-key") == "service,starter,api,operation"

    def test_a_key_of_a_product_without_the_api_does_not_open(self, orders: Service) -> None:
        product(orders, "empty")
        subscribe(orders, "/products/empty", "other-key")
        assert orders.call("/orders", Ocp_Apim_Subscription_Key="other-key").status == 401

    def test_without_base_in_the_product_the_services_policy_does_not_run(self, orders: Service) -> None:
        orders.policy(marking("starter").replace("<base />", ""), "/products/starter")
        assert scopes(orders, "/orders", "product-key") == "starter,api,operation"

    def test_an_open_product_needs_no_key_and_runs_its_policy(self, orders: Service) -> None:
        assert orders.call("/orders").status == 401
        product(orders, "open", "orders", subscriptionRequired=False)
        assert scopes(orders, "/orders") == "service,open,api,operation"
        assert scopes(orders, "/orders", "no such key") == "service,open,api,operation"
        assert scopes(orders, "/orders", "product-key") == "service,starter,api,operation"

    def test_an_open_api_without_an_open_product_runs_no_products_policy(self, orders: Service) -> None:
        orders.planes.put(f"{orders.id}/apis/orders", {"path": "orders", "subscriptionRequired": False})
        assert scopes(orders, "/orders") == "service,api,operation"


class TestWorkspaces:
    """A workspace's policy stands between the service's and the product's; references resolve in the workspace."""

    @pytest.fixture
    def team(self, orders: Service) -> Service:
        home = "/workspaces/team"
        orders.planes.put(orders.id + home, {"displayName": "Team"})
        orders.policy(marking("workspace"), home)
        api = orders.planes.put(f"{orders.id}{home}/apis/stock", {"path": "stock"})
        orders.planes.put(f"{api}/operations/get", {"method": "GET", "urlTemplate": "/*"})
        orders.policy(marking("api"), f"{home}/apis/stock")
        product(orders, "bundle", "stock", home=home)
        subscribe(orders, "/products/bundle", "bundle-key", home)
        return orders

    def test_every_enclosing_scope_runs(self, team: Service) -> None:
        assert scopes(team, "/stock", "bundle-key") == "service,workspace,bundle,api"
        assert scopes(team, "/stock", "service-key") == "service,workspace,api"

    def test_the_services_own_apis_do_not_run_it(self, team: Service) -> None:
        assert scopes(team, "/orders", "product-key") == "service,starter,api,operation"

    def test_a_key_opens_neither_the_other_home_s_product_nor_its_apis(self, team: Service) -> None:
        assert team.call("/stock", Ocp_Apim_Subscription_Key="product-key").status == 401
        assert team.call("/orders", Ocp_Apim_Subscription_Key="bundle-key").status == 401

    def test_a_backend_is_that_of_the_scope_which_names_it(self, team: Service) -> None:
        team.backend("known", "https://localhost:1")
        chosen = '<policies><inbound><set-backend-service backend-id="known" /></inbound></policies>'
        team.policy(chosen, "/workspaces/team/apis/stock")
        assert team.call("/stock", Ocp_Apim_Subscription_Key="bundle-key").status == 500
        assert "Backend with id 'known' could not be found." in team.log()[-1]["reason"]
        team.policy(chosen.replace("</inbound>", "</inbound><backend />"))
        team.policy(marking("api"), "/workspaces/team/apis/stock")
        assert team.call("/stock", Ocp_Apim_Subscription_Key="bundle-key").status == 200


class TestFragments:
    """What a fragment holds runs where it is included, and its references resolve as the including policy's."""

    def fragment(self, service: Service, content: str) -> None:
        value = f"<fragment>{content}</fragment>"
        service.planes.put(f"{service.id}/policyFragments/shared", {"value": value}, {"rawxml": value})

    def include(self, section: str = "inbound") -> str:
        include = '<include-fragment fragment-id="shared" />'
        return f"<policies><{section}>{include}</{section}><backend /></policies>"

    def test_its_policies_run_in_place(self, service: Service) -> None:
        self.fragment(service, "<return-response><set-status code='204' /></return-response>")
        service.api("orders", self.include())
        assert service.call("/orders").status == 204

    def test_one_that_has_gone_is_a_500_with_the_reason(self, service: Service) -> None:
        service.api("orders", self.include())
        assert service.call("/orders").status == 500
        assert "Policy fragment with id 'shared' could not be found." in service.log()[0]["reason"]

    def test_a_policy_in_a_section_where_it_cannot_stand_is_not_served(self, service: Service) -> None:
        self.fragment(service, "<forward-request />")
        service.api("orders", self.include("outbound"))
        answer = service.call("/orders")
        assert answer.status == 501
        assert "the policy 'forward-request' of a fragment that is included in outbound" in answer.body["message"]
