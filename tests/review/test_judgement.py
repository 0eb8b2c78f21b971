"""What a change brings, makes worse, puts right and leaves, and what nobody can know of it."""

from dataclasses import replace
from typing import Any

import pytest
from review_changes import change, report
from rule_policies import UNKNOWN
from rule_resources import api, api_policy, backend, pfx_certificate, presents, vault_certificate

from review.coverage import Coverage
from rules.graph import Resource

OFF = {"validateCertificateChain": False}
SOON = {"expirationDate": "2026-12-01T12:00:00Z"}
LATER = {"expirationDate": "2029-12-01T12:00:00Z"}


def states(before: list[Resource], after: list[Resource], **given: Any) -> dict[tuple[str, str], str]:
    """(rule, resource) -> state."""
    return {(each.rule, each.resource): each.state for each in report(before, after, **given).findings}


def off(name: str = "legacy", reason: str = "", **given: Any) -> Resource:
    about = {"description": f"Chain validation is off: {reason}"} if reason else {}
    return backend(name, tls=OFF, **about, **given)


def test_what_was_not_there_is_new_and_what_was_is_still_there() -> None:
    found = states([off("legacy")], [off("legacy"), off("orders")])
    assert found["chain-validation-off", "legacy"] == "still"
    assert found["chain-validation-off", "orders"] == "new"


def test_one_that_gets_worse_is_new_and_says_what_it_was() -> None:
    (found,) = [
        each for each in report([off(reason="an appliance")], [off()]).findings if each.rule == "chain-validation-off"
    ]
    assert found.state == "new"
    assert (
        "gives no reason. Before: high, Backend legacy: the chain is not validated. Reason: an appliance"
        in found.detail
    )


def test_one_that_gets_less_bad_is_still_there() -> None:
    before = pfx_certificate(outputs=SOON)
    after = replace(before, outputs=before.outputs | {"expirationDate": "2027-01-10T12:00:00Z"})
    assert states([before], [after])["certificate-expires-soon", "legacy"] == "still"
    assert states([after], [before])["certificate-expires-soon", "legacy"] == "new"


@pytest.mark.parametrize(
    ("outputs", "state"), [(LATER, "fixed"), ({}, "unknown"), ({"expirationDate": UNKNOWN}, "unknown")]
)
def test_an_expiry_is_put_right_only_by_a_date_that_is_known(outputs: dict[str, Any], state: str) -> None:
    before = vault_certificate(outputs=SOON)
    after = vault_certificate(vault={"secretIdentifier": "https://kv.vault.azure.net/secrets/other"}, outputs=outputs)
    assert states([before], [after])["certificate-expires-soon", "orders"] == state


def test_an_expiry_of_a_certificate_that_goes_is_put_right() -> None:
    assert states([vault_certificate(outputs=SOON)], [])["certificate-expires-soon", "orders"] == "fixed"


@pytest.mark.parametrize(("url", "state"), [("https://a.example.com", "fixed"), (UNKNOWN, "unknown")])
def test_nothing_is_put_right_by_a_value_that_is_not_known(url: str, state: str) -> None:
    before, after = backend(url="http://a.example.com"), backend(url=url)
    assert states([before], [after])["http-backend", "orders"] == state


def test_what_was_left_out_is_not_known_and_what_was_not_is() -> None:
    before, after = [off("legacy"), off("orders")], [off("legacy"), backend("orders")]
    unseen = frozenset({before[0].urn})
    partial = Coverage(kind="partial", looked_at=1, all=2, unseen=unseen, reason="--target left out the rest")
    found = report(before, after, coverage=partial)
    assert {(each.resource, each.state) for each in found.findings if each.rule == "chain-validation-off"} == {
        ("legacy", "unknown"),
        ("orders", "fixed"),
    }
    assert found.level == "risk"
    assert report(before, after).level != "risk"


def test_a_preview_that_failed_puts_nothing_right() -> None:
    found = states([off("legacy")], [backend("legacy")], errors=("error: no",), coverage=Coverage(kind="failed"))
    assert found["chain-validation-off", "legacy"] == "unknown"


def test_what_stays_is_counted_by_rule_the_worst_first() -> None:
    many = [off(f"backend-{number}") for number in range(8)]
    certificate = pfx_certificate()
    policy = api_policy(inbound=presents("legacy", "backend-0"), after=[certificate, many[0]])
    stack = [*many, certificate, api(), policy]
    found = report(stack, stack)
    counted = {each.rule: (each.severity, len(each.resources), each.state) for each in found.standing}
    assert counted["chain-validation-off"] == ("high", 8, "still")
    assert counted["inline-pfx"] == ("high", 1, "still")
    assert sum(len(each.resources) for each in found.standing) == len(found.findings)
    worst = [each.severity for each in found.standing]
    assert worst == sorted(worst, key=["critical", "high", "medium", "low"].index)


def test_a_whole_change_says_nothing_of_what_was_looked_at() -> None:
    assert change([off()], [off()]).coverage.kind == "whole"
