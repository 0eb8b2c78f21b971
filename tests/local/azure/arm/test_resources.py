"""Resource groups, managed identities and role assignments."""

import uuid

from tests.conftest import Answer, LocalAzure
from tests.local.azure.arm.conftest import Group, vault, vault_body, vaults_of


class TestResourceGroups:
    def test_one_can_be_written_read_and_listed(self, group: Group) -> None:
        body = group.arm("GET", "").body
        assert (body["name"], body["location"], body["tags"]) == (group.name, "westeurope", {"a": "b"})
        assert body["properties"]["provisioningState"] == "Succeeded"
        listed = group.azure.arm("GET", f"{group.azure.subscription}/resourceGroups", api_version="2024-03-01")
        assert body in listed.body["value"]
        assert group.arm("HEAD", "").status == 204
        assert group.arm("PUT", "", {"location": "westeurope"}).status == 200

    def test_it_cannot_move(self, group: Group) -> None:
        answer = group.arm("PUT", "", {"location": "northeurope"})
        assert (answer.status, answer.error["code"]) == (409, "InvalidResourceGroupLocation")

    def test_a_location_is_required(self, group: Group) -> None:
        answer = group.arm("PUT", "", {})
        assert (answer.status, answer.error["code"]) == (400, "LocationRequired")

    def test_deleting_it_deletes_what_is_in_it(self, group: Group) -> None:
        path = vault()
        name = path.rpartition("/")[2]
        group.arm("PUT", path, vault_body(group.azure.endpoints.tenant_id))
        answer = group.arm("DELETE", "")
        assert (answer.status, answer.body) == (202, None)
        assert group.azure.arm("GET", answer.headers["location"]).status == 200
        assert group.arm("GET", "").error["code"] == "ResourceGroupNotFound"
        assert group.arm("HEAD", "").status == 404
        group.arm("PUT", "", {"location": "westeurope"})
        assert group.arm("GET", path).status == 404
        assert name not in vaults_of(group.azure)

    def test_an_operation_that_was_never_started_is_not_found(self, local_azure: LocalAzure) -> None:
        path = f"{local_azure.subscription}/operationresults/0123456789abcdef01234567"
        assert local_azure.arm("GET", path, api_version="2024-03-01").status == 404


class TestManagedIdentities:
    def test_one_keeps_its_principal(self, group: Group) -> None:
        path = "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway"
        created = group.arm("PUT", path, {"location": "westeurope"})
        again = group.arm("PUT", path, {"location": "westeurope", "tags": {"a": "b"}})
        assert (created.status, again.status) == (201, 200)
        assert created.body["properties"] == again.body["properties"]
        uuid.UUID(created.body["properties"]["principalId"])
        assert group.arm("DELETE", path).status == 200
        assert group.arm("GET", path).status == 404


class TestRoleAssignments:
    role = "/providers/Microsoft.Authorization/roleDefinitions/db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"

    def assign(self, group: Group, name: str, principal: str, path: str = "", **others: str) -> Answer:
        properties = {"roleDefinitionId": self.role, "principalId": principal, **others}
        path = f"{path}/providers/Microsoft.Authorization/roleAssignments/{name}"
        return group.arm("PUT", path, {"properties": properties})

    def test_one_is_made_once(self, group: Group) -> None:
        name, principal = str(uuid.uuid4()), str(uuid.uuid4())
        assert self.assign(group, name, principal).status == 201
        assert self.assign(group, name, principal).status == 200
        assert self.assign(group, str(uuid.uuid4()), principal).error["code"] == "RoleAssignmentExists"
        assert self.assign(group, name, str(uuid.uuid4())).error["code"] == "RoleAssignmentUpdateNotPermitted"

    def test_its_description_can_change(self, group: Group) -> None:
        name, principal = str(uuid.uuid4()), str(uuid.uuid4())
        assert "description" not in self.assign(group, name, principal).body["properties"]
        changed = self.assign(group, name, principal, description="for the gateway")
        assert (changed.status, changed.body["properties"]["description"]) == (200, "for the gateway")

    def test_its_name_is_a_uuid_and_so_is_its_principal(self, group: Group) -> None:
        assert self.assign(group, "mine", str(uuid.uuid4())).error["code"] == "InvalidRoleAssignmentId"
        assert self.assign(group, str(uuid.uuid4()), "me").status == 400

    def test_its_scope_has_to_exist(self, group: Group) -> None:
        assert self.assign(group, str(uuid.uuid4()), str(uuid.uuid4()), vault("kv-none")).status == 404

    def test_it_can_be_listed_and_deleted(self, group: Group) -> None:
        path = "/providers/Microsoft.Authorization/roleAssignments"
        name = str(uuid.uuid4())
        self.assign(group, name, str(uuid.uuid4()))
        assert [one["name"] for one in group.arm("GET", path).body["value"]] == [name]
        assert group.arm("DELETE", f"{path}/{name}").body["name"] == name
        assert group.arm("DELETE", f"{path}/{name}").status == 204
        assert group.arm("GET", f"{path}/{name}").status == 404
