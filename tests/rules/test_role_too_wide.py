"""A gateway that may do more than read is found; what somebody else may do is nobody's business here."""

from typing import Any

import pytest
from rule_resources import findings, resource, service
from vault_resources import (
    PRINCIPAL,
    SOMEBODY,
    SUBSCRIPTION,
    UNKNOWN,
    VAULT_ID,
    access_policy,
    coming_from,
    known_service,
    role,
    vault,
)

from rules.graph import Resource
from rules.severity import Severity

SERVICE = known_service(service())
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"


def severities(*resources: Resource) -> list[Severity]:
    return [each.severity for each in findings("role-too-wide", *resources, environment="development")]


@pytest.mark.parametrize(
    "grant",
    [
        role(),
        role("Key Vault Secrets User"),
        role("Key Vault Reader"),
        role(scope=f"{VAULT_ID}/secrets/orders"),
        role("Reader", scope=GROUP),
        access_policy(secrets=["get", "list"], certificates=["Get", "List"]),
    ],
)
def test_reading_one_vault_is_fine(grant: Resource) -> None:
    assert severities(SERVICE, grant) == []


@pytest.mark.parametrize(
    "name",
    [
        "Owner",
        "Contributor",
        "User Access Administrator",
        "Key Vault Administrator",
        "Key Vault Secrets Officer",
        "Key Vault Certificates Officer",
        "Key Vault Crypto Officer",
    ],
)
@pytest.mark.parametrize("scope", [VAULT_ID, GROUP])
def test_a_role_that_does_more_is_high(name: str, scope: str) -> None:
    found = findings("role-too-wide", SERVICE, role(name, scope=scope))
    assert [each.severity for each in found] == [Severity.HIGH]
    assert f"The role {name} access lets a gateway do more than read" in found[0].detail


@pytest.mark.parametrize("scope", [GROUP, SUBSCRIPTION, "/providers/Microsoft.Management/managementGroups/all"])
def test_more_than_one_vault_is_medium(scope: str) -> None:
    found = findings("role-too-wide", SERVICE, role(scope=scope))
    assert [each.severity for each in found] == [Severity.MEDIUM]
    assert scope in found[0].detail


@pytest.mark.parametrize(
    ("permissions", "severity"),
    [
        ({"secrets": ["get", "backup"]}, Severity.MEDIUM),
        ({"keys": ["get"]}, Severity.MEDIUM),
        ({"certificates": ["import"]}, Severity.MEDIUM),
        ({"secrets": ["get", "Set"]}, Severity.HIGH),
        ({"secrets": ["delete"]}, Severity.HIGH),
        ({"secrets": ["all"]}, Severity.HIGH),
        ({"certificates": ["purge"]}, Severity.HIGH),
        ({"keys": ["get"], "secrets": ["Purge"]}, Severity.HIGH),
    ],
)
def test_a_policy_that_allows_more_is_found(permissions: dict[str, list[str]], severity: Severity) -> None:
    assert severities(SERVICE, access_policy(**permissions)) == [severity]


def test_it_names_what_is_too_much() -> None:
    found = findings("role-too-wide", SERVICE, access_policy(secrets=["get", "set"], keys=["sign"]))
    assert found[0].detail == "The access policy policy allows keys/sign, secrets/set"


def test_a_role_from_the_service_or_from_its_own_identity_is_the_gateways() -> None:
    new, identity = service(), resource("managedidentity:UserAssignedIdentity", "identity")
    grant = role("Contributor", scope=GROUP, principalId=UNKNOWN)
    assert severities(new, coming_from(grant, {"principalId": new})) == [Severity.HIGH]
    shared = coming_from(new, {"identity": identity})
    assert severities(shared, identity, coming_from(grant, {"principalId": identity})) == [Severity.HIGH]
    assert severities(new, identity, coming_from(grant, {"principalId": identity})) == []


def test_a_role_in_a_vault_may_be_the_gateways_where_nobody_says_whose_it_is() -> None:
    assert severities(role("Key Vault Administrator")) == [Severity.HIGH]
    assert severities(service(), role("Key Vault Administrator")) == [Severity.HIGH]


@pytest.mark.parametrize(
    "grant",
    [
        role("Owner", principalId=SOMEBODY),
        role("Owner", principalId=SOMEBODY, scope=SUBSCRIPTION),
        role("Owner", principalId=UNKNOWN, scope=SUBSCRIPTION),
        role("Owner", scope=UNKNOWN, principalId=SOMEBODY),
        role("Key Vault Administrator", principalId=UNKNOWN, principalType="User"),
        role("Key Vault Administrator", principalId=UNKNOWN, principalType="Group"),
        access_policy(principal=SOMEBODY, secrets=["all"]),
    ],
)
def test_what_somebody_else_may_do_is_fine(grant: Resource) -> None:
    assert severities(SERVICE, grant) == []


def test_a_principal_that_comes_from_another_resource_is_somebody_else() -> None:
    app = resource("web:WebApp", "app")
    assert severities(SERVICE, app, coming_from(role("Owner", principalId=UNKNOWN), {"principalId": app})) == []


def test_of_the_policies_that_a_vault_is_declared_with_only_the_gateways_are_judged() -> None:
    policies = [{"objectId": each, "permissions": {"secrets": ["all"]}} for each in (SOMEBODY, PRINCIPAL)]
    found = findings("role-too-wide", SERVICE, vault(properties={"accessPolicies": policies}))
    assert [(each.resource.name, each.key) for each in found] == [("vault", PRINCIPAL)]


@pytest.mark.parametrize(
    "grant",
    [role(UNKNOWN), role("44444444-4444-4444-4444-444444444444"), role(scope=UNKNOWN), role("Owner", scope=UNKNOWN)],
)
def test_of_a_role_that_is_not_known_nothing_is_said(grant: Resource) -> None:
    assert severities(grant) == []


@pytest.mark.parametrize("listed", [UNKNOWN, "[secret]", [UNKNOWN], 5, None, []])
def test_permissions_that_are_not_known_are_no_finding(listed: Any) -> None:
    assert severities(SERVICE, access_policy(keys=listed)) == []
