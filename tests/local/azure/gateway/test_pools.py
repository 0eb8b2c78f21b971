"""A pool sends each call to a member: by priority, then by weight; never to one whose circuit is open."""

from collections import Counter
from typing import Any

import pytest
from planes import Service

LEGACY = "https://legacy.backend.internal"
TRIPPED = {
    "rules": [
        {
            "name": "r",
            "failureCondition": {"count": 1, "interval": "PT1H", "errorReasons": ["BackendConnectionFailure"]},
            "tripDuration": "PT1H",
        }
    ]
}


@pytest.fixture
def pooled(legacy: Service) -> Service:
    """APIs are routed to the backend `pool`; the members a, b and c say in a header who they are."""
    for name in ("a", "b", "c"):
        member(legacy, name)
    legacy.api("orders", '<policies><inbound><base /><set-backend-service backend-id="pool" /></inbound></policies>')
    return legacy


def member(service: Service, name: str, url: str = LEGACY, **more: Any) -> None:
    service.backend(name, url, chain=False, credentials={"header": {"X-Member": [name]}}, **more)


def pool(service: Service, **members: dict[str, int]) -> None:
    services = [{"id": f"{service.id}/backends/{name}", **numbers} for name, numbers in members.items()]
    service.planes.put(f"{service.id}/backends/pool", {"type": "Pool", "pool": {"services": services}})


def called(service: Service, times: int) -> str:
    """The members that got the calls, in order."""
    return "".join(service.call("/orders").body["headers"]["x-member"] for _ in range(times))


def test_without_weights_the_members_take_turns(pooled: Service) -> None:
    pool(pooled, a={}, b={}, c={})
    assert called(pooled, 6) == "abcabc"


def test_weights_share_the_calls(pooled: Service) -> None:
    pool(pooled, a={"weight": 3}, b={"weight": 1}, c={"weight": 0})
    assert Counter(called(pooled, 8)) == {"a": 6, "b": 2}


def test_only_the_first_priority_is_called(pooled: Service) -> None:
    pool(pooled, a={"priority": 2, "weight": 100}, b={"priority": 1}, c={"priority": 1})
    assert called(pooled, 4) == "bcbc"


def test_the_next_priority_is_called_when_every_circuit_of_the_first_is_open(pooled: Service) -> None:
    member(pooled, "b", "https://localhost:1", circuitBreaker=TRIPPED)
    pool(pooled, a={"priority": 2}, b={"priority": 1})
    assert pooled.call("/orders").status == 500
    assert called(pooled, 2) == "aa"


def test_with_every_circuit_open_it_is_a_503(pooled: Service) -> None:
    member(pooled, "b", "https://localhost:1", circuitBreaker=TRIPPED)
    pool(pooled, b={})
    assert [pooled.call("/orders").status for _ in range(2)] == [500, 503]
    assert "No backend of the pool 'pool' is available." in pooled.log()[-1]["reason"]


def test_a_members_own_tls_settings_apply(pooled: Service) -> None:
    pooled.backend("a", LEGACY, chain=True)
    pool(pooled, a={}, b={})
    assert [pooled.call("/orders").status for _ in range(4)] == [500, 200, 500, 200]
