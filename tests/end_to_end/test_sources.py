"""Certificates from every source, read by every kind of identity; the service's own policy; renaming; revisions."""

import pytest
from certificates import Made, make
from project import Example, Project

HEAD = """
import base64
from pathlib import Path

import pulumi
from pulumi_azure_native import keyvault, managedidentity

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
GROUP, SERVICE = "rg-backend-mtls-local", "apim-backend-mtls-local"
BACKEND = BackendSettings(
    url="https://legacy.backend.internal", skip_chain_validation_reason="the appliance has a self-signed certificate"
)


def api(name, certificate, **args):
    made = MtlsApi(name, MtlsApiArgs(**{
        "service": certificate.placement.service, "certificate": certificate, "backend": BACKEND, "path": name,
        "subscription_required": False, **args,
    }))
    pulumi.export("url", made.url)
    pulumi.export("thumbprint", certificate.thumbprint)
    return made
"""
EXISTING = f"""{HEAD}
service = ApiManagement.from_existing("service", resource_group_name=GROUP, service_name=SERVICE)
pfx = PfxSource.from_file(Path("../.local/pki/team.pfx"), "s3cret")
"""


@pytest.fixture
def client() -> Made:
    return make("team-client")


@pytest.fixture
def platform(project: Project, client: Made) -> Project:
    """The local stack is deployed; the legacy backend accepts one more client, whose PFX is team.pfx."""
    project.must("up")
    pki = project.azure.home.pki
    (pki / "legacy-clients" / "team.pem").write_bytes(client.pem)
    (pki / "team.pfx").write_bytes(client.pfx("s3cret"))
    return project


def assert_presented(example: Example, client: Made, path: str = "") -> None:
    """The API of the program answers, and its backend saw the certificate."""
    status, seen = example.project.get(example.outputs()["url"] + path)
    assert (status, client.thumbprint in seen.upper()) == (200, True), seen


def test_a_pfx_in_a_pulumi_secret_is_bound_by_its_id_and_rotated_in_place(platform: Project, client: Made) -> None:
    source = """
secret = PfxSource.from_secret(
    pulumi.Output.secret(base64.b64encode(Path("../.local/pki/team.pfx").read_bytes()).decode()),
    pulumi.Output.secret("s3cret"),
)
api("team", ClientCertificate.from_pfx("team", service=service, source=secret, certificate_id="team"))
"""
    example = platform.program(EXISTING + source)
    assert 'certificate-id=\\"team\\"' in example.must("preview", "--json")
    example.must("up")
    assert_presented(example, client)
    state = (platform.azure.home.root / ".pulumi/stacks/program/test.json").read_text()
    assert "s3cret" not in state
    renewed = make("team-client")
    (platform.azure.home.pki / "team.pfx").write_bytes(renewed.pfx("s3cret"))
    (platform.azure.home.pki / "legacy-clients" / "renewed.pem").write_bytes(renewed.pem)
    before = platform.writes()
    example.must("up")
    assert platform.writes_since(before) == [("PUT", "certificates/team")]
    assert_presented(example, renewed)


def test_an_uploaded_pfx_is_adopted_without_being_written_and_then_rotated(platform: Project, client: Made) -> None:
    body = {"data": client.base64(), "password": ""}
    path = f"{platform.service_id}/certificates/by-hand"
    assert platform.azure.arm("PUT", path, {"properties": body}).status == 201
    example = platform.program(
        f'{EXISTING}\napi("team", ClientCertificate.from_pfx(\n'
        '    "team", service=service, source=pfx, certificate_id="by-hand", adopt=True))\n'
    )
    before = platform.writes()
    example.must("up")
    assert "certificates/by-hand" not in [path for _, path in platform.writes_since(before)]
    example.must("preview", "--expect-no-changes")
    renewed = make("team-client")
    (platform.azure.home.pki / "team.pfx").write_bytes(renewed.pfx("s3cret"))
    (platform.azure.home.pki / "legacy-clients" / "renewed.pem").write_bytes(renewed.pem)
    before = platform.writes()
    example.must("up")
    assert platform.writes_since(before) == [("PUT", "certificates/by-hand")]
    assert_presented(example, renewed)


def test_a_user_assigned_identity_reads_a_vault_with_access_policies(project: Project) -> None:
    """One stack owns the vault, the identity and the service; a certificate is imported into the vault in between."""
    source = """
reader = managedidentity.UserAssignedIdentity("reader", resource_name_="reader", resource_group_name="rg-platform",
    location="westeurope")
vault = keyvault.Vault("vault", vault_name="kv-policies", resource_group_name="rg-platform", location="westeurope",
    properties=keyvault.VaultPropertiesArgs(
        tenant_id=reader.tenant_id, sku=keyvault.SkuArgs(family="A", name="standard"), enable_rbac_authorization=False))
identity = UserAssignedIdentity(resource_id=reader.id, client_id=reader.client_id, principal_id=reader.principal_id)
service = ApiManagement("service", ApiManagementArgs(
    resource_group_name="rg-platform", service_name="apim-identities",
    definition=ServiceDefinition(location="westeurope", publisher_name="Team", publisher_email="team@example.com",
        user_assigned_identities=[identity])))
grant = VaultAccess("kv-policies",
    VaultAccessArgs(service=service, vault_id=VAULT, kind="access_policy", identity=identity),
    pulumi.ResourceOptions(depends_on=[vault]))
"""
    certificate = """
api("team", ClientCertificate.from_key_vault("team", service=service, source=KeyVaultSource(
    secret_id="https://kv-policies.vault.azure.net/certificates/team",
    identity_client_id=reader.client_id), access=grant))
"""
    group = f"/subscriptions/{project.azure.endpoints.subscription_id}/resourceGroups/rg-platform"
    head = f"{HEAD}\nVAULT = '{group}/providers/Microsoft.KeyVault/vaults/kv-policies'\n{source}"
    example = project.program(head)
    example.must("up")
    added = f"{group}/providers/Microsoft.KeyVault/vaults/kv-policies/accessPolicies/add"
    everything = {"objectId": project.principal_id(), "tenantId": project.azure.endpoints.tenant_id}
    everything["permissions"] = {"certificates": ["all"], "secrets": ["all"]}
    body = {"properties": {"accessPolicies": [everything]}}
    assert project.azure.arm("PUT", added, body, api_version="2024-11-01").status in {200, 201}
    client = project.vault_certificate("team", vault="kv-policies", accepted_by="legacy")
    (example.folder / "__main__.py").write_text(head + certificate)
    example.must("up")
    assert_presented(example, client)
    example.must("preview", "--expect-no-changes")
    vault = f"{group}/providers/Microsoft.KeyVault/vaults/kv-policies"
    body = project.azure.arm("GET", vault, api_version="2024-11-01").body
    body["properties"]["networkAcls"] = {"defaultAction": "Deny", "bypass": "None"}
    assert project.azure.arm("PUT", vault, body, api_version="2024-11-01").status == 200
    refused = example.deploy("preview")
    assert "A user-assigned identity is not let through the vault's firewall" in refused.stdout + refused.stderr


def test_the_policy_of_the_service_is_taken_over_and_given_back(platform: Project, client: Made) -> None:
    source = """
certificate = ClientCertificate.from_pfx("team", service=service, source=pfx)
ClientCertificatePolicy("everything", ClientCertificatePolicyArgs(
    service=service, scope=PolicyScope.service(), certificate=certificate))
"""
    path = f"{platform.service_id}/policies/policy?format=rawxml"
    before = platform.azure.arm("GET", path).body["properties"]["value"]
    example = platform.program(EXISTING + source)
    example.must("up")
    assert client.thumbprint in platform.azure.arm("GET", path).body["properties"]["value"]
    example.must("preview", "--expect-no-changes")
    example.must("destroy")
    assert platform.azure.arm("GET", path).body["properties"]["value"] == before
    assert all(each["ok"] for each in platform.call().values())


def test_a_renamed_and_moved_component_replaces_nothing(platform: Project, client: Made) -> None:
    source = EXISTING + 'api("team", ClientCertificate.from_pfx("team", service=service, source=pfx))\n'
    example = platform.program(source)
    example.must("up")
    moved = """
class Team(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("program:index:Team", "team", {})

certificate = ClientCertificate("client", ClientCertificateArgs(service=service, pfx=pfx, certificate_id=None),
    pulumi.ResourceOptions(parent=Team(), aliases=[pulumi.Alias(name="team", parent=pulumi.ROOT_STACK_RESOURCE)]))
""".replace("certificate_id=None", f'certificate_id="team-{client.thumbprint[:8].lower()}"')
    (example.folder / "__main__.py").write_text(EXISTING + moved + 'api("team", certificate)\n')
    changed = {name: kind for name, kind in example.operations().items() if kind not in {"same", "update"}}
    assert changed == {}


def test_a_new_revision_keeps_operations_and_policy(platform: Project, client: Made) -> None:
    source = EXISTING + (
        'api("team", ClientCertificate.from_pfx("team", service=service, source=pfx), revision="1", '
        'operations=["GET /*", "POST /*"])\n'
    )
    example = platform.program(source)
    example.must("up")
    (example.folder / "__main__.py").write_text(source.replace('revision="1"', 'revision="2"'))
    before = platform.writes()
    example.must("up")
    assert platform.writes_since(before) == [("PUT", "apis/team")]
    assert platform.azure.arm("GET", f"{platform.service_id}/apis/team").body["properties"]["apiRevision"] == "2"
    assert_presented(example, client)
    example.must("preview", "--expect-no-changes")
