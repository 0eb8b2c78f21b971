"""What the components can say of backends, trust and APIs arrives where it should: one deployment, many calls."""

import json

import pytest
from certificates import Made, make
from project import Example, Project

PROGRAM = """
import json
from pathlib import Path

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local"
)
names = {"resource_group_name": service.resource_group_name, "service_name": service.service_name}
client = ClientCertificate.from_pfx(
    "team", service=service, source=PfxSource.from_file(Path("../.local/pki/team.pfx")), certificate_id="team"
)
URL, SKIP = "https://legacy.backend.internal", "the appliance has a self-signed certificate"


def settings(url=URL, **more):
    return BackendSettings(url=url, skip_chain_validation_reason=SKIP, **more)


def api(name, **args):
    if "shared_backend" not in args:
        args.setdefault("backend", settings())
    if not args.get("existing_api"):
        args.setdefault("path", name)
    return MtlsApi(name, MtlsApiArgs(
        service=service, certificate=client, subscription_required=False, **args
    ))


api("credentials", backend=settings(title="Appliance", credentials=BackendCredentials(
    headers={"X-Tenant": ["blue"]}, query={"code": ["a b"]}, authorization=("Token", pulumi.Output.secret("hush")))))
# the appliance always answers 200: that counts as a failure here
api("breaker", backend=settings(circuit_breaker=CircuitBreaker(
    failures=2, interval="PT1H", trip_duration="PT1H", status_codes=[(200, 200)])))
shared = MtlsBackend("member", MtlsBackendArgs(
    service=service, certificate=client, settings=settings(), record_certificate=True))
pool = BackendPool("pool", BackendPoolArgs(service=service, members=[PoolMember(backend=shared, weight=1, priority=1)]))
api("pooled", shared_backend=pool)
api("imported", openapi=json.dumps({
    "openapi": "3.0.1", "info": {"title": "Imported", "version": "1"},
    "paths": {"/hello": {"get": {"operationId": "hello", "responses": {"200": {"description": "ok"}}}}}}))
api("theirs", existing_api=True, existing_elements="replace", adopt=["policy"], policy=Path("theirs.xml"))
edge = apimanagement.Gateway("edge", **names, gateway_id="edge", location_data={"name": "factory"})
GatewayCertificateAuthority("edge", GatewayCertificateAuthorityArgs(
    service=service, gateway_id="edge", gateway=edge, certificate=client))
pulumi.export("gateway", service.gateway_url)
"""
THEIRS = """<policies>
    <inbound>
        <base />
        <set-backend-service base-url="https://orders.backend.internal" />
        <set-header name="X-Theirs" exists-action="override"><value>kept</value></set-header>
    </inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>
"""


@pytest.fixture
def client() -> Made:
    return make("team-client")


@pytest.fixture
def example(project: Project, client: Made) -> Example:
    """The local stack is deployed, and an API with a policy of its own was made by hand."""
    project.must("up")
    (project.azure.home.pki / "legacy-clients" / "team.pem").write_bytes(client.pem)
    (project.azure.home.pki / "team.pfx").write_bytes(client.pfx())
    for path, properties in {
        "apis/theirs": {"path": "theirs", "displayName": "Theirs", "subscriptionRequired": False},
        "apis/theirs/operations/read": {"displayName": "Read", "method": "GET", "urlTemplate": "/*"},
        "apis/theirs/policies/policy": {"format": "rawxml", "value": THEIRS},
    }.items():
        answer = project.azure.arm("PUT", f"{project.service_id}/{path}", {"properties": properties})
        assert answer.status == 201, answer
    example = project.program(PROGRAM)
    (example.folder / "theirs.xml").write_text(THEIRS)
    return example


def test_everything_that_is_declared_arrives(example: Example, client: Made) -> None:
    project = example.project
    assert example.operations()["ApiPolicy", "theirs"] in {"import", "update"}
    before = project.writes()
    example.must("up")
    example.must("preview", "--expect-no-changes")
    gateway = example.outputs()["gateway"]
    assert_credentials(project, gateway, client)
    assert_breaker(project, gateway)
    assert_routes(project, gateway, client)
    entity = project.azure.arm("GET", f"{project.service_id}/backends/member").body["properties"]
    assert entity["credentials"]["certificateIds"] == [f"{project.service_id}/certificates/team"]
    authority = f"{project.service_id}/gateways/edge/certificateAuthorities/team"
    assert project.azure.arm("GET", authority).body["properties"]["isTrusted"] is True
    assert "hush" not in (project.azure.home.root / ".pulumi/stacks/program/test.json").read_text()
    created = project.writes_since(before)
    example.must("destroy")
    gone = [path for method, path in project.writes_since(before)[len(created) :] if method == "DELETE"]
    assert gone.index("backends/pool") < gone.index("backends/member") < gone.index("certificates/team")
    assert gone.index("gateways/edge/certificateAuthorities/team") < gone.index("certificates/team")
    assert "apis/theirs" not in gone


def assert_credentials(project: Project, gateway: str, client: Made) -> None:
    status, text = project.get(f"{gateway}/credentials/x")
    seen = json.loads(text)
    assert (status, seen["client"]["thumbprint"]) == (200, client.thumbprint)
    assert (seen["headers"]["x-tenant"], seen["headers"]["authorization"]) == ("blue", "Token hush")
    assert "code=a" in seen["path"]
    entity = project.azure.arm("GET", f"{project.service_id}/backends/credentials").body["properties"]
    assert (entity["title"], entity["description"]) == (
        "Appliance",
        "Chain validation is off: the appliance has a self-signed certificate",
    )


def assert_breaker(project: Project, gateway: str) -> None:
    """Two calls open it; from then on the gateway answers by itself."""
    assert [project.get(f"{gateway}/breaker/x")[0] for _ in range(3)] == [200, 200, 503]


def assert_routes(project: Project, gateway: str, client: Made) -> None:
    status, text = project.get(f"{gateway}/pooled/x")
    assert (status, client.thumbprint in text) == (200, True)
    assert project.get(f"{gateway}/imported/hello")[0] == 200
    assert project.get(f"{gateway}/imported/other")[0] == 404
    status, text = project.get(f"{gateway}/theirs/x")
    assert (status, json.loads(text)["headers"]["x-theirs"]) == (200, "kept")
    assert client.thumbprint in text
