"""Callers of a path reach another API, or nobody: a report says which."""

from dataclasses import replace

from review_changes import effects, report
from rule_resources import api, service

PARTS = (service(),)


def test_a_path_that_another_api_takes_is_not_said_to_be_gone() -> None:
    first, second = api("one"), api("two")
    swapped = [replace(each, inputs={**each.inputs, "path": path}) for each, path in ((first, "two"), (second, "one"))]
    found = report([*PARTS, first, second], [*PARTS, *swapped]).effects
    assert [(each.level.word, each.who, each.text) for each in found if each.state == "api-swapped"] == [
        ("risk", ("one",), "moves to /two: calls to /one reach two"),
        ("risk", ("two",), "moves to /one: calls to /two reach one"),
    ]
    taken = replace(second, inputs={**second.inputs, "path": "one"})
    assert ("risk", "is removed: calls to /one reach two") in effects([*PARTS, first, second], [*PARTS, taken])
    assert ("outage", "is removed: calls to /one get 404") in effects([*PARTS, first, second], [*PARTS, second])
