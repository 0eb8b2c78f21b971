"""A program with mistakes registers nothing but its stack, and ends with one message, under either engine."""

from certificates import make
from project import Example, Project

BAD = """
from pathlib import Path
from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
service = ApiManagement("service", ApiManagementArgs(
    resource_group_name="rg-new", service_name="apim-new",
    definition=ServiceDefinition(
        location="westeurope", publisher_name="Team", publisher_email="team@example.com", create_resource_group=True
    ),
))
fine = ClientCertificate.from_key_vault(
    "fine", service=service, source=KeyVaultSource(secret_id="https://kv-local.vault.azure.net/secrets/orders-client")
)
empty = ClientCertificate.from_pfx("empty", service=service, source=PfxSource(data=b""))
MtlsApi("one", MtlsApiArgs(service=service, certificate=fine, path="one", backend=BackendSettings(url="http://one")))
MtlsApi("two", MtlsApiArgs(service=service, certificate=empty, path="ONE", backend=BackendSettings(url="https://two")))
"""


def test_every_mistake_is_in_one_message_and_nothing_is_registered(project: Project) -> None:
    example = project.program(BAD)
    before = project.writes()
    for command in ("preview", "up"):
        result = example.deploy(command)
        printed = result.stdout + result.stderr
        assert result.returncode != 0
        assert "3 problems found; nothing of these components was registered" in printed
        for place in ("ClientCertificate empty: pfx", "MtlsApi one: backend.url", "MtlsApi two: path"):
            assert printed.count(f"where:   {place}") == 1, printed
        for noise in ("Traceback", "never retrieved", "KeyboardInterrupt"):
            assert noise not in printed
    assert project.writes_since(before) == []
    state = project.azure.home.root / ".pulumi/stacks/program/test.json"
    assert "backend-mtls:index" not in (state.read_text() if state.exists() else "")


def test_the_same_program_without_mistakes_is_deployed(project: Project) -> None:
    good = BAD
    for wrong, right in {
        "http://one": "https://one",
        'path="ONE"': 'path="two"',
        'PfxSource(data=b"")': "PfxSource.from_file(Path('../.local/pki/legacy-client.pfx'), 'local-pfx-password')",
        "fine = ": "access = VaultAccess('kv', VaultAccessArgs(service=service, vault_id=VAULT))\nfine = ",
        'orders-client")': 'orders-client"), access=access',
    }.items():
        good = good.replace(wrong, right)
    group = f"/subscriptions/{project.azure.endpoints.subscription_id}/resourceGroups/rg-platform"
    example = project.program(f"VAULT = '{group}/providers/Microsoft.KeyVault/vaults/kv-local'\n{good}")
    example.must("up")
    example.must("preview", "--expect-no-changes")
    example.must("destroy")


LATE = """
from pathlib import Path
import pulumi
from backend_mtls import ApiManagement, BackendSettings, ClientCertificate, MtlsApi, MtlsApiArgs, PfxSource
from pulumi_azure_native import resources

group = resources.ResourceGroup("raw", resource_group_name="rg-raw", location="westeurope", tags={"url": "http://one"})
service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local")
certificate = ClientCertificate.from_pfx(
    "late", service=service, source=PfxSource(data=Path("late.pfx").read_bytes()))
MtlsApi("late", MtlsApiArgs(certificate=certificate, path="late", backend=BackendSettings(url=URL)))
"""
KNOWN_IN_A_PREVIEW = 'pulumi.Output.secret("http://one/hidden-part")'


def late(project: Project, url: str) -> Example:
    """The program, with this URL of the API's backend."""
    project.must("up")
    example = project.program(LATE.replace("URL)", f"{url})"))
    (example.folder / "late.pfx").write_bytes(make("late").pfx())
    return example


def test_a_value_that_a_preview_knows_is_refused_by_preview_and_up_alike(project: Project) -> None:
    example = late(project, KNOWN_IN_A_PREVIEW)
    before = project.writes()
    for command in ("preview", "up"):
        result = example.deploy(command)
        printed = result.stdout + result.stderr
        assert result.returncode != 0
        assert "1 problem found; MtlsApi late was not registered" in printed
        assert "where:   MtlsApi late: backend.url" in printed
        assert "hidden-part" not in printed
        for noise in ("Traceback", "never retrieved", "KeyboardInterrupt"):
            assert noise not in printed
    written = {path for _, path in project.writes_since(before)}
    assert not any("/apis/late" in path or path.startswith("apis/late") for path in written), written


def test_a_value_that_only_the_deployment_knows_is_refused_before_its_component_is_registered(project: Project) -> None:
    example = late(project, 'group.id.apply(lambda identity: f"http://one{identity}")')
    before = project.writes()
    example.must("preview")
    result = example.deploy("up")
    printed = result.stdout + result.stderr
    assert result.returncode != 0
    assert "1 problem found; MtlsApi late was not registered" in printed
    assert "Traceback" not in printed
    written = [path for _, path in project.writes_since(before)]
    assert any(path.endswith("/resourceGroups/rg-raw") for path in written)
    assert not any("apis/late" in path or "backends/late" in path for path in written), written
