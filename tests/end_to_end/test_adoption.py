"""Something is taken over: with the components calls go on; what a raw program takes away is said, and happens."""

import json
import subprocess
import sys
from typing import Any

import pytest
from conftest import PROJECT
from project import Example, Project

SERVICE = """
import pulumi
from pulumi_azure_native import apimanagement as apim
from backend_mtls import (
    ApiManagement, BackendSettings, ClientCertificate, KeyVaultSource, MtlsApi, MtlsApiArgs, Preflight, ask_key_vault,
)
ask_key_vault(Preflight(mode="off"))
WHERE = {"resource_group_name": "rg-backend-mtls-local", "service_name": "apim-backend-mtls-local"}
"""
COMPONENTS = """
service = ApiManagement.from_existing("service", **WHERE)
certificate = ClientCertificate.from_key_vault(
    "own", service=service, source=KeyVaultSource(secret_id="https://kv-local.vault.azure.net/secrets/own")
)
MtlsApi(
    "by-hand",
    MtlsApiArgs(
        certificate=certificate, path="by-hand", display_name="By hand", adopt=["api", "backend"],
        backend=BackendSettings(url="https://legacy.backend.internal", skip_chain_validation_reason="self-signed"),
    ),
)
"""
RAW = """
ID = "SERVICE_ID"
apim.Api(
    "by-hand", api_id="by-hand", path="by-hand", display_name="By hand", protocols=["https"], **WHERE,
    opts=pulumi.ResourceOptions(import_=f"{ID}/apis/by-hand"),
)
apim.Backend(
    "by-hand", backend_id="by-hand", url="https://legacy.backend.internal", protocol="http", **WHERE,
    tls={"validate_certificate_chain": False, "validate_certificate_name": True},
    opts=pulumi.ResourceOptions(import_=f"{ID}/backends/by-hand"),
)
"""
API = {
    "displayName": "By hand",
    "path": "by-hand",
    "protocols": ["https"],
    "description": "kept",
    "serviceUrl": "https://legacy.backend.internal",
    "subscriptionKeyParameterNames": {"header": "X-Key", "query": "key"},
}
BACKEND = {
    "url": "https://legacy.backend.internal",
    "protocol": "http",
    "title": "kept",
    "resourceId": "https://management.azure.com/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/x",
    "credentials": {"header": {"X-Code": ["planted-secret"]}},
    "tls": {"validateCertificateChain": False, "validateCertificateName": True},
}


@pytest.fixture
def by_hand(project: Project) -> Project:
    """The platform's stack, with an API and a backend that somebody made by hand."""
    project.must("up")
    project.vault_certificate("own", accepted_by="legacy")
    put(project, "apis/by-hand", API)
    put(project, "backends/by-hand", BACKEND)
    operation = {"displayName": "get", "method": "GET", "urlTemplate": "/*"}
    put(project, "apis/by-hand/operations/get", operation)
    return project


def put(project: Project, path: str, properties: dict[str, Any]) -> None:
    assert project.azure.arm("PUT", f"{project.service_id}/{path}", {"properties": properties}).status in {200, 201}


def properties(project: Project, path: str) -> dict[str, Any]:
    found: dict[str, Any] = project.azure.arm("GET", f"{project.service_id}/{path}").body["properties"]
    return found


def accepts(project: Project, header: str) -> bool:
    """Whether a key in this header lets a caller in."""
    key = project.azure.arm("POST", f"{project.service_id}/subscriptions/master/listSecrets").body["primaryKey"]
    url = f"{next(iter(project.azure.endpoints.gateways.values()))}/by-hand/anything"
    return project.azure.send("GET", url, headers={header: key}).status != 401


def reported(program: Example, preview: str) -> dict[str, Any]:
    (program.folder / "preview.json").write_text(preview)
    ended = subprocess.run(
        [sys.executable, "-m", "review", "preview.json", "--format", "json"],
        cwd=program.folder,
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode in (0, 1), ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report


def states(report: dict[str, Any]) -> set[str]:
    return {each["state"] for each in report["effects"]}


LOST = {"key-elsewhere", "service-url-changed", "credentials-dropped", "backend-loses"}


def test_the_components_keep_what_they_cannot_say(by_hand: Project) -> None:
    assert accepts(by_hand, "X-Key")
    program = by_hand.program(SERVICE + COMPONENTS)
    assert not states(reported(program, program.must("preview", "--json"))) & LOST
    program.must("up")
    assert accepts(by_hand, "X-Key")
    assert not accepts(by_hand, "Ocp-Apim-Subscription-Key")
    found = properties(by_hand, "apis/by-hand")
    assert {key: found.get(key) for key in API} == API
    kept = properties(by_hand, "backends/by-hand")
    assert {key: kept.get(key) for key in BACKEND} == BACKEND
    program.must("preview", "--expect-no-changes")


def test_what_a_raw_program_takes_away_is_said_and_happens(by_hand: Project) -> None:
    assert accepts(by_hand, "X-Key")
    program = by_hand.program(SERVICE + RAW.replace("SERVICE_ID", by_hand.service_id))
    report = reported(program, program.must("preview", "--json"))
    assert states(report) >= LOST
    assert report["level"] == "outage"
    assert "callers that send theirs in the header X-Key get 401" in report["headline"]
    assert "planted-secret" not in json.dumps(report)
    program.must("up")
    assert not accepts(by_hand, "X-Key")
    assert "serviceUrl" not in properties(by_hand, "apis/by-hand")
    assert not {"credentials", "resourceId"} & properties(by_hand, "backends/by-hand").keys()
