"""What a change of an API's revision means for calls; older revisions are APIs at paths of their own."""

from dataclasses import replace
from typing import Any

from review_changes import change, effects
from rule_resources import NOW, api, api_policy, backend, pfx_certificate, presents, service, settings

from review.report import build
from rules import once
from rules.graph import Resource
from rules.setup import Setup

PARTS = [service(), pfx_certificate("orders"), backend(), api_policy(inbound=presents("orders", "orders"))]
FIRST, SECOND = {"apiRevision": "1"}, {"apiRevision": "2", "sourceApiId": "/apis/orders"}


def older(name: str = "orders-revision-1", **given: Any) -> list[Resource]:
    """The first revision, and its policy."""
    identifier = {"apiId": "orders;rev=1", "path": "orders"} | given
    policy = api_policy(name, inbound=presents("orders", "orders"), apiId=identifier["apiId"])
    return [replace(api(name, **identifier), dependencies=frozenset({api().urn})), policy]


def test_a_new_revision_is_a_copy_of_the_current_one() -> None:
    found = effects([*PARTS, api(**FIRST)], [*PARTS, api(**SECOND)])
    assert found == [("change", "revision 2 becomes current: a copy of revision 1, and what else is said here")]


def test_an_older_revision_is_taken_over_and_not_new() -> None:
    before, after = [*PARTS, api(**SECOND)], [*PARTS, api(**SECOND), *older()]
    made = change(before, after)
    steps = tuple(replace(each, op="import") for each in made.steps)
    report = build(replace(made, steps=steps), settings().model_copy(update={"now": NOW}))
    assert [(each.level.word, each.text) for each in report.effects] == [
        ("safe", "it is taken over as it is: an older revision, which is called at its own path")
    ]
    assert "is new: presents" in effects(before, after)[0][1]  # one that is created


def test_a_removed_one_was_called_at_its_own_path() -> None:
    found = effects([*PARTS, api(**SECOND), *older()], [*PARTS, api(**SECOND)])
    assert ("outage", "is removed: calls to /orders;rev=1 get 404") in found


def test_revisions_share_the_path_of_their_api() -> None:
    made = change([*PARTS, api(**FIRST)], [*PARTS, api(**SECOND), *older()])
    assert once.clashes(Setup(made.after)) == ()
    other = change([*PARTS, api(**FIRST)], [*PARTS, api(**FIRST), api("other", apiId="other", path="orders")])
    assert [each.new.kind for each in once.clashes(Setup(other.after))] == ["path"]
