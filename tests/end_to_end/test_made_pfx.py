"""A PFX that is written anew at each run, with other bytes, shows a change only when what is in it has changed."""

from certificates import Made, make
from project import PASSWORD, Example, Project

HEAD = """
from pathlib import Path

import pulumi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_der_private_key, pkcs12

from backend_mtls import *

FILES = Path("../.local/pki")
ask_key_vault(Preflight(mode="off"))
service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local"
)
"""
PFX = """
password = (FILES / "password").read_text()
data = pkcs12.serialize_key_and_certificates(
    b"team",
    load_der_private_key((FILES / "team.key").read_bytes(), None),
    x509.load_pem_x509_certificate((FILES / "team.pem").read_bytes()),
    None,
    BestAvailableEncryption(password.encode()),
)
certificate = ClientCertificate.from_pfx(
    "team", service=service, source=PfxSource(data=data, password=password), certificate_id=IDENTITY
)
"""
VAULT = """
source = KeyVaultSource(secret_id="https://kv-local.vault.azure.net/secrets/team")
certificate = ClientCertificate.from_key_vault("team", service=service, source=source, certificate_id=IDENTITY)
"""
API = """
backend = BackendSettings(url="https://legacy.backend.internal", skip_chain_validation_reason="it is self-signed")
api = MtlsApi(
    "team", MtlsApiArgs(certificate=certificate, path="team", backend=backend, subscription_required=False)
)
pulumi.export("url", api.url)
"""


class Team:
    """A program that makes its PFX of the files beside it."""

    def __init__(self, project: Project, certificate: str, identity: str | None = None) -> None:
        self.project = project
        self.stack: Example = project.program("")
        self.says(certificate, identity)

    def says(self, certificate: str, identity: str | None) -> None:
        """The program with another source, or another id."""
        source = HEAD + certificate.replace("IDENTITY", repr(identity)) + API
        (self.stack.folder / "__main__.py").write_text(source)

    def given(self, client: Made, password: str = PASSWORD) -> None:
        """What the next run makes its PFX of; the backend accepts it."""
        pki = self.project.azure.home.pki
        (pki / "team.key").write_bytes(client.key_der)
        (pki / "team.pem").write_bytes(client.pem)
        (pki / "password").write_text(password)
        (pki / "legacy-clients" / f"{client.thumbprint}.pem").write_bytes(client.pem)

    def up(self) -> list[tuple[str, str]]:
        """Deploys; what it wrote."""
        before = self.project.writes()
        self.stack.must("up")
        return self.project.writes_since(before)

    def assert_quiet(self) -> None:
        """Neither a preview nor a deployment finds anything to do, although the bytes are others."""
        self.stack.must("preview", "--expect-no-changes")
        assert self.up() == []

    def assert_presented(self, client: Made) -> None:
        """A call arrives with this certificate."""
        status, seen = self.project.get(self.stack.outputs()["url"])
        assert (status, client.thumbprint in seen.upper()) == (200, True), seen


def test_the_same_content_is_quiet_and_another_certificate_replaces_it(project: Project) -> None:
    project.must("up")
    team, first, second = Team(project, PFX), make("team"), make("team")
    team.given(first)
    team.up()
    team.assert_quiet()
    team.given(first, "another password")
    team.assert_quiet()
    team.assert_presented(first)
    team.given(second)
    assert team.stack.operations() == {("Certificate", "team"): "replace", ("ApiPolicy", "team"): "update"}
    old, new = (f"certificates/team-{each.thumbprint[:8].lower()}" for each in (first, second))
    assert team.up() == [("PUT", new), ("PUT", "apis/team/policies/policy"), ("DELETE", old)]
    team.assert_presented(second)
    team.assert_quiet()
    assert PASSWORD not in team.stack.must("export")


def test_under_an_id_of_its_own_the_same_content_is_quiet_and_another_certificate_is_sent(project: Project) -> None:
    project.must("up")
    team, first, second = Team(project, PFX, "own"), make("team"), make("team")
    team.given(first)
    team.up()
    team.assert_quiet()
    team.given(first, "another password")
    team.assert_quiet()
    team.assert_presented(first)
    team.given(second)
    assert team.stack.operations() == {("Certificate", "team"): "update"}
    assert team.up() == [("PUT", "certificates/own")]
    team.assert_presented(second)
    team.assert_quiet()


def test_what_somebody_else_put_under_the_id_is_put_back(project: Project) -> None:
    project.must("up")
    team, first = Team(project, PFX, "own"), make("team")
    team.given(first)
    team.up()
    body = {"properties": {"data": make("somebody-else").base64(), "password": ""}}
    assert project.azure.arm("PUT", f"{project.service_id}/certificates/own", body).status == 200
    assert team.up() == [("PUT", "certificates/own")]
    team.assert_presented(first)


def test_what_comes_back_from_key_vault_is_sent_although_azure_holds_the_same_certificate(project: Project) -> None:
    project.must("up")
    client = project.vault_certificate("team", accepted_by="legacy")
    own = f"team-{client.thumbprint[:8].lower()}"
    team = Team(project, VAULT, own)
    team.given(client)
    team.up()
    team.says(PFX, None)  # the same id, which follows from the content: Azure is not asked, and refuses it
    refused = team.stack.deploy("up")
    assert refused.returncode != 0
    assert "One or more fields contain incorrect values" in refused.stdout + refused.stderr
    team.says(PFX, own)
    assert team.up() == [("PUT", f"certificates/{own}")]
    team.assert_presented(client)
    team.assert_quiet()
