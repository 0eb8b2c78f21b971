"""The order that a report tells is that of the dependencies: what is needed comes first, and goes last."""

from hypothesis import given
from hypothesis import strategies as st
from review_changes import change
from rule_resources import api, api_policy, backend, pfx_certificate, presents, resource, service

from review.change import Change
from review.timeline import Moment, moments
from rules.graph import Resource
from rules.setup import Setup


def timeline(found: Change) -> list[Moment]:
    """Everything that happens, in order."""
    return moments(found, Setup(found.after))


def chain(edges: list[tuple[int, int]], count: int) -> list[Resource]:
    """Resources of which a later one may depend on earlier ones."""
    made: list[Resource] = []
    for number in range(count):
        after = [made[start] for start, end in edges if end == number and start < number]
        made.append(resource("apimanagement:Backend", f"b{number}", after=after))
    return made


GRAPHS = st.integers(1, 8).flatmap(
    lambda count: st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12).map(
        lambda edges: chain(edges, count)
    )
)


def stages(before: list[Resource], after: list[Resource]) -> dict[str, int]:
    return {each.what.removeprefix("Backend "): each.stage for each in timeline(change(before, after))}


@given(GRAPHS)
def test_what_is_needed_is_created_first(resources: list[Resource]) -> None:
    at = stages([], resources)
    names = {each.urn: each.name for each in resources}
    assert all(at[names[needed]] < at[each.name] for each in resources for needed in each.dependencies)


@given(GRAPHS)
def test_what_is_needed_is_deleted_last(resources: list[Resource]) -> None:
    at = stages(resources, [])
    names = {each.urn: each.name for each in resources}
    assert all(at[names[needed]] > at[each.name] for each in resources for needed in each.dependencies)


def test_a_replacement_is_made_before_what_uses_it_is_updated_and_the_old_one_goes_at_the_end() -> None:
    old = resource("apimanagement:Certificate", "c", data="1")
    new = resource("apimanagement:Certificate", "c", data="2")
    was = resource("apimanagement:ApiPolicy", "p", after=[old], value="1")
    will = resource("apimanagement:ApiPolicy", "p", after=[new], value="2")
    told = [(each.stage, each.op, each.what) for each in timeline(change([old, was], [new, will], forced=["c"]))]
    assert told == [(1, "replace", "Certificate c"), (2, "update", "ApiPolicy p"), (3, "delete", "Certificate c")]


def meaning(before: list[Resource], after: list[Resource], what: str) -> str:
    """What the deletion of something means."""
    return next(each.meaning for each in timeline(change(before, after)) if (each.op, each.what) == ("delete", what))


def test_what_goes_while_a_policy_still_names_it_is_not_said_to_be_used_no_more() -> None:
    parts = [service(), api(), api_policy(inbound=presents("legacy", "orders"))]
    names, unnamed = [*parts[:2], parts[2]], [*parts[:2], api_policy()]
    for gone, what, words in (
        (pfx_certificate(), "Certificate legacy", "No policy of the stack names it any more"),
        (backend(), "Backend orders", "Nothing routes to it any more"),
    ):
        refused = "A policy still names it: Azure refuses to delete it"
        assert meaning([*names, gone], names, what) == refused
        assert meaning([*names, gone], unnamed, what) == words


def test_of_what_nobody_knows_nothing_is_promised() -> None:
    value, other = (resource("apimanagement:NamedValue", "host", value=each) for each in "ab")
    (told,) = timeline(change([value], [other]))
    assert told.meaning == "What it means for calls is not known"
    (made,) = timeline(change([], [value]))
    assert made.meaning == "No call notices"


def test_components_are_not_told() -> None:
    assert timeline(change([], [resource("backend-mtls:index:MtlsApi", "x")])) == []
