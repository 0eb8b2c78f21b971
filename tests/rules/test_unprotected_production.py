"""In production what is hard to get back is protected; elsewhere it need not be."""

import pytest
from rule_resources import findings, resource, service
from vault_resources import UNKNOWN, vault

from rules.graph import Resource
from rules.severity import Severity


def group(name: str = "rg", **given: object) -> Resource:
    return resource("resources:ResourceGroup", "group", **({"resourceGroupName": name} | given))


def names(*resources: Resource) -> list[str]:
    return [each.resource.name for each in findings("unprotected-production", *resources)]


def test_what_is_protected_is_fine() -> None:
    assert names(group(protect=True), service(protect=True), vault(protect=True)) == []


def test_what_is_not_is_medium() -> None:
    found = findings("unprotected-production", group(), service(), vault())
    assert {(each.resource.name, each.severity) for each in found} == {
        ("group", Severity.MEDIUM),
        ("service", Severity.MEDIUM),
        ("vault", Severity.MEDIUM),
    }
    assert found[0].detail == "ApiManagementService service is not protected from deletion"


@pytest.mark.parametrize("environment", ["development", "staging"])
def test_elsewhere_nothing_need_be(environment: str) -> None:
    assert findings("unprotected-production", group(), service(), vault(), environment=environment) == []


def test_a_resource_group_counts_when_it_holds_one_of_them() -> None:
    assert names(group("RG"), service(protect=True)) == ["group"]
    assert names(group(), vault(protect=True)) == ["group"]
    assert names(group("other"), service(protect=True)) == []
    assert names(group()) == []


def test_a_name_that_is_not_known_yet_is_the_group_that_it_comes_from() -> None:
    own = group(UNKNOWN)
    assert names(own, service(resourceGroupName=UNKNOWN, after=[own], protect=True)) == ["group"]
    assert names(own, service(resourceGroupName=UNKNOWN, protect=True)) == []


def test_other_resources_are_not_judged() -> None:
    assert names(resource("recoveryservices:Vault", "backups"), resource("web:WebApp", "app")) == []
