"""What the managed and a self-hosted gateway trust is what the program says, and neither trusts what the other does."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from certificates import Made, make
from mtls_server import Backend, serving
from project import Example, Project

from local import endpoints
from local.azure import x509

PROGRAM = """
import json
from pathlib import Path

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import *
from backend_mtls.x509.ca_certificate import read

ask_key_vault(Preflight(mode="off"))
wanted = json.loads(Path("wanted.json").read_text())
service = ApiManagement("service", ApiManagementArgs(
    resource_group_name="rg-platform", service_name="apim-trust",
    definition=ServiceDefinition(location="westeurope", publisher_name="Team", publisher_email="team@example.com"),
    ca_certificates=[read(Path(each).read_bytes()) for each in wanted["ca_certificates"]],
))
names = {"resource_group_name": service.resource_group_name, "service_name": service.service_name}


def certificate(name):
    source = PfxSource.from_file(Path(f"{name}.pfx"))
    return ClientCertificate.from_pfx(name, service=service, source=source, certificate_id=name)


given = wanted["server_certificate"]
private = MtlsApi("private", MtlsApiArgs(
    service=service, certificate=certificate("team"), path="private", subscription_required=False,
    backend=BackendSettings(url=wanted["url"], server_certificate=given and Path(given).read_bytes()),
))
on_service = pulumi.ResourceOptions(depends_on=service.resources)
edge = apimanagement.Gateway("edge", **names, gateway_id="edge", location_data={"name": "factory"}, opts=on_service)
apimanagement.GatewayApiEntityTag("edge", **names, gateway_id="edge", api_id=private.api_id,
    opts=pulumi.ResourceOptions(depends_on=[edge, private.policy]))
for name, trusted_root in wanted["authorities"].items():
    GatewayCertificateAuthority(name, GatewayCertificateAuthorityArgs(
        service=service, gateway_id="edge", gateway=edge, certificate=certificate(name), trusted_root=trusted_root))
pulumi.export("url", private.url)
"""
BOTH = ["root.pem", "intermediate.der"]
CHAIN = {"root": True, "intermediate": False}


@pytest.fixture
def client() -> Made:
    return make("team-client")


@pytest.fixture
def program(project: Project, client: Made) -> Example:
    """The program, with its certificates beside it, and `server.pem` for the backend: a leaf without its chain."""
    example = project.program(PROGRAM)
    key, folder = x509.new_elliptic_key, example.folder
    root = x509.issue("CN=Root", key(), authority=True)
    between = x509.issue("CN=Intermediate", key(), issuer=root, authority=True)
    other = x509.issue("CN=Other root", key(), authority=True)
    leaf = x509.issue("CN=localhost", key(), issuer=between, names=["localhost"], usages=[x509.SERVER_AUTH])
    (folder / "server.pem").write_bytes(leaf.key_pem + leaf.pem)
    (folder / "chain.pem").write_bytes(leaf.pem + between.pem + root.pem)
    expired = x509.issue("CN=Intermediate", between.key, issuer=root, authority=True, validity=timedelta(minutes=-5))
    (folder / "expired.pem").write_bytes(leaf.pem + expired.pem + root.pem)
    named = x509.issue("CN=localhost", key(), issuer=between, usages=[x509.SERVER_AUTH])
    (folder / "common_name.pem").write_bytes(named.key_pem + named.pem)
    (folder / "common_name_chain.pem").write_bytes(named.pem + between.pem)
    (folder / "root.pem").write_bytes(root.pem)
    (folder / "other.pem").write_bytes(other.pem)
    (folder / "intermediate.der").write_bytes(Made(between.key, between.certificate).der)
    for name, pair in {"root": root, "intermediate": between}.items():
        (folder / f"{name}.pfx").write_bytes(x509.pkcs12_of(pair))
    (folder / "team.pfx").write_bytes(client.pfx())
    return example


@pytest.fixture
def backend(program: Example, client: Made) -> Iterator[Backend]:
    with serving(Backend(program.folder / "server.pem", client.pem)) as server:
        yield server


def want(program: Example, backend: Backend, **values: Any) -> None:
    wanted = {"url": backend.url, "ca_certificates": [], "server_certificate": None, "authorities": {}} | values
    (program.folder / "wanted.json").write_text(json.dumps(wanted))


def statuses(program: Example) -> tuple[int, int]:
    """What the managed gateway answers, and what the self-hosted one does."""
    own = endpoints.load(program.project.azure.home).gateways["apim-trust/edge"]
    return program.project.get(program.outputs()["url"])[0], program.project.get(f"{own}/private")[0]


def test_a_server_certificate_makes_preview_and_up_refuse_the_wrong_authority(
    program: Example, backend: Backend
) -> None:
    want(program, backend, ca_certificates=["other.pem"], server_certificate="chain.pem")
    for command in ("preview", "up"):
        refused = program.deploy(command)
        text = refused.stdout + refused.stderr
        assert refused.returncode != 0
        assert "The server certificate comes from an authority that the service does not trust" in text
        assert "MtlsApi private: backend.server_certificate" in text
        assert "Traceback" not in text
    assert program.project.writes() == []
    assert backend.calls == []


def test_an_expired_authority_makes_preview_and_up_refuse_the_server(program: Example, backend: Backend) -> None:
    want(program, backend, ca_certificates=["root.pem"], server_certificate="expired.pem")
    for command in ("preview", "up"):
        refused = program.deploy(command)
        text = refused.stdout + refused.stderr
        assert refused.returncode != 0
        assert "A certificate in the server's chain has expired" in text
        assert "got:     CN=Intermediate, valid until" in text
        assert "Traceback" not in text
    assert program.project.writes() == []


def test_a_server_that_only_its_common_name_names_is_called(program: Example, client: Made) -> None:
    with serving(Backend(program.folder / "common_name.pem", client.pem)) as server:
        want(program, server, ca_certificates=BOTH, server_certificate="common_name_chain.pem")
        program.must("up")
        assert statuses(program) == (200, 500)
        assert server.calls == [client.thumbprint]


def test_each_gateway_needs_the_whole_chain_among_its_own_authorities(
    program: Example, backend: Backend, client: Made
) -> None:
    """The twin of the refusal, too: with the right authorities the server certificate is no problem."""
    want(program, backend, ca_certificates=["root.pem"], authorities={"root": True})
    program.must("up")
    assert statuses(program) == (500, 500)
    assert backend.calls == []
    want(program, backend, ca_certificates=BOTH, server_certificate="chain.pem")
    program.must("up")
    assert statuses(program) == (200, 500)
    want(program, backend, authorities=CHAIN)
    program.must("up")
    assert statuses(program) == (500, 200)
    program.must("preview", "--expect-no-changes")
    assert backend.calls == [client.thumbprint] * 2
    assert_destroyed_in_order(program)


def assert_destroyed_in_order(program: Example) -> None:
    """A gateway loses its authorities before their certificates go, and before it goes itself."""
    before = program.project.writes()
    program.must("destroy")
    gone = [path.partition("/apim-trust/")[2] for _, path in program.project.writes_since(before)]
    for name in CHAIN:
        authority = gone.index(f"gateways/edge/certificateAuthorities/{name}")
        assert authority < gone.index(f"certificates/{name}")
        assert authority < gone.index("gateways/edge")
