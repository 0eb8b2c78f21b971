"""The pack finds what the rules find, at the level that the environment wants, and says how to put it right."""

from typing import Any

import pytest
from policy_pack import PolicyPack
from pulumi.runtime.proto.analyzer_pb2 import ADVISORY, MANDATORY, POLICY_SEVERITY_HIGH, POLICY_SEVERITY_LOW
from rule_resources import (
    api,
    api_policy,
    backend,
    entity,
    presents,
    resource,
    service,
    vault_certificate,
)

from rules.catalog import chain_validation_off

OFF = {"validateCertificateChain": False}
REASON = "Chain validation is off: the appliance cannot be changed"


def levels(diagnostics: list[Any]) -> dict[str, int]:
    return {each.policyName: each.enforcementLevel for each in diagnostics}


def test_a_safe_program_has_no_violation(pack: PolicyPack) -> None:
    apim = service(protect=True)
    vault = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
    role = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
    grant = resource("authorization:RoleAssignment", scope=vault, roleDefinitionId=role, after=[apim])
    certificate, orders, backing = vault_certificate(after=[grant]), api(), backend()
    policy = api_policy(inbound=presents("orders", "orders"), after=[certificate, backing, orders])
    assert pack.judge(apim, grant, certificate, backing, orders, policy) == []


def test_a_violation_names_rule_and_resource_and_says_why_and_what_to_do(pack: PolicyPack) -> None:
    legacy = backend("legacy", tls=OFF)
    (found,) = pack.judge(backend(), legacy)
    assert (found.policyName, found.policyPackName, found.urn) == ("chain-validation-off", "backend-mtls", legacy.urn)
    assert (found.enforcementLevel, found.severity) == (MANDATORY, POLICY_SEVERITY_HIGH)
    rule = chain_validation_off.RULE
    assert found.description == f"{rule.what}. {rule.why}."
    assert found.message.splitlines() == [
        "Backend legacy: the chain is not validated, and its description gives no reason",
        f"Why: {rule.why}.",
        f"Fix: {rule.fix}.",
        f"Reference: {rule.reference}",
    ]


@pytest.mark.parametrize(
    ("environment", "description", "level"),
    [
        ("development", REASON, ADVISORY),  # low
        ("development", "", ADVISORY),  # high
        ("staging", REASON, ADVISORY),  # medium
        ("staging", "", MANDATORY),  # high
        ("production", REASON, MANDATORY),  # high
    ],
)
def test_each_finding_blocks_by_its_own_severity(
    pack: PolicyPack, environment: str, description: str, level: int
) -> None:
    pack.stack({"environment": environment})
    found = pack.judge(backend(tls=OFF, description=description))
    assert levels(found) == {"chain-validation-off": level}


def test_the_environment_follows_from_the_stacks_name(pack: PolicyPack) -> None:
    pack.stack(name="staging")
    assert levels(pack.judge(backend(tls=OFF, description=REASON))) == {"chain-validation-off": ADVISORY}


def test_critical_blocks_in_development_too(pack: PolicyPack) -> None:
    pack.stack({"environment": "development", "severities": {"chain-validation-off": "critical"}})
    found = pack.judge(backend(tls=OFF, description=""))
    assert levels(found) == {"chain-validation-off": MANDATORY}


def test_the_inputs_are_judged_where_the_outputs_leave_them_out(pack: PolicyPack) -> None:
    pack.stack({"environment": "development"})
    legacy = backend("legacy", tls=OFF, description=REASON)
    pack.declared(legacy)
    (found,) = pack.at_the_end((legacy, {"name": "legacy"}))
    assert found.severity == POLICY_SEVERITY_LOW
    assert "Backend legacy: the chain is not validated. Reason: the appliance cannot be changed" in found.message


def test_a_resource_that_is_not_part_of_the_deployment_is_judged_by_its_outputs(pack: PolicyPack) -> None:
    untouched = backend("untouched", tls=OFF)
    found = pack.at_the_end((untouched, {"url": "https://u.example.com", "tls": OFF}))
    assert [each.urn for each in found] == [untouched.urn]


def test_types_of_an_older_api_version_are_judged(pack: PolicyPack) -> None:
    old = resource("azure-native:apimanagement/v20240501:Backend", "old", backendId="old", tls=OFF)
    assert levels(pack.judge(old)) == {"chain-validation-off": MANDATORY}


def test_entities_that_no_rule_is_about_do_no_harm(pack: PolicyPack) -> None:
    others = [resource("pulumi:pulumi:Stack", "stack"), resource("random:index:Pet", "pet", length=2), entity("Logger")]
    assert pack.judge(*others) == []
