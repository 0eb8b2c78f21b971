"""A role of the gateway in a vault that does not let it read is found; one that may is not."""

import pytest
from rule_resources import findings, resource, service
from vault_resources import SOMEBODY, SUBSCRIPTION, UNKNOWN, access_policy, coming_from, known_service, role, vault

from rules.graph import Resource
from rules.severity import Severity

SERVICE = known_service(service())


def details(*resources: Resource) -> list[str]:
    found = findings("wrong-role", *resources, environment="development")
    assert {each.severity for each in found} <= {Severity.MEDIUM}
    return [each.detail for each in found]


@pytest.mark.parametrize(
    "name",
    [
        "Key Vault Certificate User",
        "Key Vault Secrets User",
        "Key Vault Secrets Officer",
        "Key Vault Administrator",
        "44444444-4444-4444-4444-444444444444",
    ],
)
def test_a_role_that_reads_or_may_is_fine(name: str) -> None:
    assert details(SERVICE, role(name)) == []


@pytest.mark.parametrize(
    "name", ["Key Vault Reader", "Reader", "Contributor", "Key Vault Certificates Officer", "Key Vault Crypto Officer"]
)
def test_one_that_does_not_is_medium(name: str) -> None:
    assert details(SERVICE, role(name)) == [f"The role {name} on vault kv has no effect for the gateway"]


def test_a_principal_or_a_scope_that_is_not_known_yet_is_what_it_comes_from() -> None:
    new, own = service(), vault()
    grant = role("Key Vault Reader", principalId=UNKNOWN, scope=UNKNOWN)
    assert len(details(new, own, coming_from(grant, {"principalId": new, "scope": own}))) == 1
    assert details(new, own, coming_from(grant, {"scope": own})) == []
    assert details(new, own, coming_from(grant, {"principalId": new})) == []


def test_a_role_of_the_component_is_the_gateways() -> None:
    component = resource("backend-mtls:index:VaultAccess", "component")
    assert len(details(component, role("Key Vault Reader", parent=component.urn))) == 1


@pytest.mark.parametrize(
    "grant",
    [
        role("Key Vault Reader", principalId=SOMEBODY),
        role("Key Vault Reader", principalId=UNKNOWN),
        role("Reader", scope=SUBSCRIPTION),
        role(roleDefinitionId=UNKNOWN),
        access_policy(certificates=["get"]),
    ],
)
def test_somebody_elses_roles_and_what_is_not_known_are_no_finding(grant: Resource) -> None:
    assert details(SERVICE, grant) == []
