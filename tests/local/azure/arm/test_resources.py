"""Resource groups, vaults, managed identities and role assignments."""

import uuid
from collections.abc import Iterator

import pytest

from tests.conftest import Answer, LocalAzure

VERSIONS = {
    "": "2024-03-01",
    "Microsoft.KeyVault": "2024-11-01",
    "Microsoft.ManagedIdentity": "2023-01-31",
    "Microsoft.Authorization": "2022-04-01",
}


class Group:
    """A resource group; paths are relative to it."""

    def __init__(self, azure: LocalAzure) -> None:
        self.azure = azure
        self.name = f"rg-{uuid.uuid4().hex[:8]}"
        self.path = f"{azure.subscription}/resourceGroups/{self.name}"

    def arm(self, method: str, path: str, body: object = None) -> Answer:
        namespace = path.rpartition("/providers/")[2].partition("/")[0]
        return self.azure.arm(method, self.path + path, body, VERSIONS[namespace])


@pytest.fixture
def group(local_azure: LocalAzure) -> Iterator[Group]:
    made = Group(local_azure)
    assert made.arm("PUT", "", {"location": "West Europe", "tags": {"a": "b"}}).status == 201
    yield made
    made.arm("DELETE", "")


def vault(name: str | None = None) -> str:
    return f"/providers/Microsoft.KeyVault/vaults/{name or f'kv-{uuid.uuid4().hex[:8]}'}"


def vault_body(tenant: str, **properties: object) -> dict[str, object]:
    known = {"tenantId": tenant, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}
    return {"location": "westeurope", "properties": known | properties}


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


class TestVaults:
    def test_one_opens_a_listener_and_closes_it(self, group: Group) -> None:
        path = vault()
        name = path.rpartition("/")[2]
        created = group.arm("PUT", path, vault_body(group.azure.endpoints.tenant_id))
        assert created.status == 201
        assert created.body["properties"]["vaultUri"] == f"https://{name}.vault.azure.net/"
        address = vaults_of(group.azure)[name]
        assert group.azure.send("GET", f"{address}/secrets/x?api-version=7.4").status == 401
        assert group.arm("PUT", path, vault_body(group.azure.endpoints.tenant_id)).status == 200
        assert group.arm("DELETE", path).status == 200
        assert name not in vaults_of(group.azure)
        assert group.arm("DELETE", path).status == 204

    def test_its_name_is_unique_in_azure(self, group: Group) -> None:
        answer = group.arm("PUT", vault("kv-local"), vault_body(group.azure.endpoints.tenant_id))
        assert (answer.status, answer.error["code"]) == (409, "VaultAlreadyExists")

    def test_what_is_wrong_with_it_is_said_at_once(self, group: Group) -> None:
        answer = group.arm("PUT", vault(), {"location": "westeurope", "properties": {"sku": {"name": "gold"}}})
        targets = [detail["target"] for detail in answer.error["details"]]
        assert answer.status == 400
        assert {"properties.tenantId", "properties.sku.family", "properties.sku.name"} <= set(targets)

    def test_access_policies_are_not_served(self, group: Group) -> None:
        body = vault_body(group.azure.endpoints.tenant_id, enableRbacAuthorization=False)
        answer = group.arm("PUT", vault(), body)
        assert answer.status == 501
        assert "enableRbacAuthorization" in answer.error["message"]


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


def vaults_of(azure: LocalAzure) -> dict[str, str]:
    azure.__dict__.pop("endpoints", None)
    return azure.endpoints.vaults
