"""Pools have members that exist and are no pools; a member cannot be deleted."""

import pytest

from tests.local.azure.arm.conftest import Service

PATH = "/backends/pool"


def pool(service: Service, *members: object) -> dict[str, object]:
    services = [
        {"id": f"{service.path}/backends/{member}"} if isinstance(member, str) else member for member in members
    ]
    return {"properties": {"type": "Pool", "pool": {"services": services}}}


def test_one_needs_neither_url_nor_protocol(service: Service) -> None:
    service.add_backend("a")
    asked = pool(service, {"id": f"{service.path}/backends/a", "weight": 3, "priority": 1})
    assert service.put(PATH, asked).status == 201
    assert service.get(PATH).body["properties"] == asked["properties"]


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("none", "Backend with id '{service}/backends/none' could not be found."),
        ({"id": "a"}, "Backend with id 'a' could not be found."),
        ({"id": "{service}/backends/a", "weight": 101}, "'weight' must be a whole number from 0 to 100."),
        ({"id": "{service}/backends/a", "priority": -1}, "'priority' must be a whole number from 0 to 100."),
        ({"id": "{service}/backends/a", "priority": True}, "'priority' must be a whole number from 0 to 100."),
        ("inner", "Backend with id '{service}/backends/inner' is a pool: a pool cannot be in a pool."),
    ],
)
def test_a_member_that_cannot_be_one_is_refused(service: Service, member: object, message: str) -> None:
    service.add_backend("a")
    assert service.put("/backends/inner", pool(service, "a")).status == 201
    if isinstance(member, dict):
        member = member | {"id": member["id"].format(service=service.path)}
    answer = service.put(PATH, pool(service, member))
    assert answer.status == 400
    assert [detail["message"] for detail in answer.error["details"]] == [message.format(service=service.path)]
    assert service.get(PATH).status == 404


@pytest.mark.parametrize("asked", [{"type": "Pool"}, {"type": "Pool", "pool": {"services": []}}])
def test_it_has_at_least_one(service: Service, asked: dict[str, object]) -> None:
    answer = service.put(PATH, {"properties": asked})
    assert "'services' must be an array of 1 to 30 backends." in str(answer.error["details"])


def test_a_member_cannot_become_a_pool_and_another_backend_can(service: Service) -> None:
    for name in ("a", "b", "c"):
        service.add_backend(name)
    service.put(PATH, pool(service, "a"))
    answer = service.put("/backends/a", pool(service, "b"))
    assert [detail["message"] for detail in answer.error["details"]] == [
        "A backend that is in a pool cannot become a pool."
    ]
    assert service.put("/backends/c", pool(service, "b")).status == 200


def test_a_member_cannot_be_deleted_before_its_pool(service: Service) -> None:
    service.add_backend("a")
    service.add_backend("b")
    service.put(PATH, pool(service, "a"))
    answer = service.delete_entity("/backends/a")
    assert (answer.status, answer.error["message"]) == (
        400,
        "The Backend 'a' is used by the following entities:\r\n/backends/pool\r\n",
    )
    assert service.delete_entity("/backends/b").status == 200
    assert service.delete_entity(PATH).status == 200
    assert service.delete_entity("/backends/a").status == 200


def test_the_gateway_balances_what_arm_was_told(service: Service) -> None:
    for name in ("a", "b"):
        service.add_backend(name, url="https://localhost:1")
    service.put(PATH, pool(service, "a", "b"))
    service.add_api()
    assert service.put_policy('<set-backend-service backend-id="pool" />').status == 201
    assert service.call("/orders").status == 500
