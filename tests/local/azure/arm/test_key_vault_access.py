"""Whether a service may read a certificate: its identity, the vault's mode, the vault's network rules.

The vault is in another resource group than the landing zone's.
"""

import base64
import json
import uuid
from typing import Any

import pytest

from tests.conftest import Answer
from tests.local.azure.arm.conftest import Group, Service, make_pfx, vault, vault_body, vaults_of

POLICIES = {"enableRbacAuthorization": False}


class OwnVault:
    """A vault with the certificate `client`; whoever deploys may write certificates in it, the service nothing."""

    def __init__(self, service: Service, **properties: object) -> None:
        self.group = Group(service.azure, f"rg-{service.name}")
        self.name = f"kv-{uuid.uuid4().hex[:8]}"
        self.secret = f"https://{self.name}.vault.azure.net/secrets/client"
        token = service.azure.token_for("https://vault.azure.net")
        body = token.split(".")[1]
        principal = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["oid"]
        own = {"tenantId": "t", "objectId": principal, "permissions": {"certificates": ["all"]}}
        made = vault_body(service.azure.endpoints.tenant_id, accessPolicies=[own], **properties)
        assert self.group.arm("PUT", vault(self.name), made).status == 201
        url = f"{vaults_of(service.azure)[self.name]}/certificates/client/import"
        headers = {"Authorization": f"Bearer {token}"}
        assert service.azure.arm("POST", url, {"value": make_pfx().data}, "7.4", headers).status == 200

    @property
    def path(self) -> str:
        return self.group.path + vault(self.name)

    def permit(self, principal: str, *names: str) -> None:
        """An access policy for secrets."""
        entry = {"tenantId": "t", "objectId": principal, "permissions": {"secrets": names}}
        body = {"properties": {"accessPolicies": [entry]}}
        assert self.group.arm("PUT", f"{vault(self.name)}/accessPolicies/replace", body).status == 200

    def change(self, **properties: object) -> None:
        body = self.group.arm("GET", vault(self.name)).body
        body["properties"] |= properties
        assert self.group.arm("PUT", vault(self.name), body).status == 200


def read(service: Service, secret: str, client_id: str | None = None) -> Answer:
    key_vault = {"secretIdentifier": secret, "identityClientId": client_id}
    return service.put("/certificates/orders", {"properties": {"keyVault": key_vault}})


def system_assigned(service: Service) -> str:
    principal: str = service.get("").body["identity"]["principalId"]
    return principal


def user_assigned(service: Service) -> dict[str, str]:
    """Client id and principal id of a second identity that the service gets."""
    path = f"{service.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway"
    made: dict[str, Any] = service.azure.arm("PUT", path, {"location": "westeurope"}, "2023-01-31").body
    identity = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {path: {}}}
    assert service.put("", {**service.body, "identity": identity}).status == 200
    ids: dict[str, str] = made["properties"]
    return ids


class TestAccessPolicies:
    def test_get_and_list_of_secrets_are_enough(self, service: Service) -> None:
        own = OwnVault(service, **POLICIES)
        own.permit(system_assigned(service), "Get", "List")
        assert read(service, own.secret).status == 201

    @pytest.mark.parametrize("names", [(), ("get",), ("list",)])
    def test_less_is_not(self, service: Service, names: tuple[str, ...]) -> None:
        own = OwnVault(service, **POLICIES)
        own.permit(system_assigned(service), *names)
        answer = read(service, own.secret)
        assert (answer.status, answer.error["code"]) == (400, "InvalidOperation")
        assert answer.error["message"].endswith("has GET permissions on secrets in the KeyVault Access Policies.")

    def test_a_role_does_nothing_until_the_vault_turns_to_roles(self, service: Service) -> None:
        own = OwnVault(service, **POLICIES)
        service.grant(own.path)
        assert read(service, own.secret).status == 400
        own.change(enableRbacAuthorization=True)
        assert read(service, own.secret).status == 201


class TestRoles:
    def test_an_access_policy_does_nothing_until_the_vault_turns_to_them(self, service: Service) -> None:
        own = OwnVault(service, **POLICIES)
        own.permit(system_assigned(service), "get", "list")
        own.change(enableRbacAuthorization=True)
        assert read(service, own.secret).status == 400
        own.change(**POLICIES)
        assert read(service, own.secret).status == 201

    @pytest.mark.parametrize("scope", ["/secrets/client", ""])
    def test_one_at_the_secret_or_the_vault_is_enough_and_at_another_secret_not(
        self, service: Service, scope: str
    ) -> None:
        own = OwnVault(service, **POLICIES)
        own.change(enableRbacAuthorization=True)
        service.grant(f"{own.path}/secrets/other")
        assert read(service, own.secret).status == 400
        service.grant(own.path + scope)
        assert read(service, own.secret).status == 201


class TestUserAssignedIdentity:
    def test_it_is_named_by_its_client_id(self, service: Service) -> None:
        own, identity = OwnVault(service, **POLICIES), user_assigned(service)
        own.permit(identity["principalId"], "get", "list")
        assert read(service, own.secret, identity["clientId"]).status == 201
        assert read(service, own.secret).error["code"] == "InvalidOperation"

    def test_its_principal_id_is_refused(self, service: Service) -> None:
        own, identity = OwnVault(service, **POLICIES), user_assigned(service)
        own.permit(identity["principalId"], "get", "list")
        detail = read(service, own.secret, identity["principalId"]).error["details"][0]
        assert detail["message"].startswith(
            f"Can not find Managed Identity with provided IdentityClientId : {identity['principalId']}."
        )


class TestFirewall:
    @pytest.mark.parametrize(
        ("properties", "reason"),
        [
            ({"networkAcls": {"defaultAction": "Deny"}}, "ForbiddenByFirewall: Client address is not authorized"),
            ({"publicNetworkAccess": "Disabled"}, "ForbiddenByConnection: Public network access is disabled"),
        ],
    )
    def test_the_system_assigned_identity_gets_through_and_a_user_assigned_one_not(
        self, service: Service, properties: dict[str, object], reason: str
    ) -> None:
        own, identity = OwnVault(service, **POLICIES), user_assigned(service)
        own.permit(identity["principalId"], "get", "list")
        own.permit(system_assigned(service), "get", "list")
        own.change(**properties)
        refused = read(service, own.secret, identity["clientId"])
        assert (refused.status, refused.error["code"]) == (400, "InvalidOperation")
        assert reason in refused.error["message"]
        assert read(service, own.secret).status == 201

    def test_rights_are_needed_behind_it_too(self, service: Service) -> None:
        own = OwnVault(service, **POLICIES)
        own.change(networkAcls={"defaultAction": "Deny"})
        assert read(service, own.secret).error["code"] == "InvalidOperation"

    def test_rules_that_allow_keep_nobody_out(self, service: Service) -> None:
        own, identity = OwnVault(service, **POLICIES), user_assigned(service)
        own.permit(identity["principalId"], "get", "list")
        own.change(networkAcls={"defaultAction": "Allow"})
        assert read(service, own.secret, identity["clientId"]).status == 201
