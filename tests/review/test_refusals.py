"""A deployment that Azure refuses is called so first, whatever else it would do."""

import json
from dataclasses import replace

from review_changes import change, report
from rule_resources import api, pfx_certificate, vault_certificate

from review import refusals
from review.change import Change, read
from review.documents import Deployment, Preview
from rules.graph import Resource
from rules.setup import Setup

URN = "urn:pulumi:test::project::azure-native:apimanagement:Api::"
ARM = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/apis/"


def states(told: Change) -> list[tuple[str, str]]:
    return [(each.state, each.level.word) for each in refusals.found(told, Setup(told.after))]


def test_what_is_refused_leads_even_where_an_outage_would_follow() -> None:
    made = report([api("old", path="p"), api("gone", path="g")], [api("new", path="p")])
    assert made.headline.startswith(
        "The deployment is refused by Azure, and ends in its middle: API new asks for path /p"
    )
    assert {each.state for each in made.effects} >= {"deployment-refused", "api-removed"}


def test_what_is_not_refused_is_not_said_to_be() -> None:
    assert states(change([api("old", path="p")], [api("new", path="other")])) == []
    assert states(change([], [api("new", path="p")])) == []


def test_what_depends_on_an_order_or_on_a_vault_may_be_refused() -> None:
    assert states(change([api("a", path="p")], [api("a", path="q"), api("b", path="p")])) == [
        ("deployment-may-be-refused", "risk")
    ]
    old = pfx_certificate("legacy", certificateId="legacy-abab")
    assert states(change([old], [vault_certificate("legacy")], forced=["legacy"])) == [
        ("deployment-may-be-refused", "risk")
    ]


def test_what_is_imported_under_a_second_name_goes_with_the_first() -> None:
    def imported(before: list[Resource], after: list[Resource]) -> Change:
        made = change(before, after)
        steps = (replace(each, op="import") if each.op == "create" else each for each in made.steps)
        return replace(made, steps=tuple(steps))

    first, second = api("a", apiId="x"), api("b", apiId="x", path="a")
    assert ("taken-over-and-deleted", "outage") in states(imported([first], [second]))
    assert ("taken-over-twice", "risk") in states(imported([first], [first, second]))


def test_a_resource_that_is_renamed_by_an_alias_is_one_resource() -> None:
    def state(name: str, path: str) -> dict[str, object]:
        inputs = {"apiId": "x", "path": path, "serviceName": "apim", "resourceGroupName": "rg"}
        return {"urn": URN + name, "type": "azure-native:apimanagement:Api", "id": ARM + "x", "inputs": inputs}

    old, new = state("old", "p"), state("new", "p")
    step = {"op": "update", "urn": URN + "new", "oldState": old, "newState": new, "diffReasons": ["displayName"]}
    preview = Preview.model_validate_json(json.dumps({"steps": [step]}))
    base = Deployment.model_validate_json(json.dumps({"resources": [old]}))
    told = read(preview, base)
    assert [each.name for each in told.after.resources] == ["new"]
    assert [each.name for each in told.before.resources] == ["new"]
    assert states(told) == []
    created = {"op": "create", "urn": URN + "new", "newState": new | {"id": ""}}
    gone = {"op": "delete", "urn": URN + "old", "oldState": old}
    without = Preview.model_validate_json(json.dumps({"steps": [created, gone]}))
    assert states(read(without, base))[0] == ("deployment-refused", "risk")
