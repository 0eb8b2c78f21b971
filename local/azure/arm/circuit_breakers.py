"""The circuit breaker of a backend.

source: REST 2024-05-01, BackendCircuitBreaker; learn.microsoft.com/azure/api-management/backends#circuit-breaker (one
rule; not in the Consumption tier).

A threshold in percent is not served. The texts are inferred.
"""

from typing import Any

from local.azure import durations
from local.azure.arm.errors import ArmError
from local.azure.arm.fields import Fields
from local.azure.store import Json


def read(fields: Fields, sku: str) -> Json | None:
    """`circuitBreaker` of a backend; None when it has none."""
    if fields.raw("circuitBreaker") is None:
        return None
    if sku == "Consumption":
        raise ArmError(400, "MethodNotAllowedInPricingTier", "Method not allowed in Consumption pricing tier")
    breaker = fields.part("circuitBreaker")
    given = breaker.raw("rules") or []
    if not isinstance(given, list) or len(given) > 1:
        breaker.problem("rules", "'rules' must be an array of at most one rule.")
        return None
    return {"rules": [_rule(breaker.within(item, f"rules[{index}]")) for index, item in enumerate(given)]}


def _rule(fields: Fields) -> Json:
    condition = fields.part("failureCondition")
    count, reasons = condition.raw("count"), condition.items("errorReasons")
    if type(count) is not int or count < 1:
        condition.problem("count", "'count' must be a whole number, at least 1.")
    ranges = [
        _range(condition.within(item, f"statusCodeRanges[{index}]"))
        for index, item in enumerate(condition.items("statusCodeRanges") or ())
    ]
    if not ranges and not reasons:
        condition.problem("statusCodeRanges", "'statusCodeRanges' or 'errorReasons' should not be empty.")
    failure = {"count": count, "errorReasons": reasons, "interval": _duration(condition, "interval")}
    return {
        "name": fields.text("name", required=True, lengths=(1, 80)),
        "failureCondition": {name: value for name, value in failure.items() if value} | {"statusCodeRanges": ranges},
        "tripDuration": _duration(fields, "tripDuration"),
        "acceptRetryAfter": fields.flag("acceptRetryAfter", default=False),
    }


def _range(fields: Fields) -> Json:
    limits: dict[str, Any] = {name: fields.raw(name) for name in ("min", "max")}
    if not all(type(limit) is int and 200 <= limit <= 599 for limit in limits.values()):
        fields.problem("min", "'min' and 'max' must be status codes from 200 to 599.")
    return limits


def _duration(fields: Fields, name: str) -> str | None:
    text = fields.text(name, required=True)
    try:
        if text and durations.seconds(text) <= 0:
            fields.problem(name, f"'{name}' must be longer than nothing.")
    except ValueError as error:
        fields.problem(name, f"'{name}' is not valid: {error}.")
    return text
