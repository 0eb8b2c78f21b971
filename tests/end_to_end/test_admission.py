"""A program with mistakes registers nothing but its stack, and ends with one message, under either engine."""

from project import Project

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
