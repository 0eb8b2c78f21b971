"""Revisions of an API: made from a source, changed on their own, made current by a release."""

from typing import Any

import pytest

from tests.local.azure.arm.conftest import Answer, Service

SECOND = "/apis/orders;rev=2"


def header(name: str) -> str:
    return f'<set-header name="{name}"><value>1</value></set-header>'


def revise(service: Service, source: str | None = "/apis/orders", **properties: Any) -> Answer:
    asked = {"path": "orders", **({"sourceApiId": source} if source else {}), **properties}
    return service.put(SECOND, {"properties": asked})


def release(service: Service, number: int, parent: str = "/apis/orders") -> Answer:
    properties = {"apiId": f"/apis/orders;rev={number}", "notes": "Better"}
    return service.put(f"{parent}/releases/release-{number}", {"properties": properties})


def policy(service: Service, path: str) -> str | None:
    answer = service.get(f"{path}/policies/policy?format=rawxml")
    return str(answer.body["properties"]["value"]) if answer.status == 200 else None


@pytest.fixture(autouse=True)
def orders(service: Service) -> None:
    service.add_api(serviceUrl="https://localhost:1")
    service.put_policy(header("first"))
    service.put_policy(header("operation"), "/apis/orders/operations/get")


class TestMaking:
    """A revision takes operations and policies from its source; without one it starts empty."""

    def test_it_has_the_sources_settings_operations_and_policies(self, service: Service) -> None:
        answer = revise(service, apiRevisionDescription="Try")
        assert answer.status == 201
        body = service.get(SECOND).body
        assert (body["id"], body["name"]) == (f"{service.path}{SECOND}", "orders;rev=2")
        assert {
            name: body["properties"][name] for name in ("apiRevision", "isCurrent", "displayName", "serviceUrl")
        } == {
            "apiRevision": "2",
            "isCurrent": False,
            "displayName": "orders",
            "serviceUrl": "https://localhost:1",
        }
        assert policy(service, SECOND) == policy(service, "/apis/orders")
        assert policy(service, f"{SECOND}/operations/get") == policy(service, "/apis/orders/operations/get")

    @pytest.mark.parametrize("source", ["/apis/orders", "/apis/orders;rev=1"])
    def test_the_source_may_be_named_in_short_and_in_full(self, service: Service, source: str) -> None:
        assert revise(service, source).status == 201
        assert service.put(
            "/apis/orders;rev=3", {"properties": {"path": "orders", "sourceApiId": service.path + SECOND}}
        )
        assert policy(service, "/apis/orders;rev=3") is not None

    def test_a_source_that_does_not_exist_is_refused(self, service: Service) -> None:
        assert revise(service, "/apis/none").error["details"][0]["target"] == "sourceApiId"
        assert service.get(SECOND).status == 404

    def test_without_a_source_it_has_no_operations_and_no_policy(self, service: Service) -> None:
        assert revise(service, None).status == 201
        assert policy(service, SECOND) is None
        assert service.get(f"{SECOND}/operations").body["value"] == []

    def test_what_it_changes_leaves_the_current_one_alone(self, service: Service) -> None:
        before = policy(service, "/apis/orders")
        revise(service)
        assert service.put_policy(header("second"), SECOND).status == 200
        assert policy(service, "/apis/orders") == before != policy(service, SECOND)

    def test_what_only_the_current_one_may_change_is_refused(self, service: Service) -> None:
        refused = revise(service, path="elsewhere")
        assert refused.error["details"][0]["message"] == "Can't change property Path for non-current revision"
        assert revise(service).status == 201
        assert revise(service, displayName="Other").error["details"][0]["target"] == "displayName"
        assert revise(service, serviceUrl="https://localhost:2").status == 200

    def test_a_number_that_contradicts_its_name_is_refused(self, service: Service) -> None:
        assert revise(service, apiRevision="3").error["details"][0]["target"] == "apiRevision"
        assert revise(service, isCurrent=True).status == 501
        assert service.put("/apis/none;rev=2", {"properties": {"path": "none"}}).status == 501

    def test_the_first_one_may_be_named_too(self, service: Service) -> None:
        assert service.put("/apis/new;rev=1", {"properties": {"path": "new"}}).status == 201
        assert service.get("/apis/new").body["properties"]["isCurrent"] is True

    def test_an_api_may_be_a_copy_of_another_one(self, service: Service) -> None:
        assert service.put("/apis/copy", {"properties": {"path": "copy", "sourceApiId": "/apis/orders"}}).status == 201
        assert policy(service, "/apis/copy") == policy(service, "/apis/orders")


class TestReading:
    """The current revision answers to its number as well; all are listed."""

    def test_the_current_one_is_the_same_under_both_names(self, service: Service) -> None:
        assert service.get("/apis/orders;rev=1").body == service.get("/apis/orders").body
        assert policy(service, "/apis/orders;rev=1") == policy(service, "/apis/orders")
        assert service.get(SECOND).error["message"] == "API not found."

    def test_all_are_listed(self, service: Service) -> None:
        revise(service, apiRevisionDescription="Try")
        assert service.get("/apis/orders/revisions").body["value"] == [
            {
                "apiId": "/apis/orders;rev=1",
                "apiRevision": "1",
                "privateUrl": "/orders;rev=1",
                "isOnline": True,
                "isCurrent": True,
            },
            {
                "apiId": "/apis/orders;rev=2",
                "apiRevision": "2",
                "description": "Try",
                "privateUrl": "/orders;rev=2",
                "isOnline": True,
                "isCurrent": False,
            },
        ]

    def test_each_is_called_at_its_own_path(self, service: Service) -> None:
        revise(service)
        answering = "<return-response><set-status code='202' /></return-response>"
        service.put_policy(answering, SECOND)
        assert service.call("/orders;rev=2/x").status == 202
        assert (service.call("/orders/x").status, service.call("/orders;rev=1/x").status) == (500, 500)
        assert service.call("/orders;rev=3/x").status == 404

    def test_a_key_of_the_api_opens_all_of_them(self, service: Service) -> None:
        revise(service)
        service.subscribe("/apis/orders", "key-1")
        assert service.call("/orders;rev=2/x", "key-1").status == 500
        assert service.call("/orders;rev=2/x", "key-2").status == 401


class TestWithProductsAndSubscriptions:
    """They are the API's, whichever revision is named."""

    def test_a_product_holds_the_api(self, service: Service) -> None:
        revise(service)
        product = service.add_product("starter", "orders;rev=2")
        assert service.put(f"{product}/apis/orders;rev=2", {}).status == 201
        assert service.put(f"{product}/apis/orders", {}).status == 200
        link = service.get(f"{product}/apiLinks/orders;rev=2").body["properties"]
        assert link["apiId"] == f"{service.path}/apis/orders"
        service.subscribe(product, "key-1")
        assert [service.call(path, "key-1").status for path in ("/orders", SECOND[5:])] == [500, 500]

    def test_a_subscription_is_to_the_api(self, service: Service) -> None:
        revise(service)
        made = service.subscribe(SECOND, "key-1")
        assert made.body["properties"]["scope"] == f"{service.path}/apis/orders"


class TestReleasing:
    """A release swaps the current revision for another one; policies go with their revision."""

    @pytest.mark.parametrize("parent", ["/apis/orders", SECOND])
    def test_the_revision_becomes_current(self, service: Service, parent: str) -> None:
        revise(service)
        service.put_policy(header("second"), SECOND)
        first, second = policy(service, "/apis/orders"), policy(service, SECOND)
        assert release(service, 2, parent).status == 201
        assert service.get("/apis/orders").body["properties"]["apiRevision"] == "2"
        assert service.get("/apis/orders;rev=1").body["properties"]["isCurrent"] is False
        assert (policy(service, "/apis/orders"), policy(service, "/apis/orders;rev=1")) == (second, first)
        assert policy(service, "/apis/orders/operations/get") is not None

    def test_one_can_go_back(self, service: Service) -> None:
        first = policy(service, "/apis/orders")
        revise(service)
        service.put_policy(header("second"), SECOND)
        release(service, 2)
        assert release(service, 1).status == 201
        assert policy(service, "/apis/orders") == first
        assert [one["name"] for one in service.get("/apis/orders/releases").body["value"]] == ["release-1", "release-2"]

    def test_a_revision_that_does_not_exist_is_refused(self, service: Service) -> None:
        refused = release(service, 2)
        assert refused.error["details"][0]["target"] == "apiId"
        service.add_api("other")
        other = service.put("/apis/orders/releases/x", {"properties": {"apiId": "/apis/other"}})
        assert other.error["details"][0]["target"] == "apiId"

    def test_deleting_one_changes_no_revision(self, service: Service) -> None:
        revise(service)
        release(service, 2)
        assert service.delete_entity("/apis/orders/releases/release-2").status == 200
        assert service.get("/apis/orders").body["properties"]["apiRevision"] == "2"


class TestAnotherNumberForTheCurrentOne:
    """A PUT of the current API with a new number starts a new current revision, whose policy is the default again."""

    def put(self, service: Service, **properties: Any) -> Answer:
        return service.put("/apis/orders", {"properties": {"path": "orders", **properties}})

    def test_without_a_source_the_policy_is_lost_and_the_old_revision_keeps_it(self, service: Service) -> None:
        first = policy(service, "/apis/orders")
        assert self.put(service, apiRevision="2").status == 200
        assert policy(service, "/apis/orders") is None
        assert policy(service, "/apis/orders;rev=1") == first
        assert service.get("/apis/orders").body["properties"]["apiRevision"] == "2"

    def test_with_a_source_it_is_copied(self, service: Service) -> None:
        first = policy(service, "/apis/orders")
        assert self.put(service, apiRevision="2", sourceApiId="/apis/orders").status == 200
        assert policy(service, "/apis/orders") == policy(service, "/apis/orders;rev=1") == first

    @pytest.mark.parametrize("number", [{}, {"apiRevision": "1"}])
    def test_with_the_same_number_it_stays(self, service: Service, number: dict[str, str]) -> None:
        assert self.put(service, **number).status == 200
        assert policy(service, "/apis/orders") is not None

    def test_a_revision_that_exists_is_not_made_current_that_way(self, service: Service) -> None:
        revise(service)
        assert self.put(service, apiRevision="2").status == 501


class TestDeleting:
    """What a revision uses is used; the current one goes last, or all together."""

    def test_a_revision_goes_alone(self, service: Service) -> None:
        revise(service)
        for current in ("/apis/orders", "/apis/orders;rev=1"):
            refused = service.delete_entity(current)
            assert (refused.status, refused.error["code"]) == (400, "ValidationError")
            assert refused.error["message"] == "Cannot delete the current revision of an API."
        assert service.delete_entity(SECOND).status == 202
        assert service.delete_entity("/apis/orders").status == 202

    def test_all_go_together(self, service: Service) -> None:
        revise(service)
        assert service.delete_entity("/apis/orders?deleteRevisions=true").status == 202
        assert service.get("/apis").body["value"] == []

    def test_what_a_revisions_policy_uses_cannot_be_deleted(self, service: Service) -> None:
        revise(service)
        service.add_backend()
        service.put_policy('<set-backend-service backend-id="orders" />', SECOND)
        refused = service.delete_entity("/backends/orders")
        assert refused.error["message"].endswith(f"\r\n{SECOND}/policies/policy\r\n")
