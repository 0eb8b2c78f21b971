"""The picture of a large stack leaves out what does not change, and nothing of what it shows."""

from review_changes import change
from rule_resources import api, api_policy, backend, pfx_certificate, presents, service

from review.picture import MOST, Picture, picture
from review.routes import routes
from rules.graph import Resource
from rules.setup import Setup


def drawn(before: list[Resource], after: list[Resource]) -> Picture:
    """The picture of a change."""
    found = change(before, after)
    was, will = Setup(found.before), Setup(found.after)
    return picture(found, routes(was, will), routes(will, was))


def test_an_api_that_stays_is_drawn_with_its_certificate_although_only_its_backend_changes() -> None:
    names = [f"a{number:03}" for number in range(40)]
    stack: list[Resource] = [service(), backend("shared")]
    for number, name in enumerate(names):
        policy = api_policy(name, presents(name, "shared"))
        stack += [api(name), pfx_certificate(name, f"{number:040X}"), policy]
    moved = [backend("shared", url="https://new.example.com"), *(each for each in stack if each.name != "shared")]
    found = drawn(stack, moved)
    apis = {each.id for each in found.nodes if each.column == "api"}
    presented = {each.end for each in found.edges if each.label == "is presented by"}
    assert apis
    assert apis == presented
    assert len(found.nodes) <= MOST
    assert found.left_out > 0
