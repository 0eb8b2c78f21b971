"""Policies are programs: what a change of one does to calls is told of the calls that it is about, and of no others."""

from dataclasses import replace

import pytest
from review_changes import effects, report
from rule_policies import JWT, SECRET, fragment, include, operation_policy, product_policy, routes, service_policy
from rule_resources import SERVICE_ID, api, api_policy, backend, entity, presents, service, vault_certificate

from rules.graph import Resource

POST = 'context.Request.Method == "POST"'
BOUND = presents("orders", "orders")
LOST = "no longer presents a certificate, CN=orders: the backend will refuse its calls"
TEXT = ("change", "its policy text changes (see below)")


def certificate(name: str) -> Resource:
    secret = {"secretIdentifier": f"https://kv.vault.azure.net/secrets/{name}"}
    return vault_certificate(name, vault=secret, outputs={"subject": f"CN={name}", "thumbprint": name.encode().hex()})


PARTS = (
    service(),
    certificate("orders"),
    certificate("other"),
    backend(),
    backend("spare", url="https://spare.example.com"),
    api(),
)


def branch(inside: str, condition: str = POST) -> str:
    quoted = condition.replace('"', "&quot;")
    return f'<choose><when condition="@({quoted})">{inside}</when></choose>'


def told(before: str, after: str, *around: Resource) -> list[tuple[str, str]]:
    """What is said of an API whose own policies in `<inbound>` change."""
    return effects([*PARTS, *around, api_policy(inbound=before)], [*PARTS, *around, api_policy(inbound=after)])


def of_document(before: str, after: str) -> list[tuple[str, str]]:
    """What is said of an API whose whole document changes."""
    return effects([*PARTS, api_policy(value=before)], [*PARTS, api_policy(value=after)])


def in_sections(inbound: str, backend_section: str = "<base />") -> str:
    return f"<policies><inbound>{inbound}</inbound><backend>{backend_section}</backend></policies>"


def test_a_branch_that_presents_another_certificate_is_told_of_its_calls_only() -> None:
    other = presents("other")
    switched = (
        "presents a new certificate, CN=other, validity known after deployment; its subject is another one: calls fail "
        "unless the backend accepts it already"
    )
    found = told(BOUND, BOUND + branch(other))
    assert found == [("risk", f"calls where {POST}: {switched}; all others as before"), TEXT]


def test_a_branch_that_goes_elsewhere_is_told_of_its_calls_only() -> None:
    found = told(BOUND, BOUND + branch(routes("spare")))
    moved = "calls go to https://spare.example.com instead of https://orders.example.com; all others as before"
    assert found == [("risk", f"calls where {POST}: {moved}"), TEXT]


def test_a_certificate_that_moves_into_a_branch_is_lost_for_the_other_calls() -> None:
    route = routes("orders")
    assert told(BOUND, route + branch(presents("orders"))) == [
        ("outage", f"calls where not ({POST}): {LOST}; all others as before"),
        TEXT,
    ]


def test_an_answer_before_the_backend_ends_the_calls() -> None:
    answer = '<return-response><set-status code="503" /></return-response>'
    ends = "the gateway answers by itself (return-response 503)"
    assert told(BOUND, answer + BOUND)[0] == ("outage", f"{ends}: calls no longer reach the backend")
    assert told(BOUND, branch(answer) + BOUND)[0] == (
        "risk",
        f"calls where {POST}: {ends}: they no longer reach the backend; all others as before",
    )
    reach = "are no longer refused by the policy (return-response 503): they reach the backend"
    found = told(branch(answer) + BOUND, BOUND)
    assert found[0] == ("danger", f"calls where {POST}: {reach}; all others as before")
    assert told(answer + BOUND, BOUND)[0][0] == "change"


def test_a_made_up_answer_ends_the_calls_too() -> None:
    assert told(BOUND, BOUND + "<mock-response status-code='200' />")[0] == (
        "outage",
        "the gateway answers by itself (mock-response 200): calls no longer reach the backend",
    )


def test_a_base_behind_the_binding_lets_the_outer_policy_win() -> None:
    outer = service_policy(presents("other"))
    before, after = in_sections(f"<base />{BOUND}"), in_sections(f"{BOUND}<base />")
    found = effects(
        [*PARTS, outer, api_policy(value=before)],
        [*PARTS, outer, api_policy(value=after)],
    )
    assert found[0][0] == "risk"
    assert found[0][1].startswith("presents a new certificate, CN=other")


def test_routing_in_the_backend_section_is_where_the_calls_go() -> None:
    late = f"<limit-concurrency key='k' max-count='9'>{routes('spare')}<base /></limit-concurrency>"
    found = of_document(in_sections(f"<base />{BOUND}"), in_sections(f"<base />{BOUND}", late))
    assert found[0] == ("risk", "calls go to https://spare.example.com instead of https://orders.example.com")


def test_a_policy_that_does_not_forward_is_an_outage() -> None:
    found = of_document(in_sections(f"<base />{BOUND}"), in_sections(f"<base />{BOUND}", ""))
    assert found[0][0] == "outage"
    assert "the policy does not forward the call" in found[0][1]


def test_sections_in_another_order_are_the_same_policy() -> None:
    sections = (f"<inbound><base />{BOUND}</inbound>", "<backend><base /></backend>")
    one, other = (f"<policies>{''.join(each)}</policies>" for each in (sections, sections[::-1]))
    assert [level for level, _ in of_document(one, other) if level != "change"] == []


def test_a_fragment_of_another_stack_is_not_known_and_no_outage() -> None:
    found = told(BOUND, include("theirs"))
    assert [level for level, _ in found] == ["risk", "risk", "change"]
    assert "the fragment theirs is not in this stack" in found[0][1]


def test_a_fragment_that_presents_something_else_is_told_of_the_apis_that_include_it() -> None:
    before, after = (fragment("mtls", presents(each, "orders")) for each in ("orders", "other"))
    policy = api_policy(inbound=include())
    found = report([*PARTS, before, policy], [*PARTS, after, policy]).effects
    assert [(each.level.word, each.who) for each in found] == [("risk", ("orders",)), ("change", ("fragment mtls",))]


def test_a_request_of_the_policys_own_is_told_with_what_it_presents_and_where() -> None:
    own = f"<send-request mode='new'><set-url>https://log.example.net/x?code=1</set-url>{presents('other')}</send-request>"
    assert told(BOUND, BOUND + own)[0] == (
        "risk",
        "its policy sends a request of its own to https://log.example.net, presenting certificate-id other",
    )
    plain = "<send-request><set-url>http://log.example.net</set-url></send-request>"
    assert told(BOUND, BOUND + branch(plain))[0] == (
        "danger",
        f"its policy sends a request of its own over http to http://log.example.net, where {POST}",
    )


@pytest.mark.parametrize(
    ("before", "after", "level", "text"),
    [
        (JWT, "", "danger", "validate-jwt no longer guards it (it stood in the policy of API orders)"),
        (JWT, f"<!-- {JWT} -->", "danger", "validate-jwt no longer guards it (it stood in the policy of API orders)"),
        (JWT, branch(JWT), "danger", f"validate-jwt guards some calls only: only where {POST}"),
        (
            "<validate-client-certificate />",
            "<validate-client-certificate validate-trust='false' />",
            "danger",
            'validate-client-certificate lets more through: validate-trust="false"',
        ),
        ("", JWT, "risk", "calls have to get past validate-jwt: those that do not meet it fail"),
        (
            JWT,
            JWT.replace("Authorization", "X-Token"),
            "risk",
            "validate-jwt demands something else: calls that do not meet it fail",
        ),
    ],
)
def test_a_guard_has_a_level_of_its_own(before: str, after: str, level: str, text: str) -> None:
    assert told(before + BOUND, after + BOUND)[0] == (level, text)


def test_credentials_that_go_are_told() -> None:
    basic = "<authentication-basic username='{{user}}' password='{{password}}' />"
    lost = "no longer shows the backend authentication-basic: a backend that asks for it refuses the calls"
    assert told(basic + BOUND, BOUND) == [("risk", lost), TEXT]
    assert told(BOUND, basic + BOUND) == [TEXT]


def test_a_guard_that_may_have_moved_into_what_cannot_be_read_is_not_called_gone() -> None:
    found = told(JWT + BOUND, include("theirs") + BOUND)
    unknown = (
        "whether validate-jwt still guards it is not known (the fragment theirs is not in this stack; it stood in "
    )
    assert found[0] == ("risk", f"{unknown}the policy of API orders)")


def test_another_header_is_another_guard() -> None:
    one, other = (f"<check-header name='{each}' />" for each in ("x-a", "x-b"))
    levels = [level for level, _ in told(one + BOUND, other + BOUND)]
    assert levels == ["danger", "risk", "change"]


def test_a_guard_that_stays_is_not_told() -> None:
    assert told(JWT + BOUND, f"{JWT}<set-header name='a' />{BOUND}") == [TEXT]


def test_a_dropped_base_is_judged_by_what_stands_outside() -> None:
    before, after = api_policy(inbound=BOUND), api_policy(inbound=BOUND, base=False)
    guarded = effects([*PARTS, service_policy(JWT), before], [*PARTS, service_policy(JWT), after])
    assert guarded[0] == ("danger", "validate-jwt no longer guards it (it stood in the policy of service)")
    assert effects([*PARTS, service_policy(), before], [*PARTS, service_policy(), after]) == [TEXT]
    borrowed = PARTS[1:]
    lost = "what outer policies demand no longer applies, and what that was is not known"
    why = "the policy of the service is not in this stack"
    assert effects([*borrowed, before], [*borrowed, after])[0] == ("risk", f"{lost} ({why})")


def test_a_guard_of_the_service_is_told_once_for_all_apis() -> None:
    policies = (api("stock"), api_policy(inbound=BOUND))
    found = report([*PARTS, *policies, service_policy(JWT)], [*PARTS, *policies, service_policy()]).effects
    assert found[0].who == ("orders", "service", "stock")


def test_an_operation_whose_policy_goes_gets_what_its_api_has() -> None:
    parts = (*PARTS, api_policy(inbound=BOUND))
    own = operation_policy(inbound=presents("other"))
    assert effects([*parts, own], list(parts))[0][1].startswith("presents a new certificate, CN=orders")
    assert effects([*parts, operation_policy()], list(parts)) == []


def test_a_product_that_presents_something_else_is_told_of_its_keys_only() -> None:
    linked = (
        entity("Product", "gold", productId="gold"),
        entity("ProductApi", "link", productId="gold", apiId="orders"),
    )
    parts = (*PARTS, *linked, api_policy(inbound=routes("orders")), service_policy(presents("orders")))
    found = report([*parts, product_policy()], [*parts, product_policy(inbound=presents("other"))]).effects
    assert ("orders",) in [each.who for each in found]
    text = next(each.text for each in found if each.who == ("orders",))
    assert text.startswith("calls where the key is of product gold: presents a new certificate, CN=other")
    assert text.endswith("all others as before")


def test_a_stack_that_is_pointed_at_another_service_moves_its_apis() -> None:
    def on(name: str) -> list[Resource]:
        given = (certificate("orders"), backend(), api(), api_policy(inbound=BOUND))
        return [
            entity(each.type.rpartition(":")[2], each.name, **{**each.inputs, "serviceName": name}) for each in given
        ]

    found = report(on("apim-one"), on("apim-two"), forced=["orders"])
    assert (found.effects[0].level.word, found.effects[0].who) == ("outage", ("orders",))
    moved = "moves from service apim-one to service apim-two: calls to the gateway of apim-one get 404"
    assert found.effects[0].text == moved
    facts = {each.name: (each.before, each.after) for each in found.rows[0].facts}
    assert facts["Service"] == ("apim-one", "apim-two")


def test_an_api_that_gets_another_id_is_told_of_by_both() -> None:
    policy = api_policy(inbound=BOUND)
    moved = replace(PARTS[-1], inputs={**PARTS[-1].inputs, "apiId": "other", "path": "elsewhere"})
    bound = replace(policy, inputs={**policy.inputs, "apiId": "other"})
    found = report([*PARTS, policy], [*PARTS[:-1], moved, bound]).effects
    assert found[0].state == "api-moved"
    assert found[0].who == ("orders", "other")


def test_a_service_that_gets_its_name_at_deployment_is_the_same_service() -> None:
    policy = api_policy(inbound=BOUND)
    assert effects([*PARTS, policy], [*PARTS, policy]) == []


def test_what_is_not_known_to_be_without_effect_is_not_called_safe() -> None:
    values = [entity("NamedValue", "host", value=each) for each in "ab"]
    assert effects([*PARTS, values[0]], [*PARTS, values[1]]) == [
        ("risk", "1 other resource is updated: host; what that means for calls is not known")
    ]
    described = [entity("Product", "gold", productId="gold", description=each) for each in "ab"]
    assert effects([*PARTS, described[0]], [*PARTS, described[1]])[0][0] == "safe"


def test_an_operation_with_another_template_loses_its_callers() -> None:
    was, will = (entity("ApiOperation", "get", apiId="orders", method="GET", urlTemplate=each) for each in ("/a", "/b"))
    assert effects([*PARTS, was], [*PARTS, will]) == [
        ("outage", "the operation GET /a becomes GET /b: calls of GET /a get 404")
    ]


def test_what_a_policy_that_cannot_be_read_may_call_is_not_said_to_be_safe() -> None:
    moved = [backend("unused", url=f"https://{each}.example.com") for each in "ab"]
    bound, hidden = api_policy(inbound=BOUND), api_policy(value=SECRET)
    assert effects([*PARTS, bound, moved[0]], [*PARTS, bound, moved[1]])[0][0] == "safe"
    assert effects([*PARTS, hidden, moved[0]], [*PARTS, hidden, moved[1]]) == [
        ("risk", "1 other resource is updated: unused; what that means for calls is not known")
    ]


def test_a_pool_has_a_part_in_its_apis() -> None:
    members = [{"id": f"{SERVICE_ID}/backends/{each}", "weight": 1} for each in ("orders", "spare")]
    pools = [backend("pool", type="Pool", pool={"services": members[:count]}) for count in (2, 1)]
    policy = api_policy(inbound=presents("orders", "pool"))
    found = report([*PARTS, policy, pools[0]], [*PARTS, policy, pools[1]])
    assert {each.who for each in found.effects} == {("orders",)}
    assert found.rows[0].what == "changed"
