"""A deleted service keeps its name for 48 hours: it is listed, comes back whole, or is purged."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.local.azure.arm.conftest import Service


def deleted(service: Service, tail: str = "") -> str:
    return f"{service.azure.subscription}/providers/Microsoft.ApiManagement{tail}/deletedservices"


def at(service: Service, location: str = "westeurope") -> str:
    return f"{deleted(service, f'/locations/{location}')}/{service.name}"


def named(service: Service) -> list[dict[str, Any]]:
    """What the list of the subscription says of the service."""
    found = service.azure.arm("GET", deleted(service)).body["value"]
    return [each for each in found if each["name"] == service.name]


@pytest.fixture
def gone(service: Service) -> Service:
    """A service with an API, deleted."""
    service.add_api()
    service.add_certificate()
    assert service.delete_entity("").status == 202
    return service


def restored(service: Service) -> dict[str, Any]:
    return {**service.body, "properties": {**service.body["properties"], "restore": True, "publisherName": "Other"}}


def test_one_that_exists_is_none(service: Service) -> None:
    assert named(service) == []
    assert service.azure.arm("GET", at(service)).error["code"] == "ServiceNotFound"
    assert service.azure.arm("DELETE", at(service)).status == 204
    assert service.get("").status == 200


def test_it_is_listed_with_the_date_of_its_purge(gone: Service) -> None:
    (found,) = named(gone)
    assert found["id"] == at(gone)
    assert found["type"] == "Microsoft.ApiManagement/deletedservices"
    dates = {name: datetime.fromisoformat(value) for name, value in found["properties"].items() if name != "serviceId"}
    assert dates["scheduledPurgeDate"] - dates["deletionDate"] == timedelta(hours=48)
    assert found["properties"]["serviceId"] == gone.path
    for location in ("westeurope", "West%20Europe"):
        assert gone.azure.arm("GET", at(gone, location)).body == found
    assert gone.azure.arm("GET", at(gone, "northeurope")).status == 404


def test_its_name_is_taken(gone: Service) -> None:
    refused = gone.put("", gone.body)
    assert (refused.status, refused.error["code"]) == (409, "ServiceAlreadyExistsInSoftDeletedState")
    assert refused.error["message"] == (
        f"Api service {gone.name} was soft-deleted. In order to create the new service with the same name, you have to"
        " either undelete the service or purge it. See https://aka.ms/apimsoftdelete."
    )


def test_it_comes_back_as_it_was(gone: Service) -> None:
    answer = gone.put("", restored(gone))
    assert answer.status == 201
    assert gone.get("").body["properties"]["publisherName"] == "Team"
    assert gone.get("/certificates/orders").status == 200
    assert gone.call("/orders/x").status == 500
    assert named(gone) == []
    assert gone.put("", gone.body).status == 200


def test_what_was_not_deleted_does_not_come_back(service: Service) -> None:
    other = Service(service.azure)
    service.azure.arm("PUT", other.group, {"location": "westeurope"}, "2024-03-01")
    refused = other.put("", restored(other))
    assert (refused.status, refused.error["code"]) == (400, "ServiceUndeleteNotPossible")
    assert service.put("", restored(service)).status == 200
    other.delete()


def test_a_purged_one_frees_its_name(gone: Service) -> None:
    answer = gone.azure.arm("DELETE", at(gone))
    assert answer.status == 202
    assert gone.azure.arm("GET", answer.headers["location"]).body["status"] == "Succeeded"
    assert named(gone) == []
    assert gone.put("", restored(gone)).error["code"] == "ServiceUndeleteNotPossible"
    assert gone.put("", gone.body).status == 201
    assert gone.get("/apis").body["value"] == []


def test_after_48_hours_it_is_purged(gone: Service) -> None:
    with sqlite3.connect(gone.azure.home.database, timeout=10) as database:
        row = database.execute("SELECT body FROM entity WHERE key = ?", (at(gone).lower(),)).fetchone()
        body = json.loads(row[0])
        body["properties"]["scheduledPurgeDate"] = datetime.now(UTC).isoformat()
        database.execute("UPDATE entity SET body = ? WHERE key = ?", (json.dumps(body), at(gone).lower()))
    assert named(gone) == []
    assert gone.put("", gone.body).status == 201


def test_the_resource_group_takes_it_along(service: Service) -> None:
    service.delete()
    (found,) = named(service)
    assert found["properties"]["serviceId"] == service.path
