"""A workspace holds APIs, products, backends and certificates of its own; nothing in it refers to the service's."""

import pytest

from tests.local.azure.arm.conftest import SECRET, Service

BOUND = '<authentication-certificate certificate-id="orders" /><set-backend-service backend-id="orders" />'


def test_one_is_written_changed_and_deleted_with_everything_in_it(service: Service) -> None:
    team = service.add_workspace()
    service.add_api(parent=team)
    assert service.put(team, {"properties": {"displayName": "Team", "description": "Ours"}}).status == 200
    assert service.get(team).body["type"] == "Microsoft.ApiManagement/service/workspaces"
    assert service.get(f"{team}/apis/orders").body["type"] == "Microsoft.ApiManagement/service/workspaces/apis"
    assert service.get("/apis").body["value"] == []
    assert service.delete_entity(team).status == 200
    assert service.get(f"{team}/apis/orders").error["message"] == "Workspace not found."


def test_other_tiers_have_none(service: Service) -> None:
    answer = service.put("/workspaces/team", {"properties": {"displayName": "Team"}})
    assert (answer.status, answer.error["code"]) == (400, "MethodNotAllowedInPricingTier")


def test_a_certificate_from_key_vault_is_refused(service: Service) -> None:
    team = service.add_workspace()
    service.grant()
    body = {"properties": {"keyVault": {"secretIdentifier": SECRET}}}
    assert service.put("/certificates/orders", body).status == 201
    answer = service.put(f"{team}/certificates/orders", body)
    assert (answer.status, answer.error["details"][0]["target"]) == (400, "keyVault")


def test_a_reference_resolves_in_the_workspace_only(service: Service) -> None:
    team = service.add_workspace()
    service.add_api(parent=team)
    service.add_certificate()
    service.add_backend()
    refused = service.put_policy(BOUND, f"{team}/apis/orders")
    assert [detail["target"] for detail in refused.error["details"]] == [
        "authentication-certificate",
        "set-backend-service",
    ]
    service.add_certificate(parent=team)
    service.add_backend(parent=team)
    assert service.put_policy(BOUND, f"{team}/apis/orders").status == 201


@pytest.mark.parametrize("scope", ["", "/apis/orders", "/apis/orders/operations/get", "/products/starter"])
def test_what_a_policy_of_it_uses_cannot_be_deleted(service: Service, scope: str) -> None:
    team = service.add_workspace()
    service.add_api(parent=team)
    service.add_product(parent=team)
    for parent in ("", team):
        service.add_certificate(parent=parent)
        service.add_backend(parent=parent)
    assert service.put_policy(BOUND, team + scope).status == 201
    for kind in ("certificates", "backends"):
        refused = service.delete_entity(f"{team}/{kind}/orders")
        assert f"{team}{scope}/policies/policy\r\n" in refused.error["message"]
        assert service.delete_entity(f"/{kind}/orders").status == 200
