"""Circuit breakers: one rule, complete; not in the Consumption tier."""

from typing import Any

import pytest

from tests.local.azure.arm.conftest import Service

PATH = "/backends/orders"
CONDITION: dict[str, Any] = {"count": 3, "interval": "PT1M", "statusCodeRanges": [{"min": 500, "max": 599}]}
RULE: dict[str, Any] = {"name": "r", "failureCondition": CONDITION, "tripDuration": "PT30S", "acceptRetryAfter": True}


def backend(*rules: dict[str, Any]) -> dict[str, Any]:
    known = {"url": "https://orders.backend.internal", "protocol": "http"}
    return {"properties": {**known, "circuitBreaker": {"rules": [*rules]}}}


def test_one_is_kept_as_it_is(service: Service) -> None:
    assert service.put(PATH, backend(RULE)).status == 201
    assert service.get(PATH).body["properties"]["circuitBreaker"] == {"rules": [RULE]}
    assert service.put(PATH, backend()).body["properties"]["circuitBreaker"] == {"rules": []}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "'name' should not be empty."),
        ({"tripDuration": "30s"}, "'tripDuration' is not valid: '30s' is no duration such as PT1M or PT30S."),
        ({"tripDuration": "PT0S"}, "'tripDuration' must be longer than nothing."),
        ({"failureCondition": CONDITION | {"count": 0}}, "'count' must be a whole number, at least 1."),
        ({"failureCondition": CONDITION | {"interval": None}}, "'interval' should not be empty."),
        (
            {"failureCondition": CONDITION | {"statusCodeRanges": [{"min": 0, "max": 599}]}},
            "'min' and 'max' must be status codes from 200 to 599.",
        ),
        (
            {"failureCondition": CONDITION | {"statusCodeRanges": None}},
            "'statusCodeRanges' or 'errorReasons' should not be empty.",
        ),
    ],
)
def test_a_rule_that_is_not_complete_is_refused(service: Service, change: dict[str, Any], message: str) -> None:
    answer = service.put(PATH, backend(RULE | change))
    assert answer.status == 400
    assert [detail["message"] for detail in answer.error["details"]] == [message]


def test_a_second_rule_is_refused(service: Service) -> None:
    answer = service.put(PATH, backend(RULE, RULE | {"name": "s"}))
    assert "'rules' must be an array of at most one rule." in str(answer.error["details"])


def test_the_consumption_tier_has_none(service: Service) -> None:
    service.put("", {**service.body, "sku": {"name": "Consumption", "capacity": 0}})
    answer = service.put(PATH, backend(RULE))
    assert (answer.status, answer.error["code"]) == (400, "MethodNotAllowedInPricingTier")
    del (without := backend())["properties"]["circuitBreaker"]
    assert service.put(PATH, without).status == 201
