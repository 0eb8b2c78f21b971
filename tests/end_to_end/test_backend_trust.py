"""On the v2 tiers a backend says itself whom it trusts: what a preview admits a call gets through, and nothing else."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from backend_mtls import trusting_backend
from certificates import Made, make
from cryptography import x509 as certificates
from mtls_server import Backend, serving
from project import Example, Project

from local.azure import x509
from local.endpoints import OTHER_SUBSCRIPTION_ID, SUBSCRIPTION_ID

PROGRAM = """
import json
from pathlib import Path

import pulumi
import pulumi_azure_native as azure

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
wanted = json.loads(Path("wanted.json").read_text())
provider = azure.Provider("own", subscription_id=wanted["subscription"]) if wanted["subscription"] else None
providers = [provider, BackendTrustProvider("trust", subscription_id=wanted["subscription"])] if provider else None
on = pulumi.ResourceOptions(providers=providers if wanted["both"] else provider and [provider])
service = ApiManagement("service", ApiManagementArgs(
    resource_group_name="rg-trust", service_name=f"apim-trust-{wanted['sku'].lower()}",
    definition=ServiceDefinition(location="westeurope", publisher_name="Team", publisher_email="team@example.com",
                                 sku=wanted["sku"], create_resource_group=True),
), on)


def content(name):
    return Path(name).read_bytes()


trust = wanted["trust"] and BackendTrust(
    authorities=[content(each) for each in wanted["trust"].get("authorities", [])],
    server_names=wanted["trust"].get("server_names", []),
    server_certificates=[content(each) for each in wanted["trust"].get("server_certificates", [])],
)
given = wanted["server_certificate"]
certificate = ClientCertificate.from_pfx(
    "team", service=service, source=PfxSource.from_file(Path("team.pfx")), opts=on)
settings = BackendSettings(url=wanted["url"], server_certificate=given and content(given), trust=trust or None)
api = MtlsApi("private", MtlsApiArgs(
    certificate=certificate, path="private", subscription_required=False, backend=settings), on)
pulumi.export("url", api.url)
"""
BACKEND = ("Backend", "private")


@pytest.fixture
def client() -> Made:
    return make("team-client")


@pytest.fixture
def program(project: Project, client: Made) -> Example:
    """The program, with certificates beside it: the backend sends its own and its issuer's."""
    example = project.program(PROGRAM)
    key, folder = x509.new_elliptic_key, example.folder
    root = x509.issue("CN=Root", key(), authority=True)
    between = x509.issue("CN=Issuing", key(), issuer=root, authority=True)
    other = x509.issue("CN=Other", key(), issuer=root, authority=True)
    leaf = x509.issue("CN=localhost", key(), issuer=between, names=["localhost"], usages=[x509.SERVER_AUTH])
    (folder / "server.pem").write_bytes(leaf.key_pem + leaf.pem + between.pem)
    (folder / "alone.pem").write_bytes(leaf.key_pem + leaf.pem)
    (folder / "sent.pem").write_bytes(leaf.pem + between.pem)
    for name, pair in {"root": root, "issuing": between, "other": other, "leaf": leaf}.items():
        (folder / f"{name}.pem").write_bytes(pair.pem)
    (folder / "team.pfx").write_bytes(client.pfx())
    return example


@pytest.fixture
def backend(program: Example, client: Made) -> Iterator[Backend]:
    with serving(Backend(program.folder / "server.pem", client.pem)) as server:
        yield server


def want(program: Example, backend: Backend, **values: Any) -> None:
    wanted: dict[str, Any] = {"url": backend.url, "sku": "StandardV2", "trust": None, "server_certificate": None}
    wanted |= {"subscription": None, "both": True}
    (program.folder / "wanted.json").write_text(json.dumps(wanted | values))


def thumbprint_in(file: Path) -> str:
    return x509.thumbprint(certificates.load_pem_x509_certificate(file.read_bytes()))


def configure(program: Example, subscription: str) -> None:
    (program.folder / "Pulumi.test.yaml").write_text(f"config:\n  azure-native:subscriptionId: {subscription}\n")


def status(program: Example) -> int:
    return program.project.get(program.outputs()["url"])[0]


def backends(project: Project) -> dict[str, dict[str, Any]]:
    """Path of every backend that ARM has on the program's services -> its `tls`, in the version that shows it whole."""
    found = {}
    for subscription in (SUBSCRIPTION_ID, OTHER_SUBSCRIPTION_ID):
        for sku in ("standardv2", "premium"):
            group = f"/subscriptions/{subscription}/resourceGroups/rg-trust/providers/Microsoft.ApiManagement"
            path = f"{group}/service/apim-trust-{sku}/backends"
            answer = project.azure.arm("GET", path, api_version="2025-03-01-preview")
            for each in answer.body.get("value", []) if answer.status == 200 else []:
                found[each["id"]] = each["properties"]["tls"]
    return found


def test_an_authority_is_trusted_by_its_backend_and_the_entity_is_not_replaced(
    program: Example, backend: Backend, client: Made
) -> None:
    """From nothing to an authority, to a pinned certificate, and back: each one update of the same entity."""
    want(program, backend)
    program.must("up")
    assert status(program) == 500
    want(program, backend, trust={"authorities": ["issuing.pem"]}, server_certificate="sent.pem")
    assert program.operations() == {BACKEND: "update"}
    thumbprint = thumbprint_in(program.folder / "issuing.pem")
    has_to_be = f"the backend's certificate has to be localhost issued by CN=Issuing ({thumbprint}) from now on"
    assert has_to_be in program.reported()
    program.must("up")
    assert status(program) == 200
    program.must("preview", "--expect-no-changes")
    program.must("refresh")
    program.must("preview", "--expect-no-changes")
    (tls,) = backends(program.project).values()
    assert tls["serverX509Names"] == [{"name": "localhost", "issuerCertificateThumbprint": thumbprint}]
    assert tls["validateCertificateChain"] is tls["validateCertificateName"] is True
    want(program, backend, trust={"server_certificates": ["leaf.pem"]}, server_certificate="sent.pem")
    assert program.operations() == {BACKEND: "update"}
    program.must("up")
    assert status(program) == 200
    want(program, backend)
    assert program.operations() == {BACKEND: "update"}
    assert "the backend no longer says whom it trusts" in program.reported()
    program.must("up")
    assert status(program) == 500
    assert backend.calls == [client.thumbprint] * 2
    program.must("destroy")
    assert backends(program.project) == {}


@pytest.mark.parametrize(
    ("trust", "words"),
    [
        ({"authorities": ["other.pem"]}, "The server certificate is none that the backend trusts"),
        ({"authorities": ["root.pem"]}, "issued directly by: CN=Root"),
        (
            {"authorities": ["issuing.pem"], "server_names": ["orders.example.com"]},
            "The common name of the server certificate is none that the backend trusts",
        ),
    ],
)
def test_what_is_refused_with_the_server_certificate_fails_in_the_call_without_it(
    program: Example, backend: Backend, trust: dict[str, Any], words: str
) -> None:
    want(program, backend, trust=trust, server_certificate="sent.pem")
    for command in ("preview", "up"):
        refused = program.deploy(command)
        text = " ".join((refused.stdout + refused.stderr).split())
        assert refused.returncode != 0
        assert words in text
        assert "Traceback" not in text
    assert program.project.writes() == []
    want(program, backend, trust=trust)
    program.must("up")
    assert status(program) == 500
    assert backend.calls == []


def test_a_server_that_keeps_its_issuer_to_itself_is_not_accepted(program: Example, client: Made) -> None:
    with serving(Backend(program.folder / "alone.pem", client.pem)) as silent:
        want(program, silent, trust={"authorities": ["issuing.pem"]})
        program.must("up")
        assert status(program) == 500
        want(program, silent, trust={"server_certificates": ["leaf.pem"]})
        program.must("up")
        assert status(program) == 200


def test_a_classic_tier_is_told_where_its_authorities_belong(program: Example, backend: Backend) -> None:
    want(program, backend, sku="Premium", trust={"authorities": ["issuing.pem"]})
    refused = program.deploy("preview")
    assert refused.returncode != 0
    assert "The SKU Premium does not take the trust from a backend" in refused.stdout + refused.stderr
    assert "give the authorities to the service instead (ca_certificates)" in refused.stdout + refused.stderr


@pytest.mark.parametrize("way", ["provider", "configuration"])
def test_the_backend_is_in_the_subscription_of_its_service(program: Example, backend: Backend, way: str) -> None:
    """Another package has a configuration of its own: it must not decide where the backend goes."""
    given = OTHER_SUBSCRIPTION_ID if way == "provider" else None
    if way == "configuration":
        configure(program, OTHER_SUBSCRIPTION_ID)
    want(program, backend, subscription=given)
    program.must("up")
    want(program, backend, subscription=given, trust={"authorities": ["issuing.pem"]})
    made = {} if given else {(trusting_backend.PACKAGE, "azure-native-2025-03-01-preview"): "create"}
    assert program.operations() == {BACKEND: "update"} | made
    program.must("up")
    program.must("preview", "--expect-no-changes")
    (path,) = backends(program.project)
    assert f"/subscriptions/{OTHER_SUBSCRIPTION_ID}/" in path
    assert status(program) == 200
    program.must("destroy")


ADOPTING = """
import pulumi
from pathlib import Path

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
service = ApiManagement.from_existing("service", resource_group_name="rg-trust", service_name="apim-trust-standardv2")
certificate = ClientCertificate.from_pfx("theirs", service=service, source=PfxSource.from_file(Path("team.pfx")))
MtlsBackend("private", MtlsBackendArgs(certificate=certificate, adopt=True, settings=BackendSettings(
    url=Path("url.txt").read_text(), title=Path("title.txt").read_text())))
"""


def test_an_adopted_backend_keeps_whom_it_trusts_when_something_else_is_changed(
    program: Example, backend: Backend
) -> None:
    """The default version does not even show it, and would take it away with the next write."""
    want(program, backend, trust={"authorities": ["issuing.pem"]})
    program.must("up")
    (before,) = backends(program.project).values()
    assert before["serverX509Names"]
    other = program.folder.parent / "adopting"
    shutil.copytree(program.folder, other)
    (other / "Pulumi.yaml").write_text((other / "Pulumi.yaml").read_text().replace("name: program", "name: adopting"))
    (other / "__main__.py").write_text(ADOPTING)
    (other / "url.txt").write_text(backend.url)
    (other / "team.pfx").write_bytes(make("theirs").pfx())
    adopting = Example(program.project, other)
    for title in ("Private", "Another"):
        (other / "title.txt").write_text(title)
        adopting.must("up")
        (after,) = backends(program.project).values()
        assert after == before
        adopting.must("preview", "--expect-no-changes")


def test_a_provider_of_azure_native_alone_is_refused_since_nothing_can_be_read_from_it(
    program: Example, backend: Backend
) -> None:
    only = {"subscription": OTHER_SUBSCRIPTION_ID, "both": False}
    want(program, backend, **only, trust={"authorities": ["issuing.pem"]})
    for command in ("preview", "up"):
        refused = program.deploy(command)
        assert refused.returncode != 0
        text = " ".join((refused.stdout + refused.stderr).split())
        assert "A backend that says whom it trusts needs a provider of its own beside yours" in text
        assert "where: MtlsApi private: backend.trust" in text
    assert program.project.writes() == []
    want(program, backend, **only)
    program.must("up")


LATER = """
import asyncio


async def later() -> None:
    await asyncio.sleep(0)
    MtlsBackend("second", MtlsBackendArgs(certificate=certificate, settings=settings), on)


pulumi.Output.from_input(later())
"""


def test_backends_that_are_declared_at_another_time_share_the_provider(program: Example, backend: Backend) -> None:
    (program.folder / "__main__.py").write_text(PROGRAM + LATER)
    configure(program, SUBSCRIPTION_ID)
    want(program, backend, trust={"authorities": ["issuing.pem"]})
    program.must("up")
    assert len(backends(program.project)) == 2
    program.must("preview", "--expect-no-changes")
    resources = json.loads(program.must("export"))["deployment"]["resources"]
    assert len([each for each in resources if each["type"] == f"pulumi:providers:{trusting_backend.PACKAGE}"]) == 1
