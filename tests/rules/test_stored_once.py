"""Whatever a service stores once is asked for when nothing else has it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from rule_policies import SECRET, UNKNOWN
from rule_resources import api, api_policy, backend, entity, findings, pfx_certificate, service, vault_certificate

from rules.graph import Graph, Resource
from rules.severity import Severity

RULE = "stored-once"
SAME, OTHER = "AB" * 20, "CD" * 20


def found(
    before: Sequence[Resource],
    after: Sequence[Resource],
    *,
    first: Sequence[Resource] = (),
    replaced: Sequence[str] = (),
) -> list[tuple[Severity, str, str]]:
    """(severity, name, detail) of what is found in the change; `replaced` are names."""
    left = {each.urn for each in after}
    removed = tuple(each for each in before if each.urn not in left or each.name in replaced)
    previous = Graph(stack="test", project="project", resources=tuple(before))
    result = findings(
        RULE, *after, previous=previous, removed=removed, removed_first=frozenset(each.urn for each in first)
    )
    return [(each.severity, each.resource.name, each.detail) for each in result]


def details(before: Sequence[Resource], after: Sequence[Resource], **given: Sequence[str]) -> list[str]:
    return [detail for _, _, detail in found(before, after, replaced=given.get("replaced", ()))]


def test_a_stack_that_does_not_change_asks_for_nothing() -> None:
    stack = [api(), pfx_certificate(), backend(), api_policy()]
    assert found(stack, stack) == []
    assert findings(RULE, *stack) == []


def test_a_certificate_under_another_name_meets_the_old_one() -> None:
    old, new = pfx_certificate("old", SAME), pfx_certificate("new", SAME)
    assert found([old], [new]) == [
        (
            Severity.CRITICAL,
            "new",
            f"certificate new asks for thumbprint {SAME}: certificate old has it, which is deleted only afterwards",
        )
    ]


def test_a_certificate_under_another_id_meets_the_one_that_it_replaces() -> None:
    old = pfx_certificate("legacy", SAME)
    new = pfx_certificate("legacy", SAME, certificateId="legacy-2")
    assert "the one that it replaces has it" in details([old], [new], replaced=["legacy"])[0]


def test_another_content_meets_nothing() -> None:
    assert found([pfx_certificate("old", OTHER)], [pfx_certificate("new", SAME)]) == []
    assert found([pfx_certificate("a", OTHER)], [pfx_certificate("a", SAME, certificateId="b")], replaced=["a"]) == []


def test_a_pfx_that_moves_into_key_vault_under_another_id_meets_itself_and_under_the_same_id_it_does_not() -> None:
    old = pfx_certificate("legacy", SAME, certificateId="legacy-abab")
    moved = vault_certificate("legacy", outputs={"thumbprint": SAME})
    assert len(found([old], [moved], replaced=["legacy"])) == 1
    kept = vault_certificate("legacy", outputs={"thumbprint": SAME}, certificateId="legacy-abab")
    assert found([old], [kept]) == []


def test_a_pfx_that_makes_place_for_a_secret_that_nobody_looked_at_is_no_finding() -> None:
    old, new = pfx_certificate("legacy", SAME, certificateId="legacy-abab"), vault_certificate("legacy")
    assert found([old], [new], replaced=["legacy"]) == []


def test_one_secret_under_two_ids_is_one_thumbprint() -> None:
    old, new = vault_certificate("old"), vault_certificate("new")
    assert len(found([old], [new])) == 1
    by_certificate = {"secretIdentifier": "https://KV.vault.azure.net/certificates/orders"}
    assert len(found([old], [vault_certificate("new", vault=by_certificate)])) == 1
    version = {"secretIdentifier": "https://kv.vault.azure.net/secrets/orders/0123"}
    assert found([old], [vault_certificate("new", vault=version)]) == []


def test_an_api_under_another_id_meets_the_path_of_the_old_one() -> None:
    old, new = api("old", path="orders"), api("new", path="/Orders/")
    assert details([old], [new]) == ["API new asks for path /Orders: API old has it, which is deleted only afterwards"]
    assert found([old], [api("new", path="other")]) == []


def test_versions_of_one_api_share_a_path() -> None:
    versions = [api(each, path="orders", apiVersionSetId="set", apiVersion=each) for each in ("v1", "v2")]
    assert found(versions[:1], versions) == []


def test_a_path_that_moves_to_another_api_in_one_change_needs_an_order() -> None:
    before = [api("a", path="a")]
    moved = api("a", path="b")
    assert [each[0] for each in found(before, [moved, api("c", path="a")])] == [Severity.HIGH]
    behind = replace(api("c", path="a"), dependencies=frozenset({moved.urn}))
    assert found(before, [moved, behind]) == []


def test_two_paths_that_are_swapped_are_refused_whichever_comes_first() -> None:
    before = [api("a", path="one"), api("b", path="two")]
    after = [api("a", path="two"), api("b", path="one")]
    assert [each[1] for each in found(before, after)] == ["a", "b"]


def test_two_contents_that_are_swapped_are_refused() -> None:
    before = [pfx_certificate("a", SAME), pfx_certificate("b", OTHER)]
    after = [pfx_certificate("a", OTHER), pfx_certificate("b", SAME)]
    assert [each[1] for each in found(before, after)] == ["a", "b"]


def test_one_that_keeps_its_path_is_met_and_two_new_ones_meet_each_other() -> None:
    assert "which keeps it" in details([api("a", path="p")], [api("a", path="p"), api("b", path="P")])[0]
    assert len(found([], [api("a", path="p"), api("b", path="p")])) == 1


def test_two_thumbprints_that_stay_are_left_to_their_own_rule() -> None:
    stack = [pfx_certificate("a", SAME), pfx_certificate("b", SAME)]
    assert found(stack[:1], stack) == []
    previous = Graph(stack="test", project="project", resources=(stack[0],))
    assert len(findings("duplicate-thumbprint", *stack, previous=previous)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (backend("a", backendId="orders"), backend("b", backendId="Orders")),
        (api_policy("a", apiId="orders"), api_policy("b", apiId="orders")),
        (entity("Policy", "a", value="<policies/>"), entity("Policy", "b", value="<policies/>")),
        (pfx_certificate("a", SAME, certificateId="c"), pfx_certificate("b", OTHER, certificateId="c")),
        (
            entity("NamedValue", "a", namedValueId="a", displayName="key"),
            entity("NamedValue", "b", namedValueId="b", displayName="key"),
        ),
        (
            entity("ApiOperation", "a", apiId="x", operationId="a", method="GET", urlTemplate="/"),
            entity("ApiOperation", "b", apiId="x", operationId="b", method="get", urlTemplate="/"),
        ),
    ],
    ids=lambda each: each.type.rpartition(":")[2] + each.name,
)
def test_an_id_a_scope_and_an_operation_are_there_once(old: Resource, new: Resource) -> None:
    assert [each[:2] for each in found([old], [new])] == [(Severity.CRITICAL, "b")]
    assert found([], [new]) == []


def test_a_replacement_under_the_same_id_meets_itself_unless_the_old_one_goes_first() -> None:
    old, new = backend("a"), backend("a", url="https://other.example.com")
    assert len(found([old], [new], replaced=["a"])) == 1
    assert found([old], [new], replaced=["a"], first=[old]) == []


def test_what_is_deleted_first_is_met_by_nothing() -> None:
    old = api("old", path="p")
    assert found([old], [api("new", path="p")], first=[old]) == []


def test_another_service_workspace_or_api_has_its_own() -> None:
    old = pfx_certificate("old", SAME)
    assert found([old], [pfx_certificate("new", SAME, serviceName="other")]) == []
    assert found([old], [pfx_certificate("new", SAME, workspaceId="team")]) == []
    operation = {"method": "GET", "urlTemplate": "/"}
    of_x = entity("ApiOperation", "a", apiId="x", operationId="a", **operation)
    assert found([of_x], [entity("ApiOperation", "b", apiId="y", operationId="b", **operation)]) == []


def test_a_service_that_is_deleted_first_takes_everything_with_it() -> None:
    old = service()
    assert found([old, api("a", path="p")], [old, api("b", path="p")], replaced=["service"], first=[old]) == []


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_what_is_not_known_is_no_finding(value: str) -> None:
    assert found([api("a", path="p")], [api("b", path=value)]) == []
    assert found([api("a", path="p")], [api("a", path=value), api("b", path="p")]) == []
    assert found([pfx_certificate("a", SAME)], [pfx_certificate("b", outputs={"thumbprint": value})]) == []
    assert found([api("a", path="p", serviceName=value)], [api("b", path="p", serviceName=value)]) == []
