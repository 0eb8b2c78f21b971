"""Vaults: their listener, their access policies, their network rules."""

from tests.conftest import Answer
from tests.local.azure.arm.conftest import Group, vault, vault_body, vaults_of


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


POLICY = {"tenantId": "t", "objectId": "o", "permissions": {"secrets": ["get", "list"]}}


class TestAccessPolicies:
    def make(self, group: Group, *policies: object) -> str:
        path = vault()
        body = vault_body(group.azure.endpoints.tenant_id, enableRbacAuthorization=None, accessPolicies=[*policies])
        answer = group.arm("PUT", path, body)
        assert (answer.status, answer.body["properties"]["enableRbacAuthorization"]) == (201, False)
        return path

    def known(self, group: Group, path: str) -> object:
        return group.arm("GET", path).body["properties"]["accessPolicies"]

    def change(self, group: Group, path: str, kind: str, **permissions: list[str]) -> Answer:
        body = {"properties": {"accessPolicies": [{**POLICY, "permissions": permissions}]}}
        return group.arm("PUT", f"{path}/accessPolicies/{kind}", body)

    def test_they_stand_in_the_vaults_body(self, group: Group) -> None:
        path = self.make(group, POLICY)
        assert self.known(group, path) == [POLICY]

    def test_one_by_one_they_are_replaced_added_to_and_removed(self, group: Group) -> None:
        path = self.make(group)
        assert self.change(group, path, "replace", secrets=["get", "list"]).status == 200
        assert self.known(group, path) == [POLICY]
        self.change(group, path, "add", secrets=["Get", "set"], certificates=["get"])
        permissions = {"secrets": ["get", "list", "set"], "certificates": ["get"]}
        assert self.known(group, path) == [{**POLICY, "permissions": permissions}]
        self.change(group, path, "remove", secrets=["get", "set"], certificates=["get"])
        assert self.known(group, path) == [{**POLICY, "permissions": {"secrets": ["list"], "certificates": []}}]
        self.change(group, path, "remove", secrets=["list"])
        assert self.known(group, path) == []
        assert self.change(group, path, "remove", secrets=["list"]).status == 200

    def test_another_principals_stays(self, group: Group) -> None:
        other = {**POLICY, "objectId": "other"}
        path = self.make(group, other)
        self.change(group, path, "replace", secrets=["get", "list"])
        assert self.known(group, path) == [other, POLICY]
        self.change(group, path, "remove", secrets=["get", "list"])
        assert self.known(group, path) == [other]

    def test_what_is_wrong_with_them_is_refused(self, group: Group) -> None:
        path = self.make(group)
        answer = self.change(group, path, "replace", secrets=["read"])
        assert "'secrets' must be an array of these permissions: all, get, list" in str(answer.error["details"])
        assert self.change(group, path, "empty").status == 501
        assert self.change(group, vault("kv-none"), "replace", secrets=["get"]).status == 404
        assert self.known(group, path) == []

    def test_a_vault_without_rbac_needs_them(self, group: Group) -> None:
        body = vault_body(group.azure.endpoints.tenant_id, enableRbacAuthorization=False)
        answer = group.arm("PUT", vault(), body)
        assert answer.status == 400
        assert "An invalid value was provided for 'accessPolicies'." in str(answer.error["details"])


class TestNetworkRules:
    def test_they_come_back_with_azures_defaults(self, group: Group) -> None:
        path, rules = vault(), {"defaultAction": "deny", "ipRules": [{"value": "124.56.78.0/24"}]}
        group.arm("PUT", path, vault_body(group.azure.endpoints.tenant_id, networkAcls=rules))
        assert group.arm("GET", path).body["properties"]["networkAcls"] == {
            "bypass": "AzureServices",
            "defaultAction": "Deny",
            "ipRules": [{"value": "124.56.78.0/24"}],
            "virtualNetworkRules": [],
        }

    def test_without_them_a_vault_shows_none(self, group: Group) -> None:
        path = vault()
        group.arm("PUT", path, vault_body(group.azure.endpoints.tenant_id))
        properties = group.arm("GET", path).body["properties"]
        assert ("networkAcls" in properties, properties["publicNetworkAccess"]) == (False, "Enabled")

    def test_an_address_that_is_none_is_refused(self, group: Group) -> None:
        rules = {"ipRules": [{"value": "::1"}]}
        answer = group.arm("PUT", vault(), vault_body(group.azure.endpoints.tenant_id, networkAcls=rules))
        assert "'::1' is no IPv4 address or range" in answer.error["details"][0]["message"]
