"""Versions share a path, in a set that the program declares or that is there already; an adopted API keeps its own."""

import pytest
from certificates import Made, make
from project import Project

PROGRAM = """
from pathlib import Path

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
GROUP, SERVICE = "rg-backend-mtls-local", "apim-backend-mtls-local"
service = ApiManagement.from_existing("service", resource_group_name=GROUP, service_name=SERVICE)
pfx = PfxSource.from_file(Path("../.local/pki/team.pfx"), "s3cret")
certificate = ClientCertificate.from_pfx("team", service=service, source=pfx)
settings = BackendSettings(
    url="https://legacy.backend.internal", skip_chain_validation_reason="the appliance has a self-signed certificate"
)


def api(name, **args):
    return MtlsApi(name, MtlsApiArgs(
        certificate=certificate, backend=settings, path="team", subscription_required=False, **args))

"""
DECLARED = """
versions = apimanagement.ApiVersionSet("team", version_set_id="team", resource_group_name=GROUP, service_name=SERVICE,
    display_name="Team", versioning_scheme="Segment")
pulumi.export("url", api("team-v1", version="v1", version_set=versions.id).url)
api("team-v2", version="v2", version_set=versions.id)
"""


@pytest.fixture
def client(project: Project) -> Made:
    """A certificate that the legacy backend accepts; its PFX is team.pfx; the platform is deployed."""
    project.must("up")
    client, pki = make("team-client"), project.azure.home.pki
    (pki / "legacy-clients" / "team.pem").write_bytes(client.pem)
    (pki / "team.pfx").write_bytes(client.pfx("s3cret"))
    return client


def add_set(project: Project, name: str) -> str:
    path = f"{project.service_id}/apiVersionSets/{name}"
    body = {"properties": {"displayName": "Team", "versioningScheme": "Segment"}}
    assert project.azure.arm("PUT", path, body).status == 201
    return path


def test_two_versions_are_called_at_one_path(project: Project, client: Made) -> None:
    example = project.program(PROGRAM + DECLARED)
    example.must("preview")
    example.must("up")
    for version in ("v1", "v2"):
        status, seen = project.get(f"{example.outputs()['url']}/{version}")
        assert (status, client.thumbprint in seen.upper()) == (200, True), seen
    example.must("preview", "--expect-no-changes")
    example.must("destroy")


@pytest.mark.usefixtures("client")
def test_a_set_that_is_there_is_named_by_its_id(project: Project) -> None:
    path = add_set(project, "team")
    example = project.program(f'{PROGRAM}api("team", version="v1", version_set="team")')
    example.must("up")
    found = project.azure.arm("GET", f"{project.service_id}/apis/team").body["properties"]
    assert (found["apiVersion"], found["apiVersionSetId"]) == ("v1", path)
    example.must("preview", "--expect-no-changes")


@pytest.mark.usefixtures("client")
def test_an_adopted_api_keeps_its_version_until_another_one_is_said(project: Project) -> None:
    path = add_set(project, "team")
    body = {"path": "team", "apiVersion": "v1", "apiVersionSetId": path, "displayName": "team", "protocols": ["https"]}
    api = f"{project.service_id}/apis/team"
    assert project.azure.arm("PUT", api, {"properties": body | {"subscriptionRequired": False}}).status == 201
    example = project.program(f'{PROGRAM}api("team", adopt=["api"])')
    example.must("up")
    found = project.azure.arm("GET", api).body["properties"]
    assert (found["apiVersion"], found["apiVersionSetId"]) == ("v1", path)
    example.must("preview", "--expect-no-changes")
    (example.folder / "__main__.py").write_text(
        f'{PROGRAM}api("team", adopt=["api"], version="v2", version_set="team")'
    )
    assert example.operations() == {("Api", "team"): "update"}
    example.must("up")
    assert project.azure.arm("GET", api).body["properties"]["apiVersion"] == "v2"
