"""A stack's settings reach the pack: waivers and severities count; wrong ones are one violation, not a traceback."""

from datetime import UTC, datetime, timedelta

import pytest
from policy_pack import PolicyPack
from pulumi.runtime.proto.analyzer_pb2 import ADVISORY, DISABLED, MANDATORY, POLICY_TYPE_STACK
from rule_resources import backend

from rules.catalog import RULES
from rules.references import links
from rules.severity import Severity

OFF = {"validateCertificateChain": False}
TODAY = datetime.now(UTC).date()


def waiver(days: int) -> dict[str, str]:
    return {
        "rule": "chain-validation-off",
        "resource": "legacy",
        "owner": "payments@example.com",
        "reason": "the appliance is replaced in spring",
        "until": str(TODAY + timedelta(days=days)),
    }


def test_every_rule_is_a_policy_with_all_that_it_says(pack: PolicyPack) -> None:
    found = pack.policies()
    assert sorted(found) == sorted([*(rule.id for rule in RULES), "review-settings"])
    for rule in RULES:
        policy = found[rule.id]
        assert policy.description == f"{rule.what}. {rule.why}."
        assert policy.remediation_steps == f"{rule.fix}."
        assert policy.url.startswith("https://")
        assert policy.url == links(rule.reference)[0].url
        assert policy.severity == rule.severity_in("production")
        assert (policy.policy_type, policy.enforcementLevel) == (POLICY_TYPE_STACK, MANDATORY)


def test_the_severity_of_a_policy_is_that_of_the_stack(pack: PolicyPack) -> None:
    pack.stack({"environment": "staging", "severities": {"name-validation-off": "low"}})
    found = pack.policies()
    assert found["chain-validation-off"].severity == Severity.MEDIUM
    assert found["name-validation-off"].severity == Severity.LOW


def test_a_waiver_turns_a_violation_into_a_note_until_its_end(pack: PolicyPack) -> None:
    pack.stack({"waivers": [waiver(days=1)]})
    (found,) = pack.judge(backend("legacy", tls=OFF))
    assert found.enforcementLevel == ADVISORY
    assert found.message.splitlines() == [
        f"Accepted by payments@example.com until {TODAY + timedelta(days=1)}: the appliance is replaced in spring",
        "Backend legacy: the chain is not validated, and its description gives no reason",
    ]


def test_a_waiver_that_has_ended_is_named_and_counts_no_more(pack: PolicyPack) -> None:
    pack.stack({"waivers": [waiver(days=-2)]})
    (found,) = pack.judge(backend("legacy", tls=OFF))
    assert found.enforcementLevel == MANDATORY
    assert f"payments@example.com had accepted it until {TODAY - timedelta(days=2)}: the" in found.message


def test_a_waiver_is_for_its_resource_alone(pack: PolicyPack) -> None:
    pack.stack({"waivers": [waiver(days=1)]})
    (found,) = pack.judge(backend("orders", tls=OFF))
    assert found.enforcementLevel == MANDATORY


def test_a_rule_that_is_off_is_off(pack: PolicyPack) -> None:
    pack.stack({"severities": {"chain-validation-off": "off"}})
    assert pack.policies()["chain-validation-off"].enforcementLevel == DISABLED
    assert pack.judge(backend(tls=OFF)) == []


def test_the_packs_own_configuration_can_make_a_policy_advisory_or_switch_it_off(pack: PolicyPack) -> None:
    both = backend(tls={"validateCertificateChain": False, "validateCertificateName": False})
    pack.levels(chain_validation_off=ADVISORY)
    found = {each.policyName: each.enforcementLevel for each in pack.judge(both)}
    assert found == {"chain-validation-off": ADVISORY, "name-validation-off": MANDATORY}
    pack.levels(chain_validation_off=DISABLED)
    assert [each.policyName for each in pack.judge(both)] == ["name-validation-off"]


@pytest.mark.parametrize(
    ("review", "problem"),
    [
        ("{", "review: got no JSON"),
        ("[]", "review: got list, allowed: an object"),
        ({"environment": "live"}, "review.environment: got 'live'"),
        ({"waivers": [{"rule": "chain-validation-off"}]}, "review.waivers.0.until"),
        ({"severities": {"chain": "off"}}, "review: there is no rule 'chain'; allowed: "),
    ],
    ids=["no JSON", "no object", "environment", "half a waiver", "unknown rule"],
)
def test_wrong_settings_are_one_violation_that_blocks(pack: PolicyPack, review: object, problem: str) -> None:
    pack.stack(review, name="development")
    assert len(pack.policies()) == len(RULES) + 1
    (found,) = pack.judge(backend(tls=OFF))
    assert (found.policyName, found.enforcementLevel, found.urn) == ("review-settings", MANDATORY, "")
    assert found.message.startswith("Configuration project:review:\n")
    assert problem in found.message
    assert "Fix: Correct the key" in found.message
    assert "Traceback" not in found.message


def test_settings_of_another_project_are_not_this_stacks(pack: PolicyPack) -> None:
    pack.stack({"severities": {"chain-validation-off": "off"}}, project="other")
    assert pack.judge(backend(tls=OFF)) == []
    pack.stack()
    assert len(pack.judge(backend(tls=OFF))) == 1
