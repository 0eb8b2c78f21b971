"""One certificate in a vault of another subscription: who reads it, who presents it, when it is renewed."""

import re

import pytest
from certificates import Made
from project import Example, Project

from local import endpoints

VAULT = (
    f"/subscriptions/{endpoints.OTHER_SUBSCRIPTION_ID}/resourceGroups/rg-secrets/providers/Microsoft.KeyVault"
    "/vaults/kv-other"
)
GROUP = f"/subscriptions/{endpoints.SUBSCRIPTION_ID}/resourceGroups/rg-platform/providers"
HEAD = f"""
import pulumi

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
VAULT, SECRET = "{VAULT}", "https://kv-other.vault.azure.net/secrets/team"
BACKEND = BackendSettings(
    url="https://legacy.backend.internal", skip_chain_validation_reason="the appliance has a self-signed certificate")


def service(name):
    return ApiManagement(name, ApiManagementArgs(
        resource_group_name="rg-platform", service_name=f"apim-{{name}}", definition=ServiceDefinition(
            location="westeurope", publisher_name="Team", publisher_email="team@example.com")))


def read_by(service, access, secret_id=SECRET, **source):
    return ClientCertificate.from_key_vault(service.service_name, service=service, certificate_id="team",
        access=access, source=KeyVaultSource(secret_id=secret_id, **source))


def api(name, certificate):
    made = MtlsApi(name, MtlsApiArgs(service=certificate.placement.service, certificate=certificate, backend=BACKEND,
        path=name, subscription_required=False))
    pulumi.export(name, made.url)


first = service("first")
"""


@pytest.fixture
def shared(project: Project) -> Project:
    """The vault, governed by roles, with the certificate `team`; nobody but the owner may read it."""
    put = project.azure.arm
    group = {"location": "westeurope"}
    assert put("PUT", VAULT.partition("/providers")[0], group, api_version="2024-03-01").status == 201
    properties = {
        "tenantId": endpoints.TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
        "accessPolicies": [],
    }
    body = {"location": "westeurope", "properties": properties}
    assert put("PUT", VAULT, body, api_version="2024-11-01").status in {200, 201}
    return project


def presented(project: Project, url: str, client: Made) -> bool:
    """Whether the call arrives with this certificate; it has to arrive."""
    status, seen = project.get(url)
    assert status == 200, seen
    return client.thumbprint in seen.upper()


def version_of_team(project: Project) -> str:
    """URL of the current version of the secret, at its name in Azure."""
    vault = endpoints.load(project.azure.home).vaults["kv-other"]
    headers = {"Authorization": f"Bearer {project.azure.token_for('https://vault.azure.net')}"}
    found = project.azure.send("GET", f"{vault}/secrets/team?api-version=7.4", headers=headers).body["id"]
    return f"https://kv-other.vault.azure.net/secrets/team/{found.rpartition('/')[2]}"


def refresh(project: Project, service: str) -> None:
    path = f"{GROUP}/Microsoft.ApiManagement/service/{service}/certificates/team/refreshSecret"
    assert project.azure.arm("POST", path).status == 200


def test_two_services_and_their_apis_present_it_and_only_a_pinned_version_stays(shared: Project) -> None:
    """Both read it with a role at the scope of its secret."""
    client = shared.vault_certificate("team", vault="kv-other", accepted_by="legacy")
    example = shared.program(f"""{HEAD}
second = service("second")
access = [VaultAccess(each.service_name, VaultAccessArgs(service=each, vault_id=VAULT, secret_name="team"))
    for each in (first, second)]
certificate = read_by(first, access[0])
api("orders", certificate)
api("invoices", certificate)
api("pinned", read_by(second, access[1], "{version_of_team(shared)}", pinned=True))
""")
    example.must("up")
    outputs = example.outputs()
    assert all(presented(shared, outputs[name], client) for name in ("orders", "invoices", "pinned"))
    renewed = shared.vault_certificate("team", vault="kv-other", accepted_by="legacy")
    (shared.azure.home.pki / "legacy-clients" / "before.pem").write_bytes(client.pem)
    for service in ("apim-first", "apim-second"):
        refresh(shared, service)
    assert [presented(shared, outputs[name], renewed) for name in ("orders", "invoices")] == [True, True]
    assert presented(shared, outputs["pinned"], client)
    example.must("preview", "--expect-no-changes")


NEAR = f"{GROUP}/Microsoft.KeyVault/vaults/kv-local"
"""Governed by roles, too, and in the subscription of the stack: azure-native writes access policies in no other."""


def granted(arguments: str, vault: str = VAULT, name: str = "team") -> str:
    """The program with a grant of its own."""
    grant = f'VaultAccess("grant", VaultAccessArgs(service=first, vault_id="{vault}", {arguments}))'
    url = f"https://{vault.rpartition('/')[2]}.vault.azure.net/secrets/{name}"
    return f'{HEAD}\napi("orders", read_by(first, {grant}, "{url}"))\n'


EXISTING = f"""{HEAD}
api("orders", read_by(first, VaultAccess.from_existing("grant", service=first, vault_id=VAULT)))
"""


def test_only_a_grant_that_reaches_it_opens_it_and_one_that_exists_already_is_left_alone(shared: Project) -> None:
    """The twin of a role at the right secret: one at another."""
    for name in ("team", "other"):
        shared.vault_certificate(name, vault="kv-other", accepted_by="legacy")
    example = shared.program(EXISTING)
    for source, written in {
        EXISTING: [],
        granted('secret_name="other"'): [f"{VAULT}/secrets/other/providers/Microsoft.Authorization/roleAssignments/"],
    }.items():
        before = shared.writes()
        assert_refused(example, source)
        found = in_vaults(shared, before)
        assert len(found) == len(written)
        assert all(path.startswith(start) for path, start in zip(found, written, strict=True)), found
    by_hand = assigned_by_hand(example)
    (example.folder / "__main__.py").write_text(EXISTING)
    example.must("up")
    assert shared.get(example.outputs()["orders"])[0] == 200
    example.must("destroy")
    assert shared.azure.arm("GET", by_hand, api_version="2022-04-01").status == 200


@pytest.mark.parametrize(("vault_takes", "given"), [("roles", "access_policy"), ("policies", "role")])
def test_a_grant_that_the_vault_ignores_is_refused_before_anything_is_written_and_the_other_kind_opens_it(
    project: Project, vault_takes: str, given: str
) -> None:
    properties = {
        "tenantId": endpoints.TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": vault_takes == "roles",
        "accessPolicies": [],
    }
    body = {"location": "westeurope", "properties": properties}
    assert project.azure.arm("PUT", NEAR, body, api_version="2024-11-01").status in {200, 201}
    before = project.writes()
    example = project.program(granted(f'kind="{given}"', NEAR, "orders-client"))
    for command in ("preview", "up"):
        result = example.deploy(command)
        text = " ".join((result.stdout + result.stderr).split())
        assert result.returncode != 0
        assert "A grant of this kind has no effect on the vault where: VaultAccess grant: kind" in text
        assert f"--enable-rbac-authorization {'true' if given == 'role' else 'false'}" in text
    assert project.writes_since(before) == []
    other = "role" if given == "access_policy" else "access_policy"
    (example.folder / "__main__.py").write_text(granted(f'kind="{other}"', NEAR, "orders-client"))
    example.must("up")
    assert [path for path in in_vaults(project, before) if "orders-client" not in path]


def assert_refused(example: Example, source: str) -> None:
    """`up` shows what Azure says, and neither certificate nor policy are there."""
    (example.folder / "__main__.py").write_text(source)
    result = example.deploy("up")
    assert result.returncode != 0
    text = result.stdout + result.stderr
    assert re.search(
        r"Failed to access KeyVault Secret https://kv-\w+\.vault\.azure\.net/secrets/[a-z-]+ using", text
    ), text
    paths = [path for method, path in example.project.writes() if method == "PUT"]
    assert not [path for path in paths if path.endswith(("/certificates/team", "/policies/policy"))]


def in_vaults(project: Project, earlier: list[tuple[str, str]]) -> list[str]:
    """What was written there, or granted there."""
    return [path for verb, path in project.writes_since(earlier) if verb == "PUT" and path.startswith((VAULT, NEAR))]


def assigned_by_hand(example: Example) -> str:
    """What somebody else does: Key Vault Certificate User for the whole vault; the assignment's id."""
    azure = example.project.azure
    path = f"{GROUP}/Microsoft.ApiManagement/service/apim-first"
    principal = azure.arm("GET", path).body["identity"]["principalId"]
    roles = f"/subscriptions/{endpoints.OTHER_SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions"
    properties = {"roleDefinitionId": f"{roles}/db79e9a7-68ee-4b58-9aeb-b90e7c24fcba", "principalId": principal}
    assigned = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/{endpoints.TENANT_ID}"
    assert azure.arm("PUT", assigned, {"properties": properties}, api_version="2022-04-01").status == 201
    return assigned
