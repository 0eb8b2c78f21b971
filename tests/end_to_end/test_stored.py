"""A service is asked what it stores before anything is registered; what is refused then, Azure would refuse."""

from typing import Any

import pytest
from certificates import Made
from project import Example, Project

PROGRAM = """
from backend_mtls import (
    ApiManagement, ClientCertificate, ClientCertificateArgs, KeyVaultSource, Preflight, ask_key_vault, key_vault,
)
from backend_mtls.key_vault import Finding
from backend_mtls.vault.certificate import VaultCertificate

KNOWN = VaultCertificate(
    thumbprint="THUMBPRINT", enabled=True, exportable=True, content_type="application/x-pkcs12", issuer=None,
    key_type=None, not_before=None, not_after=None,
)
# what the vault says; the components cannot reach the one of local Azure
known = KNOWN if "MODE" != "off" else None
key_vault.look_up = lambda secrets, _: [Finding(secret=each, certificate=known) for each in secrets]
ask_key_vault(Preflight(mode="MODE"))
service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local"
)
source = KeyVaultSource(secret_id="https://kv-local.vault.azure.net/secrets/moved")
ClientCertificate("moved", ClientCertificateArgs(service=service, key_vault=source, certificate_id=ID))
"""


@pytest.fixture
def client(project: Project) -> Made:
    """A certificate in the vault of a deployed platform."""
    project.must("up")
    return project.vault_certificate("moved", accepted_by="legacy")


def upload(project: Project, client: Made) -> str:
    """The same certificate as a PFX, by somebody else; its id."""
    identity = f"moved-{client.thumbprint[:8].lower()}"
    body = {"properties": {"data": client.base64(), "password": ""}}
    answer = project.azure.arm("PUT", f"{project.service_id}/certificates/{identity}", body)
    assert answer.status == 201, answer
    return identity


def program(project: Project, client: Made, **given: Any) -> Example:
    source = PROGRAM.replace("THUMBPRINT", client.thumbprint).replace("MODE", given.get("mode", "required"))
    return project.program(source.replace("ID))", f"{given.get('certificate_id')!r}))"))


def test_a_service_that_stores_nothing_of_it_gets_it(project: Project, client: Made) -> None:
    moved = program(project, client)
    moved.must("up")
    moved.must("preview", "--expect-no-changes")


def test_what_it_stores_already_is_refused_before_anything_is_registered(project: Project, client: Made) -> None:
    identity = upload(project, client)
    before = project.writes()
    result = program(project, client).deploy("up")
    assert result.returncode != 0
    assert f"set certificate_id to {identity}" in result.stdout + result.stderr
    assert project.writes_since(before) == []


def test_azure_would_refuse_it(project: Project, client: Made) -> None:
    upload(project, client)
    result = program(project, client, mode="off").deploy("up")
    assert result.returncode != 0
    assert "One or more fields contain incorrect values" in result.stdout + result.stderr


BY_HAND = """
from backend_mtls import (
    ApiManagement, BackendSettings, ClientCertificate, KeyVaultSource, MtlsApi, MtlsApiArgs, Preflight, ask_key_vault,
)

ask_key_vault(Preflight(mode="off"))
service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local"
)
source = KeyVaultSource(secret_id="https://kv-local.vault.azure.net/secrets/moved")
certificate = ClientCertificate.from_key_vault("moved", service=service, source=source)
settings = BackendSettings(url="https://legacy.backend.internal", skip_chain_validation_reason="self-signed")
MtlsApi("ID", MtlsApiArgs(certificate=certificate, path="moved", backend=settings))
"""


@pytest.mark.usefixtures("client")
def test_what_the_other_stack_owns_ends_the_preview_and_the_deployment(project: Project) -> None:
    other = project.program(BY_HAND.replace("ID", "legacy"))
    result = other.deploy("preview")
    assert result.returncode != 0
    for each in ("backend_id legacy on rg", "api_id legacy on rg", "api_id legacy, policy_id policy on rg"):
        assert each in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    refused = other.deploy("up")  # without a preview before it
    assert refused.returncode != 0
    assert "cannot create already existing resource" in refused.stdout + refused.stderr


@pytest.mark.usefixtures("client")
def test_what_is_new_is_previewed_and_what_is_its_own_is_not_asked_for(project: Project) -> None:
    own = project.program(BY_HAND.replace("ID", "moved"))
    own.must("preview")
    own.must("up")
    before = len(reads(project))
    own.must("preview", "--expect-no-changes")
    assert len(reads(project)) == before


def reads(project: Project) -> list[str]:
    """What was read of the entities of the service."""
    requests = (each for each in project.azure.requests() if each["plane"] == "arm" and each["method"] == "GET")
    return [each["path"] for each in requests if "/service/apim-backend-mtls-local/" in each["path"]]
