"""One principal's entry in a vault's body is a resource of the provider's own making."""

import uuid
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from local.home import HOME_VARIABLE
from local.provider.properties import plain
from tests.conftest import LocalAzure
from tests.local.provider.conftest import Plugin, serving

TYPE = "keyvault:AccessPolicy"
VAULT = "keyvault:Vault"


@pytest.fixture
def provider(local_azure: LocalAzure, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    monkeypatch.setenv(HOME_VARIABLE, str(local_azure.home.root))
    with serving() as client:
        client.configure()
        yield client


class Vault:
    """A vault whose program leaves its access policies to others."""

    def __init__(self, provider: Plugin, tenant: str) -> None:
        self.provider = provider
        self.tenant = tenant
        self.name = {"resourceGroupName": "rg-platform", "vaultName": f"kv-{uuid.uuid4().hex[:8]}"}
        sku = {"family": "A", "name": "standard"}
        given = self.name | {"location": "westeurope", "properties": {"tenantId": tenant, "sku": sku}}
        self.inputs, failures = provider.check(VAULT, given)
        assert failures == []
        self.id, self.outputs = provider.create(VAULT, self.inputs)

    def policy(self, principal: str, *secrets: str) -> dict[str, Any]:
        entry = {"tenantId": self.tenant, "objectId": principal, "permissions": {"secrets": [*secrets]}}
        inputs, failures = self.provider.check(TYPE, self.name | {"policy": entry})
        assert failures == []
        return dict(inputs)

    def entries(self) -> Any:
        vault = plain(self.provider.invoke("azure-native:keyvault:getVault", **self.name))
        return vault["properties"]["accessPolicies"]


@pytest.fixture
def vault(provider: Plugin, local_azure: LocalAzure) -> Iterator[Vault]:
    made = Vault(provider, local_azure.endpoints.tenant_id)
    yield made
    provider.delete(VAULT, made.id)


def test_it_lives_through_its_life(vault: Vault) -> None:
    provider, inputs = vault.provider, vault.policy("one", "get", "list")

    arm_id, outputs = provider.create(TYPE, inputs)

    assert (arm_id, outputs) == (f"{vault.id}/accessPolicy", inputs)
    assert provider.read(TYPE, arm_id, inputs, outputs) == (arm_id, outputs, inputs)
    changed = vault.policy("one", "get")
    assert [*provider.diff(TYPE, inputs, changed, outputs).detailedDiff] == ["policy.permissions.secrets[1]"]
    assert provider.update(TYPE, arm_id, changed, outputs) == changed
    assert vault.entries() == [changed["policy"]]
    assert provider.read(TYPE, arm_id, inputs, outputs)[2] == changed
    provider.delete(TYPE, arm_id, changed)
    assert vault.entries() == []
    assert provider.read(TYPE, arm_id, changed, changed)[0] == ""


def test_a_second_one_for_the_principal_is_refused_and_one_for_another_is_not(vault: Vault) -> None:
    vault.provider.create(TYPE, vault.policy("one", "get"))
    vault.provider.create(TYPE, vault.policy("two", "get"))
    with pytest.raises(grpc.RpcError, match=r"cannot create already existing resource .*/accessPolicy"):
        vault.provider.create(TYPE, vault.policy("one", "list"))
    assert [entry["objectId"] for entry in vault.entries()] == ["one", "two"]
    assert vault.entries()[0]["permissions"] == {"secrets": ["get"]}


def test_another_principal_is_an_update_that_fails(vault: Vault) -> None:
    old, new = vault.policy("one", "get"), vault.policy("two", "get")
    arm_id, outputs = vault.provider.create(TYPE, old)
    assert [*vault.provider.diff(TYPE, old, new, outputs).replaces] == []
    with pytest.raises(grpc.RpcError, match="access policy for two does not exist"):
        vault.provider.update(TYPE, arm_id, new, outputs)


def test_an_update_of_the_vault_keeps_it_and_a_refresh_does_not_take_it_over(vault: Vault) -> None:
    provider, entry = vault.provider, vault.policy("one", "get")
    provider.create(TYPE, entry)
    _, outputs, refreshed = provider.read(VAULT, vault.id, vault.inputs, vault.outputs)
    assert refreshed == vault.inputs
    changed = vault.inputs | {"tags": {"a": "b"}}
    provider.update(VAULT, vault.id, changed, outputs)
    assert vault.entries() == [entry["policy"]]
    provider.update(VAULT, vault.id, changed | {"properties": changed["properties"] | {"accessPolicies": []}}, outputs)
    assert vault.entries() == []


def test_it_has_no_name_of_its_own_and_cannot_be_imported(vault: Vault) -> None:
    _, failures = vault.provider.check(TYPE, {"resourceGroupName": "rg-platform"})
    assert failures == ["missing required property 'vaultName'", "missing required property 'policy'"]
    with pytest.raises(grpc.RpcError, match="cannot be imported"):
        vault.provider.read(TYPE, f"{vault.id}/accessPolicy")
