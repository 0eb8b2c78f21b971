"""What is declared of backends, pools, proxies and existing APIs decides which calls reach which server, and how."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from certificates import Made, make
from mtls_server import Backend, Proxy, serving
from project import Example, Project

from local.azure import x509

PROGRAM = """
import json
from pathlib import Path

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
urls = json.loads(Path("urls.json").read_text())
service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local")
client = ClientCertificate.from_pfx("team", service=service, source=PfxSource.from_file(Path("team.pfx")))
SKIP = "made for a test"


def backend(name, url, record_certificate=False, **settings):
    return MtlsBackend(name, MtlsBackendArgs(
        service=service, certificate=client, record_certificate=record_certificate,
        settings=BackendSettings(url=url, skip_chain_validation_reason=SKIP, **settings)))


def api(name, backend, **args):
    where = {} if args.get("existing_api") else {"path": name, "subscription_required": False}
    return MtlsApi(name, MtlsApiArgs(
        service=service, certificate=client, shared_backend=backend, **where, **args))


one = backend("one", urls["one"], circuit_breaker=CircuitBreaker(failures=1, interval="PT1H", trip_duration="PT1H"))
two = backend("two", urls["two"], record_certificate=True, protocol="soap", description="The second one.",
    skip_name_validation_reason="it has none")
api("alone", one)
api("soap", two, operations=["GET /read"])
api("equal", BackendPool("equal", BackendPoolArgs(
    service=service, members=[PoolMember(backend=one), PoolMember(backend=two)])))
api("weighted", BackendPool("weighted", BackendPoolArgs(
    service=service, members=[PoolMember(backend=one, weight=3), PoolMember(backend=two, weight=1)])))
api("first", BackendPool("first", BackendPoolArgs(
    service=service, members=[PoolMember(backend=two, priority=2), PoolMember(backend=one, priority=1)])))
api("proxied", backend("proxied", urls["two"], proxy=BackendProxy(
    url=urls["proxy"], username="me", password=pulumi.Output.secret("hush"))))
api("yaml", two, openapi=Path("openapi.yaml").read_text())
api("theirs", two, existing_api=True)
# routes to a backend that has the certificate noted, without a policy that presents it
names = {"resource_group_name": service.resource_group_name, "service_name": service.service_name}
bare = apimanagement.Api("bare", **names, api_id="bare", path="bare", display_name="Bare", protocols=["https"],
    subscription_required=False)
apimanagement.ApiOperation("bare", **names, api_id=bare.name, operation_id="read", display_name="Read", method="GET",
    url_template="/*")
apimanagement.ApiPolicy("bare", **names, api_id=bare.name, policy_id="policy", format="rawxml",
    value='<policies><inbound><set-backend-service backend-id="two" /></inbound></policies>',
    opts=pulumi.ResourceOptions(depends_on=[two]))
pulumi.export("gateway", service.gateway_url)
"""
OPENAPI = """
openapi: 3.0.1
info: {title: Imported, version: "1"}
paths:
  /hello:
    get: {operationId: hello, responses: {"200": {description: ok}}}
"""


@dataclass(frozen=True)
class Servers:
    """Two backends, and a proxy."""

    one: Backend
    two: Backend
    proxy: Proxy

    def shares(self, project: Project, url: str, calls: int) -> tuple[int, int]:
        """How many of that many calls each backend gets."""
        before = len(self.one.calls), len(self.two.calls)
        for _ in range(calls):
            project.get(url)
        return len(self.one.calls) - before[0], len(self.two.calls) - before[1]


@pytest.fixture
def client() -> Made:
    return make("team-client")


@pytest.fixture
def program(project: Project, client: Made) -> Example:
    """The local stack is deployed, and an API was made by hand that has no policy yet."""
    project.must("up")
    for path, properties in {
        "apis/theirs": {"path": "theirs", "displayName": "Theirs", "subscriptionRequired": False},
        "apis/theirs/operations/read": {"displayName": "Read", "method": "GET", "urlTemplate": "/*"},
    }.items():
        answer = project.azure.arm("PUT", f"{project.service_id}/{path}", {"properties": properties})
        assert answer.status == 201, answer
    example = project.program(PROGRAM)
    (example.folder / "team.pfx").write_bytes(client.pfx())
    (example.folder / "openapi.yaml").write_text(OPENAPI)
    return example


@pytest.fixture
def servers(program: Example, client: Made) -> Iterator[Servers]:
    key = x509.new_elliptic_key()
    own = x509.issue("CN=localhost", key, names=["localhost"], usages=[x509.SERVER_AUTH])
    identity = program.folder / "server.pem"
    identity.write_bytes(own.key_pem + own.pem)
    one, two = Backend(identity, client.pem), Backend(identity, client.pem)
    with serving(one), serving(two), serving(Proxy()) as proxy:
        urls = {"one": one.url, "two": two.url, "proxy": proxy.url}
        (program.folder / "urls.json").write_text(json.dumps(urls))
        yield Servers(one, two, proxy)


def test_calls_go_where_and_as_backends_and_pools_say(program: Example, servers: Servers, client: Made) -> None:
    project = program.project
    created = len(project.writes())
    program.must("up")
    assert ("PUT", "apis/theirs") not in project.writes()[created:]
    program.must("preview", "--expect-no-changes")
    gateway = program.outputs()["gateway"]
    assert_reached(project, gateway, servers)
    assert_proxied(project, gateway, servers)
    assert_described(project)
    assert_noted_certificate_is_not_presented(project, gateway, servers)
    assert_shared(project, gateway, servers)
    assert set(servers.one.calls) == {client.thumbprint}
    assert set(servers.two.calls) == {client.thumbprint, None}
    assert_destroyed_in_order(program)


def assert_reached(project: Project, gateway: str, servers: Servers) -> None:
    """A backend of protocol soap, operations from YAML, an API of somebody else: what is not declared is a 404."""
    found = {path: project.get(f"{gateway}/{path}")[0] for path in ("soap/read", "yaml/hello", "theirs/any")}
    assert found == {"soap/read": 200, "yaml/hello": 200, "theirs/any": 200}
    assert servers.shares(project, f"{gateway}/soap/other", 1) == (0, 0)
    assert {project.get(f"{gateway}/{path}")[0] for path in ("soap/other", "yaml/other")} == {404}


def assert_proxied(project: Project, gateway: str, servers: Servers) -> None:
    """Through the proxy for the backend that has one, and only for that."""
    assert servers.proxy.asked == []
    assert project.get(f"{gateway}/proxied/x")[0] == 200
    basic = "Basic bWU6aHVzaA=="  # me:hush
    assert servers.proxy.asked == [(servers.two.url.removeprefix("https://"), basic)]


def assert_described(project: Project) -> None:
    entity = project.azure.arm("GET", f"{project.service_id}/backends/two").body["properties"]
    assert (entity["protocol"], entity["tls"]) == (
        "soap",
        {"validateCertificateChain": False, "validateCertificateName": False},
    )
    lines = ["The second one.", "Chain validation is off: made for a test", "Name validation is off: it has none"]
    assert entity["description"].splitlines() == lines


def assert_noted_certificate_is_not_presented(project: Project, gateway: str, servers: Servers) -> None:
    entity = project.azure.arm("GET", f"{project.service_id}/backends/two").body["properties"]
    assert [each.rpartition("/")[2][:5] for each in entity["credentials"]["certificateIds"]] == ["team-"]
    assert project.get(f"{gateway}/bare/x")[0] == 403
    assert servers.two.calls[-1] is None


def assert_shared(project: Project, gateway: str, servers: Servers) -> None:
    """By weight, by priority, and past a member whose circuit is open; the open one is not called, by nobody."""
    assert servers.shares(project, f"{gateway}/equal/x", 4) == (2, 2)
    assert servers.shares(project, f"{gateway}/weighted/x", 8) == (6, 2)
    assert servers.shares(project, f"{gateway}/first/x", 2) == (2, 0)
    servers.one.status = 500
    assert project.get(f"{gateway}/first/x")[0] == 500
    assert servers.shares(project, f"{gateway}/first/x", 2) == (0, 2)
    calls = len(servers.one.calls)
    assert project.get(f"{gateway}/alone/x")[0] == 503
    assert len(servers.one.calls) == calls


def assert_destroyed_in_order(program: Example) -> None:
    """Azure keeps what a pool needs; the program's own order asks for nothing of the kind."""
    project, before = program.project, program.project.writes()
    member = f"{project.service_id}/backends/one"
    assert project.azure.arm("DELETE", member, headers={"If-Match": "*"}).status == 400
    program.must("destroy")
    gone = [path for _, path in project.writes_since(before)]
    for pool in ("equal", "weighted", "first"):
        assert gone.index(f"apis/{pool}/policies/policy") < gone.index(f"backends/{pool}")
        assert gone.index(f"backends/{pool}") < min(gone.index("backends/one"), gone.index("backends/two"))
    assert "apis/theirs/policies/policy" in gone
    assert "apis/theirs" not in gone
