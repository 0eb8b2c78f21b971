"""A certificate is created after the grant that lets it be read, directly or not."""

import pytest
from rule_resources import findings, resource, service, vault_certificate
from vault_resources import SOMEBODY, SUBSCRIPTION, UNKNOWN, access_policy, coming_from, known_service, role, vault

from rules.graph import Resource
from rules.severity import Severity

SERVICE = known_service(service())
URL = "https://kv.vault.azure.net/secrets/orders"
BY_USER = {"identityClientId": UNKNOWN}


def names(*resources: Resource, whole: bool = True) -> list[str]:
    return [each.resource.name for each in findings("grant-not-awaited", *resources, whole=whole)]


@pytest.mark.parametrize("grant", [role(), access_policy(secrets=["get"])])
def test_a_certificate_that_waits_for_its_grant_is_fine(grant: Resource) -> None:
    assert names(SERVICE, grant, vault_certificate(after=[grant])) == []


@pytest.mark.parametrize("grant", [role(), role(scope=UNKNOWN, after=[vault()]), access_policy(secrets=["get"])])
def test_one_that_does_not_is_medium(grant: Resource) -> None:
    found = findings("grant-not-awaited", SERVICE, vault(), grant, vault_certificate(), environment="development")
    assert [(each.severity, each.detail) for each in found] == [
        (
            Severity.MEDIUM,
            f"Certificate orders does not depend on {grant.name}, which lets the gateway read it",
        ),
    ]


def test_a_principal_that_comes_from_the_service_is_its_own() -> None:
    new = service()
    grant = coming_from(role(principalId=UNKNOWN), {"principalId": new})
    assert names(new, grant, vault_certificate(after=[new])) == ["orders"]
    assert names(new, grant, vault_certificate(after=[grant])) == []


def test_waiting_for_what_waits_is_waiting() -> None:
    grant = role()
    between = resource("time:Sleep", "between", after=[grant])
    assert names(SERVICE, grant, between, vault_certificate(after=[between])) == []


def test_waiting_for_a_component_is_waiting_for_what_it_holds() -> None:
    component = resource("backend-mtls:index:VaultAccess", "component")
    grant = role(parent=component.urn)
    assert names(SERVICE, component, grant, vault_certificate(after=[component])) == []
    assert names(SERVICE, component, grant, vault_certificate()) == ["orders"]


def test_waiting_for_one_of_two_is_enough() -> None:
    first, second = role(name="first"), role("Key Vault Secrets User", name="second")
    assert names(SERVICE, first, second, vault_certificate(after=[second])) == []
    wide = role(name="wide", scope=SUBSCRIPTION)
    assert names(SERVICE, first, wide, vault_certificate(after=[wide])) == []


@pytest.mark.parametrize(
    "grant",
    [
        role("Key Vault Reader"),
        role(principalId=SOMEBODY),
        role(scope=SUBSCRIPTION),
        role(scope=UNKNOWN),
        role(principalId=UNKNOWN),
        access_policy(certificates=["get"]),
    ],
)
def test_a_grant_that_may_be_another_is_not_waited_for(grant: Resource) -> None:
    assert names(SERVICE, grant, vault_certificate()) == []


def test_a_user_assigned_identity_waits_for_the_grant_to_it_only() -> None:
    identity = resource("managedidentity:UserAssignedIdentity", "identity")
    shared = service(after=[identity])
    grant, other = role(principalId=UNKNOWN, after=[identity]), role("Key Vault Administrator", principalId=SOMEBODY)
    certificate = vault_certificate(vault=BY_USER)
    assert names(shared, identity, grant, certificate) == ["orders"]
    assert names(shared, identity, other, certificate) == []
    assert names(shared, identity, grant, vault_certificate(vault=BY_USER, after=[grant])) == []


def test_on_somebody_elses_service_only_the_components_grant_is_surely_the_gateways() -> None:
    component = resource("backend-mtls:index:VaultAccess", "component")
    assert names(role(), vault_certificate()) == []
    assert names(component, role(parent=component.urn), vault_certificate()) == ["orders"]


def test_without_a_grant_a_url_or_the_whole_stack_nothing_is_said() -> None:
    assert names(SERVICE, vault_certificate()) == []
    assert names(SERVICE, role(), vault_certificate(vault={"secretIdentifier": UNKNOWN})) == []
    assert names(SERVICE, role(), vault_certificate(), whole=False) == []
