"""A certificate in Key Vault needs a grant in the stack that owns the service; what is not known may be one."""

from dataclasses import replace
from typing import Any

import pytest
from rule_resources import findings, resource, service, vault_certificate
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
BY_USER = {"identityClientId": "33333333-3333-3333-3333-333333333333"}


def found(*resources: Resource, whole: bool = True) -> list[Any]:
    return findings("identity-without-access", *resources, whole=whole, environment="development")


@pytest.mark.parametrize(
    "grant",
    [
        role(),
        role("Key Vault Secrets User"),
        role("Key Vault Administrator"),
        role(scope=VAULT_ID.upper()),
        role(scope=f"{VAULT_ID}/secrets/Orders"),
        role(scope=f"{SUBSCRIPTION}/resourceGroups/rg"),
        role(scope=SUBSCRIPTION),
        role(scope="/providers/Microsoft.Management/managementGroups/all"),
        role(principalId=PRINCIPAL.upper()),
        access_policy(secrets=["get", "list"]),
        access_policy(secrets=["All"]),
        vault(properties={"accessPolicies": [{"objectId": PRINCIPAL, "permissions": {"secrets": ["Get"]}}]}),
    ],
)
def test_a_grant_that_reads_is_enough(grant: Resource) -> None:
    assert found(SERVICE, vault_certificate(), grant) == []


@pytest.mark.parametrize(
    "grant",
    [
        None,
        role("Key Vault Reader"),
        role("Key Vault Certificates Officer"),
        role(scope=VAULT_ID + "2"),
        role(scope=f"{VAULT_ID}/secrets/other"),
        role(scope=f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/kv"),
        role(principalId=SOMEBODY),
        access_policy(secrets=["list"], certificates=["get"]),
        access_policy(principal=SOMEBODY, secrets=["get"]),
        vault(properties={"accessPolicies": [{"objectId": SOMEBODY, "permissions": {"secrets": ["get"]}}]}),
        vault(vaultName="other", properties={"accessPolicies": [{"objectId": PRINCIPAL, "permissions": UNKNOWN}]}),
    ],
)
def test_without_one_it_is_high(grant: Resource | None) -> None:
    seen = found(SERVICE, vault_certificate(), *([grant] if grant else []))
    assert [(each.severity, each.detail) for each in seen] == [
        (
            Severity.HIGH,
            "Certificate orders: nothing in this stack lets the service's system-assigned identity read vault kv",
        ),
    ]


@pytest.mark.parametrize(
    "grant",
    [
        role(scope=UNKNOWN),
        role(roleDefinitionId=UNKNOWN),
        role("44444444-4444-4444-4444-444444444444"),
        access_policy(secrets=UNKNOWN),
        access_policy(secrets=["get"], certificates=[UNKNOWN]),
        replace(access_policy(), inputs={"policy": {"objectId": PRINCIPAL, "permissions": {"secrets": ["get"]}}}),
    ],
)
def test_a_grant_of_which_something_is_not_known_counts(grant: Resource) -> None:
    assert found(SERVICE, vault_certificate(), grant) == []


def test_a_principal_that_is_not_known_yet_is_what_it_comes_from() -> None:
    new, other = service(), resource("web:WebApp", "app")
    certificate, grant = vault_certificate(), role(principalId=UNKNOWN)
    assert found(new, certificate, coming_from(grant, {"principalId": new})) == []
    assert found(new, certificate, role(principalId=UNKNOWN, after=[new])) == []
    assert len(found(new, other, certificate, coming_from(grant, {"principalId": other}))) == 1
    assert len(found(new, certificate, grant)) == 1


def test_policies_of_a_vault_that_are_not_known_yet_are_what_they_come_from() -> None:
    new = service()
    unknown = vault(properties={"accessPolicies": UNKNOWN})
    assert found(new, vault_certificate(), coming_from(unknown, {"properties": new})) == []
    assert len(found(new, vault_certificate(), unknown)) == 1


def test_a_known_principal_may_be_that_of_a_service_whose_own_is_not_known() -> None:
    assert found(service(), vault_certificate(), role()) == []


def test_what_is_known_of_the_principal_goes_before_what_it_comes_from() -> None:
    assert len(found(SERVICE, vault_certificate(), role(principalId=SOMEBODY, after=[SERVICE]))) == 1


@pytest.mark.parametrize("identity", [None, {"type": "None"}, {"type": "UserAssigned"}])
def test_a_service_without_the_identity_that_reads_is_high(identity: Any) -> None:
    seen = found(service(identity=identity), vault_certificate(), role())
    assert [each.severity for each in seen] == [Severity.HIGH]
    assert "the service has none" in seen[0].detail


@pytest.mark.parametrize("identity", [UNKNOWN, {"type": UNKNOWN}, {"type": "SystemAssigned, UserAssigned"}])
def test_a_service_whose_identity_is_not_known_may_have_one(identity: Any) -> None:
    assert found(service(identity=identity), vault_certificate(), role()) == []


@pytest.mark.parametrize("client_id", ["33333333-3333-3333-3333-333333333333", UNKNOWN])
def test_for_a_user_assigned_identity_any_grant_may_be_its_own_and_none_is_low(client_id: str) -> None:
    certificate = vault_certificate(vault={"identityClientId": client_id})
    assert found(SERVICE, certificate, role(principalId=SOMEBODY)) == []
    seen = found(SERVICE, certificate)
    assert [each.severity for each in seen] == [Severity.LOW]
    assert "it may be granted elsewhere" in seen[0].detail
    assert [each.severity for each in found(SERVICE, certificate, role("Reader"))] == [Severity.LOW]


def test_an_empty_client_id_is_the_system_assigned_identity() -> None:
    seen = found(SERVICE, vault_certificate(vault={"identityClientId": ""}))
    assert [each.severity for each in seen] == [Severity.HIGH]


def test_what_was_read_by_another_identity_before_does_not_matter() -> None:
    before = {"keyVault": {"secretIdentifier": "https://kv.vault.azure.net/secrets/orders"} | BY_USER}
    assert [each.severity for each in found(SERVICE, vault_certificate(outputs=before))] == [Severity.HIGH]


def test_of_somebody_elses_service_or_a_part_of_a_stack_nothing_is_said() -> None:
    assert found(vault_certificate()) == []
    assert found(SERVICE, vault_certificate(), whole=False) == []


@pytest.mark.parametrize("url", [UNKNOWN, "[secret]", None, "https://["])
def test_a_reference_that_is_not_known_is_no_finding(url: Any) -> None:
    assert found(SERVICE, vault_certificate(vault={"secretIdentifier": url})) == []
