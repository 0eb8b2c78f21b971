"""A backend that has failed often enough within the interval gets no calls until the trip is over."""

from typing import Any

from planes import Service

from local.azure.gateway.circuit_breakers import CircuitBreakers
from local.azure.gateway.exchange import Backend


def breaker(*, count: int = 2, reasons: list[str] | None = None, **rule: Any) -> dict[str, Any]:
    condition = {"count": count, "interval": "PT10S", "statusCodeRanges": [{"min": 500, "max": 503}]}
    rules = [
        {"name": "rule", "failureCondition": condition | {"errorReasons": reasons}, "tripDuration": "PT1M", **rule}
    ]
    return {"circuitBreaker": {"rules": rules}}


class Clocked:
    """Circuit breakers with a clock that the test moves."""

    def __init__(self, **properties: Any) -> None:
        self.now = 1000.0
        self.breakers = CircuitBreakers(lambda: self.now)
        self.backend = Backend(id="orders", arm_id="/orders", properties=properties, scope="api")

    def answer(self, *statuses: int, retry_after: str | None = None) -> bool:
        """Whether the circuit is open after these answers."""
        for status in statuses:
            self.breakers.answered(self.backend, status, retry_after)
        return self.breakers.is_open(self.backend)

    def after(self, seconds: float) -> bool:
        self.now += seconds
        return self.breakers.is_open(self.backend)


class TestRule:
    def test_it_opens_at_the_count_and_closes_after_the_trip(self) -> None:
        clocked = Clocked(**breaker())
        assert (clocked.answer(500), clocked.answer(503)) == (False, True)
        assert (clocked.after(59), clocked.after(2)) == (True, False)
        assert (clocked.answer(500), clocked.answer(500)) == (False, True)

    def test_failures_that_are_older_than_the_interval_do_not_count(self) -> None:
        clocked = Clocked(**breaker())
        clocked.answer(500)
        clocked.after(10)
        assert clocked.answer(500) is False
        clocked.after(9)
        assert clocked.answer(500) is True

    def test_other_answers_do_not_count(self) -> None:
        assert Clocked(**breaker()).answer(200, 499, 504, 404) is False

    def test_the_header_of_the_backend_is_the_trip_where_it_is_accepted(self) -> None:
        clocked = Clocked(**breaker(acceptRetryAfter=True))
        clocked.answer(503, 503, retry_after="5")
        assert (clocked.after(4), clocked.after(2)) == (True, False)
        clocked.answer(503, 503, retry_after="Wed, 21 Oct 2026 07:28:00 GMT")
        assert (clocked.after(59), clocked.after(2)) == (True, False)

    def test_elsewhere_it_is_not(self) -> None:
        clocked = Clocked(**breaker())
        clocked.answer(503, 503, retry_after="5")
        assert clocked.after(6) is True

    def test_a_connection_that_fails_counts_where_its_reason_is_named(self) -> None:
        for reasons, opened in ((["BackendConnectionFailure"], True), (["Timeout"], False), (None, False)):
            clocked = Clocked(**breaker(count=1, reasons=reasons))
            clocked.breakers.failed(clocked.backend)
            assert clocked.after(0) is opened

    def test_one_backend_is_not_another_and_none_has_a_rule_of_itself(self) -> None:
        clocked = Clocked(**breaker(count=1))
        clocked.answer(500)
        other = Backend(id="other", arm_id="/other", properties=clocked.backend.properties, scope="api")
        assert clocked.breakers.is_open(other) is False
        assert Clocked().answer(500, 500, 500) is False


ROUTE = '<policies><inbound><set-backend-service backend-id="backend" /></inbound></policies>'


def test_an_open_circuit_is_a_503_and_the_backend_is_not_called(service: Service) -> None:
    refused = [{"name": "r", "failureCondition": _refusals(2), "tripDuration": "PT1H"}]
    service.backend("backend", "https://orders.backend.internal", chain=False, circuitBreaker={"rules": refused})
    service.api("orders", ROUTE)

    answers = [service.call("/orders").status for _ in range(4)]

    assert answers == [403, 403, 503, 503]
    assert service.call("/orders").body == {"statusCode": 503, "message": "Service unavailable"}
    assert "The circuit breaker of the backend 'backend' is open." in service.log()[-1]["reason"]


def test_without_a_rule_a_backend_is_called_however_often_it_refuses(service: Service) -> None:
    service.backend("backend", "https://orders.backend.internal", chain=False)
    service.api("orders", ROUTE)
    assert {service.call("/orders").status for _ in range(4)} == {403}


def test_a_backend_that_cannot_be_reached_opens_it_too(service: Service) -> None:
    condition = {"count": 1, "interval": "PT1H", "errorReasons": ["BackendConnectionFailure"]}
    rules = [{"name": "r", "failureCondition": condition, "tripDuration": "PT1H"}]
    service.backend("backend", "https://localhost:1", circuitBreaker={"rules": rules})
    service.api("orders", ROUTE)
    assert [service.call("/orders").status for _ in range(2)] == [500, 503]


def _refusals(count: int) -> dict[str, Any]:
    return {"count": count, "interval": "PT1H", "statusCodeRanges": [{"min": 403, "max": 403}]}
