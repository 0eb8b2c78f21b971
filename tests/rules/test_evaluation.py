"""What comes of a call, without a call: every outcome of the documents that apply to it, each with its conditions."""

import pytest
from rule_policies import SECRET, fragment, include, operation_policy, product_policy, routes, routes_to, service_policy
from rule_resources import api, api_policy, entity, presents, service

from rules.evaluation import at, of_policy
from rules.graph import Graph, Resource
from rules.setup import Setup

A, B = presents("a"), presents("b")
SERVICE = service()
Seen = tuple[str, str, str, str]
"""Condition, what is presented, where the call goes, what ends it."""


def seen(*resources: Resource, of: Resource | None = None) -> list[Seen]:
    """The outcomes of the last resource's policy, on a service that the stack owns."""
    setup = Setup(Graph(stack="test", project="project", resources=(SERVICE, *resources)))
    found = of_policy(setup, setup.policy_of[(of or resources[-1]).urn]).outcomes
    return [(each.condition, each.presented.words, each.routed.words, each.ended) for each in found]


def in_sections(inbound: str = "<base />", backend: str = "<base />", *, order: str = "inbound backend") -> str:
    """A document with these sections, in this order."""
    held = {"inbound": f"<inbound>{inbound}</inbound>", "backend": f"<backend>{backend}</backend>"}
    return f"<policies>{''.join(held[each] for each in order.split())}</policies>"


def one(policies: str) -> str:
    """Several policies as the one that may stand in `<backend>`."""
    return f"<limit-concurrency key='k' max-count='9'>{policies}</limit-concurrency>"


def choose(when: str, otherwise: str | None = None, condition: str = '@(context.Request.Method == "POST")') -> str:
    """A branch."""
    other = "" if otherwise is None else f"<otherwise>{otherwise}</otherwise>"
    return f"<choose><when condition='{condition}'>{when}</when>{other}</choose>"


POST, NOT_POST = 'context.Request.Method == "POST"', 'not (context.Request.Method == "POST")'
ID_A, ID_B = "certificate-id a", "certificate-id b"


def test_what_every_call_meets_is_one_outcome_without_a_condition() -> None:
    assert seen(api_policy(inbound=presents("a", "orders"))) == [("", ID_A, "backend-id orders", "")]


def test_nothing_is_presented_where_no_policy_presents() -> None:
    assert seen(api_policy()) == [("", "none", "none", "")]


def test_the_last_element_that_runs_decides() -> None:
    assert seen(api_policy(inbound=A + B)) == [("", ID_B, "none", "")]


def test_a_branch_is_an_outcome_of_its_own() -> None:
    assert seen(api_policy(inbound=A + choose(B))) == [(POST, ID_B, "none", ""), (NOT_POST, ID_A, "none", "")]


def test_what_stands_behind_a_branch_decides_for_all() -> None:
    assert seen(api_policy(inbound=choose(B, A) + A)) == [("", ID_A, "none", "")]


def test_branches_that_say_the_same_are_no_branches() -> None:
    assert seen(api_policy(inbound=choose(A, A))) == [("", ID_A, "none", "")]


def test_the_same_condition_twice_holds_twice() -> None:
    found = seen(api_policy(inbound=choose(A, B) + choose(routes("x"), routes("y"))))
    assert found == [(POST, ID_A, "backend-id x", ""), (NOT_POST, ID_B, "backend-id y", "")]


def test_the_same_condition_may_turn_out_otherwise_once_something_has_run_in_between() -> None:
    between = "<set-method>GET</set-method>"
    found = seen(api_policy(inbound=choose(A, B) + between + choose(routes("x"), routes("y"))))
    assert len(found) == 4


@pytest.mark.parametrize(("condition", "expected"), [("@(true)", ID_B), ("true", ID_B), ("@( false )", ID_A)])
def test_a_condition_that_is_constant_is_none(condition: str, expected: str) -> None:
    assert seen(api_policy(inbound=A + choose(B, condition=condition))) == [("", expected, "none", "")]


def test_a_later_branch_is_taken_when_no_earlier_one_is() -> None:
    inbound = (
        f'<choose><when condition="@(one)">{A}</when><when condition="@(two)">{B}</when>'
        '<otherwise><return-response><set-status code="403" /></return-response></otherwise></choose>'
    )
    assert seen(api_policy(inbound=inbound)) == [
        ("one", ID_A, "none", ""),
        ("not (one) and two", ID_B, "none", ""),
        ("not (one) and not (two)", "none", "none", "return-response 403"),
    ]


def test_what_is_inherited_behind_the_binding_wins() -> None:
    document = in_sections(f"{A}<base />")
    assert seen(service_policy(B), api_policy(value=document)) == [("", ID_B, "none", "")]
    assert seen(service_policy(B), api_policy(value=in_sections(f"<base />{A}"))) == [("", ID_A, "none", "")]


def test_without_base_nothing_is_inherited() -> None:
    assert seen(service_policy(B), api_policy(base=False)) == [("", "none", "none", "")]


def test_a_base_in_a_branch_is_inherited_there() -> None:
    document = in_sections(choose("<base />"))
    assert seen(service_policy(B), api_policy(value=document)) == [
        (POST, ID_B, "none", ""),
        (NOT_POST, "none", "none", ""),
    ]


def test_routing_in_the_backend_section_comes_last_wherever_the_section_stands() -> None:
    document = in_sections(
        f"<base />{presents('a', 'orders')}", one(f"{routes('late')}<base />"), order="backend inbound"
    )
    assert seen(api_policy(value=document)) == [("", ID_A, "backend-id late", "")]


def test_what_stands_behind_the_forwarding_decides_nothing() -> None:
    document = in_sections(f"<base />{presents('a', 'orders')}", one(f"<base />{routes('late')}"))
    assert seen(api_policy(value=document)) == [("", ID_A, "backend-id orders", "")]


def test_what_stands_behind_a_response_does_not_run() -> None:
    returned = "<return-response><set-status code='410' /></return-response>"
    assert seen(api_policy(inbound=returned + A)) == [("", "none", "none", "return-response 410")]
    assert seen(api_policy(inbound=f"<mock-response status-code='201' />{A}"))[0][3] == "mock-response 201"


def test_a_backend_section_that_does_not_forward_calls_nobody() -> None:
    assert seen(api_policy(value=in_sections(backend="")))[0][3] == "the policy does not forward the call"


def test_a_retry_may_go_elsewhere_the_second_time() -> None:
    body = f"{choose(routes('spare'), condition='@(context.Response.StatusCode == 503)')}<forward-request />"
    backend = f'<retry condition="@(true)" count="2" interval="0">{body}</retry>'
    document = in_sections(f"<base />{presents('a', 'orders')}", backend)
    failed = "context.Response.StatusCode == 503"
    assert [(condition, routed) for condition, _, routed, _ in seen(api_policy(value=document))] == [
        (failed, "backend-id spare"),
        (f"not ({failed})", "backend-id orders"),
    ]


@pytest.mark.parametrize(("condition", "told"), [("@(failed)", "one; or the call is tried again"), ("@(false)", "one")])
def test_what_a_later_attempt_does_is_told_of_all_calls_that_come_to_it(condition: str, told: str) -> None:
    body = f"{choose(routes('a'), condition='@(one)')}<forward-request />{routes('a')}"
    backend = f'<retry condition="{condition}" count="2" interval="0">{body}</retry>'
    found = seen(api_policy(value=in_sections(f"<base />{presents('c', 'b')}", backend)))
    assert [(each[0], each[2]) for each in found] == [(told, "backend-id a"), ("not (one)", "backend-id b")]


def test_a_condition_on_the_response_may_turn_out_otherwise_once_a_backend_has_answered() -> None:
    failed, post = "@(context.Response.StatusCode == 503)", '@(context.Request.Method == "POST")'
    again = choose(routes("spare") + "<forward-request />", condition=failed)
    for condition, routed in ((failed, {"backend-id orders", "backend-id spare"}), (post, {"backend-id orders"})):
        answered = f"<forward-request />{again.replace(failed, condition)}"
        backend = choose("<return-response />", answered, condition=condition)
        document = in_sections(f"<base />{presents('a', 'orders')}", backend)
        found = {each[2] for each in seen(api_policy(value=document)) if not each[3]}
        assert found == routed


def test_what_a_request_of_its_own_presents_is_not_presented_to_the_backend() -> None:
    own = f"<send-request mode='new'><set-url>http://x</set-url>{B}</send-request>"
    assert seen(api_policy(inbound=A + own)) == [("", ID_A, "none", "")]


def test_a_fragment_stands_where_it_is_included() -> None:
    held = fragment("mtls", A + choose(B))
    assert seen(held, api_policy(inbound=include())) == [(POST, ID_B, "none", ""), (NOT_POST, ID_A, "none", "")]
    assert seen(held, api_policy(inbound=include() + B)) == [("", ID_B, "none", "")]


def test_a_fragment_of_somebody_else_is_unknown_until_something_decides_anew() -> None:
    unknown = "not known: the fragment mtls is not in this stack"
    assert seen(api_policy(inbound=A + include())) == [("", unknown, unknown, "")]
    assert seen(api_policy(inbound=include() + presents("a", "orders"))) == [("", ID_A, "backend-id orders", "")]


def test_a_fragment_that_includes_itself_is_unknown() -> None:
    held = fragment("mtls", include())
    assert seen(held, api_policy(inbound=include()))[0][1].startswith("not known")


def test_a_policy_that_is_hidden_is_unknown_and_not_none() -> None:
    hidden = "not known: the policy of the API orders is hidden or made later"
    assert seen(api_policy(value=SECRET)) == [("", hidden, hidden, "")]
    assert (
        seen(api_policy(value="<policies><inbound>"))[0][1] == "not known: the policy of the API orders cannot be read"
    )


def test_a_service_of_somebody_else_may_have_any_policy() -> None:
    policy = api_policy()
    setup = Setup(Graph(stack="test", project="project", resources=(policy,)))
    found = of_policy(setup, setup.policy_of[policy.urn]).outcomes
    assert [each.presented.is_unknown for each in found] == [True]
    own = Setup(Graph(stack="test", project="project", resources=(api_policy(inbound=presents("a", "orders")),)))
    assert [each.presented.words for each in of_policy(own, own.policies[0]).outcomes] == [ID_A]


def test_an_expression_or_a_named_value_is_unknown() -> None:
    by_expression = "<authentication-certificate certificate-id='@(context.Variables[&quot;c&quot;])' />"
    found = of_policy(
        setup := Setup(
            Graph(stack="t", project="p", resources=(SERVICE, api_policy(inbound=by_expression + routes("{{pool}}"))))
        ),
        setup.policies[0],
    ).outcomes
    assert [(each.presented.is_unknown, each.routed.is_unknown) for each in found] == [(True, True)]


def test_a_url_does_not_override_a_backend_that_is_inherited() -> None:
    policies = (service_policy(routes("orders")), api_policy(inbound=A + routes_to("https://x")))
    assert seen(*policies) == [("", ID_A, "backend-id orders", "")]
    assert seen(api_policy(inbound=routes("orders") + routes_to("https://x")))[0][2] == "base-url https://x"


def test_an_operation_inherits_from_its_api_and_that_from_the_service() -> None:
    policies = (api(), service_policy(A), api_policy(inbound=routes("orders")), operation_policy())
    assert seen(*policies) == [("", ID_A, "backend-id orders", "")]


def test_operations_of_two_apis_may_have_the_same_id() -> None:
    other = operation_policy("other", B, api_id="stock", operationId="list")
    own = operation_policy("own", A, operationId="list")
    for resources in ((own, other), (other, own)):
        assert seen(api(), api("stock"), *resources, of=own) == [("", ID_A, "none", "")]
        assert seen(api(), api("stock"), *resources, of=other) == [("", ID_B, "none", "")]


def test_a_product_runs_between_the_service_and_the_api_for_its_own_key() -> None:
    resources = (SERVICE, api(), service_policy(A), product_policy("gold", B), api_policy())
    setup = Setup(Graph(stack="test", project="project", resources=resources))
    place = ("apim", "api", "orders")
    assert [each.presented.words for each in at(setup, place, "orders").outcomes] == [ID_A]
    assert [each.presented.words for each in at(setup, place, "orders", "gold").outcomes] == [ID_B]


def test_elements_that_run_one_after_the_other_do_not_multiply() -> None:
    harmless = "".join(choose(f"<set-header name='h{n}' />", condition=f"@(c{n})") for n in range(40))
    assert seen(api_policy(inbound=A + harmless)) == [("", ID_A, "none", "")]


def test_a_document_with_too_many_branches_is_unknown_and_ends() -> None:
    many = "".join(
        choose(presents(f"c{n}"), condition=f"@(c{n})") + choose(routes(f"b{n}"), condition=f"@(d{n})")
        for n in range(20)
    )
    found = seen(api_policy(inbound=many))
    assert found[0][1] == "not known: too many branches" or len(found) <= 48


def test_what_is_kept_of_a_way_does_not_grow_with_the_document() -> None:
    many = "".join(choose(A, B + "<set-header name='h' />", condition=f"@(c{n})") for n in range(300))
    setup = Setup(Graph(stack="test", project="project", resources=(SERVICE, api_policy(inbound=many))))
    found = of_policy(setup, setup.policies[0]).outcomes
    assert {each.presented.words for each in found} == {ID_A, ID_B}
    assert all(len(way) <= 101 for each in found for way in each.ways)


def test_a_workspace_stands_between_the_service_and_its_apis() -> None:
    workspace = entity("Workspace", "team", workspaceId="team")
    policies = (
        workspace,
        service_policy(A),
        entity("WorkspacePolicy", "team", workspaceId="team", value=in_sections(f"<base />{B}")),
        entity("WorkspaceApi", "orders", workspaceId="team", apiId="orders", path="orders"),
        entity("WorkspaceApiPolicy", "orders", workspaceId="team", apiId="orders", value=in_sections()),
    )
    assert seen(*policies) == [("", ID_B, "none", "")]
