"""APIs of a version set share a path; a call says which of them it is for, as the set has it."""

from typing import Any

import pytest

from tests.conftest import Answer
from tests.local.azure.arm.conftest import Service

SCHEMES = {
    "Segment": {},
    "Query": {"versionQueryName": "api-version"},
    "Header": {"versionHeaderName": "X-Version"},
}


def add_set(service: Service, scheme: str = "Segment", name: str = "orders", **properties: Any) -> Answer:
    given = {"displayName": "Orders", "versioningScheme": scheme, **SCHEMES.get(scheme, {}), **properties}
    return service.put(f"/apiVersionSets/{name}", {"properties": given})


def add_version(service: Service, name: str, version: str | None, status: int, **properties: Any) -> Answer:
    """An API of the set that answers with this status."""
    asked = {"path": "orders", "apiVersionSetId": f"{service.path}/apiVersionSets/orders", **properties}
    answer = service.put(f"/apis/{name}", {"properties": asked | ({"apiVersion": version} if version else {})})
    if answer.status == 201:
        operation = {"displayName": "all", "method": "GET", "urlTemplate": "/*"}
        assert service.put(f"/apis/{name}/operations/get", {"properties": operation}).status == 201
        answering = f"<return-response><set-status code='{status}' /></return-response>"
        assert service.put_policy(answering, f"/apis/{name}").status == 201
    return answer


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_call_reaches_the_version_that_it_asks_for(service: Service, scheme: str) -> None:
    assert add_set(service, scheme).status == 201
    for name, version, status in (("orders", None, 202), ("orders-v1", "v1", 203), ("orders-v2", "v2", 206)):
        assert add_version(service, name, version, status, subscriptionRequired=False).status == 201
    address = service.get("").body["properties"]["gatewayUrl"]

    def call(version: str | None) -> int:
        path = f"/{version}" if version and scheme == "Segment" else ""
        query = f"?api-version={version}" if version and scheme == "Query" else ""
        headers = {"X-Version": version} if version and scheme == "Header" else {}
        return service.azure.send("GET", f"{address}/orders{path}/x{query}", headers=headers).status

    assert [call(None), call("v1"), call("v2")] == [202, 203, 206]
    assert call("v3") == (202 if scheme == "Segment" else 404)  # a segment is a path of the one without a version


def test_a_version_needs_a_set(service: Service) -> None:
    refused = service.put("/apis/orders", {"properties": {"path": "orders", "apiVersion": "v1"}})
    assert refused.error["details"][0] == {
        "code": "ValidationError",
        "target": "ApiVersion",
        "message": "Can't set VersionName when ApiVersionSetId is not set.",
    }
    missing = add_version(service, "orders", "v1", 202)
    assert missing.error["details"][0]["message"] == "ApiVersionSet not found"


def test_two_apis_of_a_path_are_two_versions(service: Service) -> None:
    add_set(service)
    assert add_version(service, "one", "v1", 202).status == 201
    for version, given in (("v1", {}), ("v2", {"apiVersionSetId": None}), (None, {"apiVersionSetId": None})):
        asked = add_version(service, "two", version if given == {} else None, 202, **given)
        assert "unless it's a part of the same version set" in asked.error["details"][0]["message"]
    assert add_version(service, "two", "v2", 202).status == 201


def test_a_set_says_where_the_version_stands(service: Service) -> None:
    for scheme, missing in (("Query", "versionQueryName"), ("Header", "versionHeaderName")):
        refused = add_set(service, scheme, **{missing: None})
        assert refused.error["details"][0]["target"] == f"properties.{missing}"
    assert add_set(service, "Path").error["details"][0]["target"] == "properties.versioningScheme"


def test_a_set_with_a_version_stays(service: Service) -> None:
    add_set(service)
    add_version(service, "one", "v1", 202)
    assert "/apis/one" in service.delete_entity("/apiVersionSets/orders").error["message"]
    service.delete_entity("/apis/one")
    assert service.delete_entity("/apiVersionSets/orders").status == 200
    assert service.delete_entity("/apiVersionSets/orders").status == 204
