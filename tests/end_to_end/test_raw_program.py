"""What no component of the stack uses yet, in a program over the SDK alone: both engines deploy it, find no drift, and
destroy it in an order that local Azure accepts.
"""

import pytest
from project import Project

PROGRAM = '''
"""A vault by access policies, a role at one secret, a pool, a self-hosted gateway."""

import base64
import pathlib

import pulumi
from pulumi_azure_native import apimanagement as apim, authorization, keyvault, resources

client = authorization.get_client_config()
group = resources.ResourceGroup("rg", resource_group_name="rg-raw", location="westeurope")
vault = keyvault.Vault(
    "vault", resource_group_name=group.name, vault_name="kv-raw",
    properties={
        "tenant_id": client.tenant_id, "sku": {"family": "A", "name": "standard"},
        "enable_rbac_authorization": False,
        "network_acls": {"bypass": "None", "default_action": "Deny", "ip_rules": [{"value": "124.56.78.0/24"}]},
    },
)
service = apim.ApiManagementService(
    "service", resource_group_name=group.name, service_name="apim-raw", publisher_email="a@example.org",
    publisher_name="A", sku={"name": "Developer", "capacity": 1}, identity={"type": "SystemAssigned"},
)
principal = service.identity.apply(lambda identity: identity.principal_id)
policy = keyvault.AccessPolicy(
    "policy", resource_group_name=group.name, vault_name=vault.name,
    policy={"tenant_id": client.tenant_id, "object_id": principal, "permissions": {"secrets": ["get", "list"]}},
)
platform = f"/subscriptions/{client.subscription_id}/resourceGroups/rg-platform/providers/Microsoft.KeyVault"
role = authorization.RoleAssignment(
    "role", scope=f"{platform}/vaults/kv-local/secrets/orders-client", principal_id=principal,
    principal_type="ServicePrincipal",
    role_definition_id=f"/subscriptions/{client.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/"
    "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
)
where = {"resource_group_name": group.name, "service_name": service.name}
orders = apim.Certificate(
    "orders", certificate_id="orders", **where,
    key_vault={"secret_identifier": "https://kv-local.vault.azure.net/secrets/orders-client"},
    opts=pulumi.ResourceOptions(depends_on=[role]),
)
member = apim.Backend(
    "member", backend_id="member", url="https://orders.backend.internal", protocol="http", **where,
    circuit_breaker={"rules": [{
        "name": "r", "trip_duration": "PT1M",
        "failure_condition": {"count": 3, "interval": "PT1M", "status_code_ranges": [{"min": 500, "max": 599}]},
    }]},
    tls={"validate_certificate_chain": True, "validate_certificate_name": True},
)
pool = apim.Backend(
    "pool", backend_id="pool", type="Pool", pool={"services": [{"id": member.id, "weight": WEIGHT}]}, **where
)
gateway = apim.Gateway("gateway", gateway_id="own", location_data={"name": "Cellar"}, **where)
apim.GatewayCertificateAuthority(
    "authority", gateway_id=gateway.name, certificate_id=orders.name, is_trusted=True, **where
)
api = apim.Api("api", api_id="orders", path="orders", display_name="Orders", protocols=["https"], **where)
apim.GatewayApiEntityTag("tag", gateway_id=gateway.name, api_id=api.name, **where)
'''


@pytest.fixture
def raw(project: Project) -> Project:
    """The project with the program instead of its own."""
    write(project, weight=1)
    return project


def write(project: Project, weight: int) -> None:
    (project.root / "__main__.py").write_text(PROGRAM.replace("WEIGHT", str(weight)))


def test_it_is_deployed_found_unchanged_changed_and_destroyed(raw: Project) -> None:
    raw.must("up")
    vault = "/resourceGroups/rg-raw/providers/Microsoft.KeyVault/vaults/kv-raw"
    before = raw.azure.arm("GET", raw.azure.subscription + vault, api_version="2024-11-01").body["properties"]
    assert [entry["permissions"] for entry in before["accessPolicies"]] == [{"secrets": ["get", "list"]}]
    raw.must("preview", "--expect-no-changes")
    raw.must("refresh")
    raw.must("preview", "--expect-no-changes")

    write(raw, weight=2)
    assert raw.preview() == {("Backend", "pool"): "update"}
    raw.must("up")

    raw.must("destroy")
    assert (
        raw.azure.arm("GET", f"{raw.azure.subscription}/resourceGroups/rg-raw", api_version="2024-03-01").status == 404
    )
    assert raw.state()["latest"].get("resources", []) == []
