"""Against local Azure: every served type is created, reads back without drift, is updated, and is gone when deleted."""

import base64
import uuid
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from local.azure.pki import LEGACY_CLIENT_PASSWORD
from local.default_policy import DEFAULT_POLICY
from local.home import HOME_VARIABLE
from local.provider.checks import AUTONAMED
from local.provider.properties import Secret, plain
from local.provider.resources import RESOURCES
from tests.conftest import LocalAzure
from tests.local.provider.conftest import Plugin, serving

CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
DEFAULT_OF_AZURE = provider_pb2.PropertyDiff.DELETE
"""What the import has and the program does not write down."""
BOUND = '<set-backend-service backend-id="legacy" /><authentication-certificate certificate-id="legacy" />'
POLICY = f"""<policies><inbound><base />{BOUND}</inbound>\
<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>"""

FRAGMENT = f"<fragment>{BOUND}</fragment>"


@pytest.fixture
def provider(local_azure: LocalAzure, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    monkeypatch.setenv(HOME_VARIABLE, str(local_azure.home.root))
    with serving() as client:
        client.configure()
        yield client


Program = dict[str, tuple[dict[str, Any], dict[str, Any]]]
"""Token -> inputs, and what an update changes in them; in the order in which they depend on each other."""


def program(azure: LocalAzure, name: str) -> Program:
    group = {"resourceGroupName": f"rg-{name}"}
    service = group | {"serviceName": name}
    team = service | {"workspaceId": "team"}
    arm_id = f"{azure.subscription}/resourceGroups/rg-{name}/providers/Microsoft.ApiManagement/service/{name}"
    identity = f"{azure.subscription}/resourceGroups/rg-{name}/providers/Microsoft.ManagedIdentity"
    pfx = base64.b64encode((azure.home.pki / "legacy-client.pfx").read_bytes()).decode()
    vault = {
        "tenantId": azure.endpoints.tenant_id,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
    }
    return {
        "resources:ResourceGroup": (group | {"location": "westeurope"}, {"tags": {"a": "b"}}),
        "keyvault:Vault": (group | {"vaultName": f"kv-{name}", "properties": vault}, {"tags": {"a": "b"}}),
        "managedidentity:UserAssignedIdentity": (group | {"resourceName": "gateway"}, {"tags": {"a": "b"}}),
        "apimanagement:ApiManagementService": (
            service
            | {
                "publisherEmail": "a@example.org",
                "publisherName": "A",
                "sku": {"name": "Premium", "capacity": 1},
                "identity": {
                    "type": "SystemAssigned, UserAssigned",
                    "userAssignedIdentities": [f"{identity}/userAssignedIdentities/gateway"],
                },
            },
            {"tags": {"a": "b"}},
        ),
        "authorization:RoleAssignment": (
            {
                "scope": f"{azure.subscription}/resourceGroups/rg-{name}",
                "principalId": str(uuid.uuid4()),
                "principalType": "ServicePrincipal",
                "roleDefinitionId": f"{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/"
                + CERTIFICATE_USER,
            },
            {},
        ),
        "apimanagement:Workspace": (service | {"workspaceId": "team", "displayName": "Team"}, {"description": "x"}),
        **{f"apimanagement:{kind}": each for kind, each in entities(pfx, service, arm_id).items()},
        **{
            f"apimanagement:Workspace{kind}": each
            for kind, each in entities(pfx, team, f"{arm_id}/workspaces/team").items()
        },
        "apimanagement:Policy": policy(service, POLICY.replace("<backend><base />", "<backend><forward-request />")),
        "apimanagement:WorkspacePolicy": policy(team, POLICY),
        "apimanagement:Gateway": (
            service | {"gatewayId": "own", "locationData": {"name": "cellar"}},
            {"description": "changed"},
        ),
        "apimanagement:GatewayCertificateAuthority": (
            service | {"gatewayId": "own", "certificateId": "legacy", "isTrusted": True},
            {"isTrusted": False},
        ),
        "apimanagement:GatewayApiEntityTag": (service | {"gatewayId": "own", "apiId": "orders"}, {}),
        "apimanagement:ProductApi": (service | {"productId": "starter", "apiId": "orders"}, {}),
    }


def entities(pfx: str, home: dict[str, Any], arm_id: str) -> Program:
    """What both a service and a workspace can hold."""
    api = home | {"apiId": "orders"}
    product = home | {"productId": "starter"}
    return {
        "Certificate": (
            home | {"certificateId": "legacy", "data": Secret(pfx), "password": Secret(LEGACY_CLIENT_PASSWORD)},
            {},
        ),
        "Backend": (
            home
            | {
                "backendId": "legacy",
                "url": "https://legacy.backend.internal/",
                "protocol": "http",
                "tls": {"validateCertificateChain": False, "validateCertificateName": True},
            },
            {"tls": {"validateCertificateChain": True, "validateCertificateName": True}},
        ),
        "ApiVersionSet": (
            home | {"versionSetId": "orders", "displayName": "Orders", "versioningScheme": "Segment"},
            {"displayName": "Changed"},
        ),
        "Api": (
            api | {"path": "orders", "displayName": "Orders", "protocols": ["https"], "subscriptionRequired": False},
            {"displayName": "Changed"},
        ),
        "ApiOperation": (
            api | {"operationId": "get", "displayName": "Get", "method": "GET", "urlTemplate": "/*"},
            {"method": "PUT"},
        ),
        "ApiPolicy": policy(api, POLICY),
        "ApiOperationPolicy": policy(api | {"operationId": "get"}, POLICY),
        "ApiRelease": (api | {"releaseId": "first"}, {"notes": "Changed"}),
        "Product": (product | {"displayName": "Starter", "state": "published"}, {"subscriptionsLimit": 2}),
        "ProductApiLink": (product | {"apiLinkId": "orders", "apiId": f"{arm_id}/apis/orders"}, {}),
        "ProductPolicy": policy(product, POLICY),
        "PolicyFragment": (home | {"id": "mtls", "format": "rawxml", "value": FRAGMENT}, {"description": "Changed"}),
        "Subscription": (
            home
            | {
                "sid": "caller",
                "displayName": "Caller",
                "scope": f"{arm_id}/products/starter",
                "state": "active",
                "primaryKey": Secret("first-key"),
                "notify": False,
            },
            {"displayName": "Changed"},
        ),
    }


def policy(parent: dict[str, Any], document: str) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = document.replace("<outbound>", '<outbound><set-header name="x"><value>1</value></set-header>')
    return parent | {"policyId": "policy", "format": "rawxml", "value": document}, {"value": changed}


def test_the_program_has_every_served_type(local_azure: LocalAzure) -> None:
    elsewhere = {"azure-native:keyvault:AccessPolicy"}  # no resource of ARM's own: test_access_policy.py
    elsewhere |= {each for each in RESOURCES if not each.startswith("azure-native:")}  # tests/end_to_end, backend trust
    assert {f"azure-native:{token}" for token in program(local_azure, "any")} == {*RESOURCES} - elsewhere


def test_every_type_lives_through_its_life(provider: Plugin, local_azure: LocalAzure) -> None:
    made = {}
    for token, (given, change) in program(local_azure, f"p{uuid.uuid4().hex[:8]}").items():
        inputs, failures = provider.check(token, given)
        assert failures == [], token
        arm_id, outputs = provider.create(token, inputs)
        made[token] = arm_id
        found, read, refreshed = provider.read(token, arm_id, inputs, outputs)
        assert (found, read, refreshed) == (arm_id, outputs, inputs), token
        changed = inputs | change
        assert {*provider.diff(token, inputs, changed, outputs).diffs} == {*change}, token
        updated = provider.update(token, arm_id, changed, outputs)
        _, read, refreshed = provider.read(token, arm_id, changed, updated)
        assert (read, refreshed) == (updated, changed), token
        imported = provider.read(token, arm_id)[2]
        found = provider.diff(token, imported, changed, updated).detailedDiff
        lost = {path for path, each in found.items() if each.kind != DEFAULT_OF_AZURE}
        assert lost <= {"data", "password", "format", "value", "primaryKey", "notify", AUTONAMED}, token
    for token, arm_id in reversed(made.items()):
        provider.delete(token, arm_id)
        found, outputs, _ = provider.read(token, arm_id)
        if token == "apimanagement:Policy":  # the service always has one
            assert outputs["value"] == DEFAULT_POLICY
        else:
            assert found == "", token


def test_what_arm_refuses_is_told_in_its_words(provider: Plugin) -> None:
    where = {"resourceGroupName": "rg-platform", "serviceName": "no-such-service"}
    with pytest.raises(grpc.RpcError) as caught:
        provider.create("apimanagement:Backend", where | {"backendId": "b", "url": "https://x"})
    assert "Status=404" in str(caught.value)
    assert "no-such-service" in str(caught.value)


def test_the_landing_zones_vault_is_found(provider: Plugin) -> None:
    vault = provider.invoke("azure-native:keyvault:getVault", resourceGroupName="rg-platform", vaultName="kv-local")
    assert plain(vault)["properties"]["vaultUri"] == "https://kv-local.vault.azure.net/"
    assert vault["azureApiVersion"] == "2024-11-01"


def test_the_client_is_the_principal_of_local_azure(provider: Plugin, local_azure: LocalAzure) -> None:
    client = provider.invoke("azure-native:authorization:getClientConfig")
    assert client["clientId"] == local_azure.endpoints.client_id
    assert uuid.UUID(client["objectId"])
