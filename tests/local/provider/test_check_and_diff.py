"""Check completes the inputs as the real provider does; Diff says property by property what a change means."""

import re
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider.properties import UNKNOWN, Secret
from tests.local.provider.conftest import FakeArm, Plugin

Kind = provider_pb2.PropertyDiff.Kind
PARENT = {"resourceGroupName": "rg", "serviceName": "apim"}
IDENTITY = "managedidentity:UserAssignedIdentity"
GROUP = "resources:ResourceGroup"
Options = provider_pb2.CheckRequest.AutonamingOptions


class TestNames:
    def test_a_resource_in_a_group_gets_eight_random_digits(self, configured: Plugin) -> None:
        inputs, _ = configured.check(IDENTITY, {"resourceGroupName": "rg", "location": "x"}, name="gateway")
        assert re.fullmatch(r"gateway[0-9a-f]{8}", inputs["resourceName"])
        assert inputs["__createBeforeDelete"] is True

    def test_a_resource_group_too(self, configured: Plugin) -> None:
        inputs, _ = configured.check(GROUP, {"location": "x"}, name="rg-")
        assert re.fullmatch(r"rg-[0-9a-f]{8}", inputs["resourceGroupName"])

    def test_a_child_is_named_as_in_the_program(self, configured: Plugin) -> None:
        inputs, _ = configured.check("apimanagement:Backend", PARENT, name="orders")
        assert inputs["backendId"] == "orders"
        assert "__createBeforeDelete" not in inputs

    def test_a_role_assignment_gets_a_guid(self, configured: Plugin) -> None:
        inputs, _ = configured.check("authorization:RoleAssignment", {"scope": "/s"}, randomSeed=b"seed")
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", inputs["roleAssignmentName"])

    def test_the_same_seed_gives_the_same_name(self, configured: Plugin) -> None:
        first, _ = configured.check(GROUP, {"location": "x"}, randomSeed=b"seed")
        again, _ = configured.check(GROUP, {"location": "x"}, randomSeed=b"seed")
        other, _ = configured.check(GROUP, {"location": "x"}, randomSeed=b"another")
        assert first == again != other

    def test_an_update_keeps_the_name(self, configured: Plugin) -> None:
        first, _ = configured.check(GROUP, {"location": "x"})
        second, _ = configured.check(GROUP, {"location": "x", "tags": {"a": "b"}}, first)
        assert second == first | {"tags": {"a": "b"}}

    def test_a_given_name_stays(self, configured: Plugin) -> None:
        inputs, _ = configured.check(GROUP, {"location": "x", "resourceGroupName": "mine"})
        assert inputs == {"location": "x", "resourceGroupName": "mine", "azureApiVersion": "2024-03-01"}

    def test_the_stacks_naming_rule_wins(self, configured: Plugin) -> None:
        rule = Options(proposed_name="by-rule", mode=Options.ENFORCE)
        inputs, _ = configured.check(GROUP, {"location": "x"}, autonaming=rule)
        assert inputs["resourceGroupName"] == "by-rule"

    def test_without_autonaming_the_name_is_missing(self, configured: Plugin) -> None:
        _, failures = configured.check(GROUP, {"location": "x"}, autonaming=Options(mode=Options.DISABLE))
        assert failures == ["missing required property 'resourceGroupName'"]


class TestLocation:
    def test_is_the_configured_one(self, plugin: Plugin, arm: FakeArm) -> None:
        plugin.configure(location="northeurope")
        assert plugin.check(IDENTITY, {"resourceGroupName": "rg"})[0]["location"] == "northeurope"
        assert arm.seen == []

    def test_is_the_resource_groups(self, configured: Plugin, arm: FakeArm) -> None:
        arm.reply("GET", 200, {"location": "swedencentral"})
        assert configured.check(IDENTITY, {"resourceGroupName": "rg"})[0]["location"] == "swedencentral"

    def test_is_unknown_while_the_group_is(self, configured: Plugin, arm: FakeArm) -> None:
        inputs, failures = configured.check(IDENTITY, {"resourceGroupName": UNKNOWN})
        assert inputs["location"] is UNKNOWN
        assert failures == []
        assert arm.seen == []

    def test_missing_everywhere_is_told_with_the_fix(self, configured: Plugin) -> None:
        _, failures = configured.check(IDENTITY, {"resourceGroupName": "rg"})
        (reason,) = failures
        assert reason == (
            "missing required property 'location'. Either set it explicitly or configure it with "
            "'pulumi config set azure-native:location <value>'."
        )


class TestCheck:
    def test_names_everything_that_is_missing_at_once(self, configured: Plugin) -> None:
        _, failures = configured.check("apimanagement:ApiPolicy", {"apiId": "a"})
        assert failures == [
            f"missing required property '{name}'" for name in ("resourceGroupName", "serviceName", "value")
        ]

    def test_keeps_secrets_and_unknowns(self, configured: Plugin) -> None:
        news = PARENT | {"data": Secret("AA=="), "password": UNKNOWN}
        inputs, failures = configured.check("apimanagement:Certificate", news)
        assert (inputs["data"], inputs["password"]) == (Secret("AA=="), UNKNOWN)
        assert failures == []


class TestDiff:
    def kinds(self, response: Any) -> Any:
        return {path: Kind.Name(each.kind) for path, each in response.detailedDiff.items()}

    def test_of_equal_inputs_is_nothing(self, configured: Plugin) -> None:
        same = PARENT | {"tls": {"validateCertificateChain": True}, "url": Secret("u")}
        response = configured.diff("apimanagement:Backend", same, same)
        assert response.changes == provider_pb2.DiffResponse.DIFF_NONE
        assert not response.detailedDiff

    def test_points_at_the_nested_property(self, configured: Plugin) -> None:
        old = {"tls": {"a": True, "b": True}, "credentials": {"header": {"k": ["1", "2"]}}, "title": "t"}
        new = {"tls": {"a": False, "c": 1}, "credentials": {"header": {"k": ["1", "3"], "x.y": []}}, "url": "u"}
        response = configured.diff("apimanagement:Backend", old, new)
        assert self.kinds(response) == {
            "tls.a": "UPDATE",
            "tls.b": "DELETE",
            "tls.c": "ADD",
            "credentials.header.k[1]": "UPDATE",
            'credentials.header["x.y"]': "ADD",
            "title": "DELETE",
            "url": "ADD",
        }
        assert list(response.diffs) == ["credentials", "title", "tls", "url"]
        assert list(response.replaces) == []
        assert not response.deleteBeforeReplace

    @pytest.mark.parametrize(
        ("token", "name"),
        [
            ("apimanagement:Certificate", "certificateId"),
            ("apimanagement:Certificate", "serviceName"),
            ("resources:ResourceGroup", "location"),
            ("authorization:RoleAssignment", "principalId"),
            ("authorization:RoleAssignment", "scope"),
        ],
    )
    def test_of_a_fixed_property_replaces(self, configured: Plugin, token: str, name: Any) -> None:
        response = configured.diff(token, {name: "old"}, {name: "new"})
        assert self.kinds(response) == {name: "UPDATE_REPLACE"}
        assert list(response.replaces) == [name]

    def test_of_a_resource_with_a_name_of_its_own_deletes_first(self, configured: Plugin) -> None:
        response = configured.diff("apimanagement:Certificate", {"certificateId": "a"}, {"certificateId": "b"})
        assert response.deleteBeforeReplace

    def test_of_a_randomly_named_resource_creates_first(self, configured: Plugin) -> None:
        old = {"__createBeforeDelete": True, "location": "a"}
        assert not configured.diff(GROUP, old, old | {"location": "b"}).deleteBeforeReplace

    def test_with_an_unknown_value_is_a_change(self, configured: Plugin) -> None:
        response = configured.diff("apimanagement:Backend", {"url": "u"}, {"url": UNKNOWN})
        assert self.kinds(response) == {"url": "UPDATE"}

    def test_writing_out_what_azure_chose_replaces_nothing(self, configured: Plugin) -> None:
        response = configured.diff(GROUP, {}, {"location": "a"}, {"location": "a"})
        assert self.kinds(response) == {"location": "ADD"}

    def test_ignores_spaces_and_case_where_azure_does(self, configured: Plugin) -> None:
        old = {"location": "West Europe", "resourceGroupName": "RG"}
        assert not configured.diff(GROUP, old, {"location": "westeurope", "resourceGroupName": "rg"}).detailedDiff

    def test_after_an_import_does_not_see_the_api_version(self, configured: Plugin) -> None:
        outputs = {"azureApiVersion": "2024-05-01"}
        assert not configured.diff("apimanagement:Backend", {}, {"azureApiVersion": "2024-05-01"}, outputs).detailedDiff
