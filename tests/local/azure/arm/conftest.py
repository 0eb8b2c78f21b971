"""A service of its own for each test, and certificates to put into it."""

import base64
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs12

from tests.conftest import Answer, LocalAzure

SECRET = "https://kv-local.vault.azure.net/secrets/orders-client"
CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
VERSIONS = {
    "": "2024-03-01",
    "Microsoft.KeyVault": "2024-11-01",
    "Microsoft.ManagedIdentity": "2023-01-31",
    "Microsoft.Authorization": "2022-04-01",
}


@dataclass(frozen=True)
class Pfx:
    """A self-signed client certificate."""

    data: str
    certificate: str
    """DER, base64."""
    thumbprint: str


def make_pfx(name: str = "client", password: str = "") -> Pfx:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name.from_rfc4514_string(f"CN={name}")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    data = pkcs12.serialize_key_and_certificates(None, key, certificate, None, encryption)
    return Pfx(
        base64.b64encode(data).decode(),
        base64.b64encode(certificate.public_bytes(Encoding.DER)).decode(),
        certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 -- Azure's identifier
    )


class Service:
    """An API Management service; paths are relative to it."""

    def __init__(self, azure: LocalAzure) -> None:
        self.azure = azure
        self.name = f"apim-{uuid.uuid4().hex[:12]}"
        self.group = f"{azure.subscription}/resourceGroups/rg-{self.name}"
        self.path = f"{self.group}/providers/Microsoft.ApiManagement/service/{self.name}"
        self.body: dict[str, Any] = {
            "location": "westeurope",
            "sku": {"name": "Developer", "capacity": 1},
            "identity": {"type": "SystemAssigned"},
            "properties": {"publisherEmail": "team@example.com", "publisherName": "Team"},
        }

    def create(self) -> None:
        assert self.azure.arm("PUT", self.group, {"location": "westeurope"}, "2024-03-01").status == 201
        assert self.put("", self.body).status == 201

    def delete(self) -> None:
        self.azure.arm("DELETE", self.group, api_version="2024-03-01")

    def put(self, path: str, body: Any) -> Answer:
        return self.azure.arm("PUT", self.path + path, body)

    def get(self, path: str) -> Answer:
        return self.azure.arm("GET", self.path + path)

    def delete_entity(self, path: str) -> Answer:
        return self.azure.arm("DELETE", self.path + path)

    def upgrade(self) -> None:
        """To a tier that has workspaces."""
        self.body["sku"] = {"name": "Premium", "capacity": 1}
        assert self.put("", self.body).status == 200

    def add_workspace(self, name: str = "team") -> str:
        """Its path."""
        self.upgrade()
        assert self.put(f"/workspaces/{name}", {"properties": {"displayName": name}}).status == 201
        return f"/workspaces/{name}"

    def add_product(self, name: str = "starter", *apis: str, parent: str = "", **properties: Any) -> str:
        """Its path."""
        path = f"{parent}/products/{name}"
        body = {"properties": {"displayName": name, **properties}}
        assert self.put(path, body).status == 201
        for api in apis:
            link = {"properties": {"apiId": f"{self.path}{parent}/apis/{api}"}}
            assert self.put(f"{path}/apiLinks/{api}", link).status == 201
        return path

    def subscribe(self, scope: str, key: str, parent: str = "", state: str | None = "active") -> Answer:
        """Subscribes to a scope of the service or the workspace, with this primary key."""
        properties = {"displayName": key, "scope": f"{self.path}{parent}{scope}", "primaryKey": key, "state": state}
        return self.put(f"{parent}/subscriptions/{key}", {"properties": properties})

    def grant(self, scope: str | None = None) -> None:
        """Lets the service's own identity read certificates: of the landing zone's vault, or at the scope."""
        scope = scope or f"{self.azure.subscription}/resourceGroups/rg-platform{vault('kv-local')}"
        role = f"{self.azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/{CERTIFICATE_USER}"
        properties = {"roleDefinitionId": role, "principalId": self.get("").body["identity"]["principalId"]}
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
        assert self.azure.arm("PUT", path, {"properties": properties}, "2022-04-01").status == 201

    def add_certificate(self, name: str = "orders", pfx: Pfx | None = None, parent: str = "") -> Pfx:
        pfx = pfx or make_pfx()
        assert self.put(f"{parent}/certificates/{name}", {"properties": {"data": pfx.data}}).status in {200, 201}
        return pfx

    def add_key_vault_certificate(self, name: str = "orders") -> str:
        """Its thumbprint."""
        self.grant()
        answer = self.put(f"/certificates/{name}", {"properties": {"keyVault": {"secretIdentifier": SECRET}}})
        assert answer.status == 201, answer
        thumbprint: str = answer.body["properties"]["thumbprint"]
        return thumbprint

    def add_backend(self, name: str = "orders", parent: str = "", **properties: Any) -> None:
        properties = {"url": f"https://{name}.backend.internal", "protocol": "http", **properties}
        assert self.put(f"{parent}/backends/{name}", {"properties": properties}).status in {200, 201}

    def add_api(self, name: str = "orders", parent: str = "", **properties: Any) -> None:
        """With one operation, GET of anything."""
        properties = {"displayName": name, "path": name, "protocols": ["https"], **properties}
        assert self.put(f"{parent}/apis/{name}", {"properties": properties}).status in {200, 201}
        operation = {"displayName": "Get", "method": "GET", "urlTemplate": "/*"}
        assert self.put(f"{parent}/apis/{name}/operations/get", {"properties": operation}).status in {200, 201}

    def put_policy(self, inbound: str, path: str = "/apis/orders", **properties: Any) -> Answer:
        document = f"<policies>\n  <inbound>\n    <base />\n    {inbound}\n  </inbound>\n</policies>"
        return self.put(
            f"{path}/policies/policy", {"properties": {"format": "rawxml", "value": document, **properties}}
        )

    def call(self, path: str, key: str | None = None) -> Answer:
        """GET through the gateway, with a key or that of the built-in subscription."""
        key = key or self.azure.arm("POST", f"{self.path}/subscriptions/master/listSecrets").body["primaryKey"]
        url = self.get("").body["properties"]["gatewayUrl"] + path
        return self.azure.send("GET", url, headers={"Ocp-Apim-Subscription-Key": key})


@pytest.fixture
def service(local_azure: LocalAzure) -> Iterator[Service]:
    made = Service(local_azure)
    made.create()
    yield made
    made.delete()


class Group:
    """A resource group; paths are relative to it."""

    def __init__(self, azure: LocalAzure, name: str | None = None) -> None:
        self.azure = azure
        self.name = name or f"rg-{uuid.uuid4().hex[:8]}"
        self.path = f"{azure.subscription}/resourceGroups/{self.name}"

    def arm(self, method: str, path: str, body: object = None) -> Answer:
        namespace = path.rpartition("/providers/")[2].partition("/")[0]
        return self.azure.arm(method, self.path + path, body, VERSIONS[namespace])


def vault(name: str | None = None) -> str:
    return f"/providers/Microsoft.KeyVault/vaults/{name or f'kv-{uuid.uuid4().hex[:8]}'}"


def vault_body(tenant: str, **properties: object) -> dict[str, object]:
    known = {"tenantId": tenant, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}
    return {"location": "westeurope", "properties": known | properties}


def vaults_of(azure: LocalAzure) -> dict[str, str]:
    azure.__dict__.pop("endpoints", None)
    return azure.endpoints.vaults


@pytest.fixture
def group(local_azure: LocalAzure) -> Iterator[Group]:
    made = Group(local_azure)
    assert made.arm("PUT", "", {"location": "West Europe", "tags": {"a": "b"}}).status == 201
    yield made
    made.arm("DELETE", "")
