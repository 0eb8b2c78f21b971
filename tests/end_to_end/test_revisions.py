"""What is left of an API when its revision changes: older revisions follow its certificate, and end with the API."""

import pytest
from certificates import Made, make
from project import Example, Project

PLAIN = """
from pathlib import Path

import pulumi

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local"
)
pfx = PfxSource.from_file(Path("../.local/pki/team.pfx"), "s3cret")
certificate = ClientCertificate.from_pfx("team", service=service, source=pfx)
settings = BackendSettings(
    url="https://legacy.backend.internal", skip_chain_validation_reason="the appliance has a self-signed certificate"
)
made = MtlsApi("team", MtlsApiArgs(
    certificate=certificate, backend=settings, path="team", subscription_required=False, revision="1",
    operations=["GET /*", "POST /*"],
))
pulumi.export("url", made.url)
"""


@pytest.fixture
def client(project: Project) -> Made:
    """A certificate that the legacy backend accepts; its PFX is team.pfx; the platform is deployed."""
    project.must("up")
    return renewed(project, "team-client")


def renewed(project: Project, name: str) -> Made:
    """Another certificate in team.pfx."""
    client, pki = make(name), project.azure.home.pki
    (pki / "legacy-clients" / f"{name}.pem").write_bytes(client.pem)
    (pki / "team.pfx").write_bytes(client.pfx("s3cret"))
    return client


def write(example: Example, source: str) -> None:
    (example.folder / "__main__.py").write_text(source)


def revised(source: str, number: int) -> str:
    return source.replace('revision="1"', f'revision="{number}"')


def assert_presented(example: Example, client: Made, revision: str = "") -> None:
    """The API, or one of its revisions, answers, and its backend saw the certificate."""
    status, seen = example.project.get(example.outputs()["url"] + revision)
    assert (status, client.thumbprint in seen.upper()) == (200, True), seen


def ids(project: Project, path: str) -> list[str]:
    """Names of what the service has below a path."""
    return [each["name"] for each in project.azure.arm("GET", f"{project.service_id}/{path}").body["value"]]


def deployed(project: Project, number: int = 1, source: str = PLAIN) -> Example:
    """The API in its first revision, then in the others up to this number."""
    example = project.program(source)
    for each in range(1, number + 1):
        write(example, revised(source, each))
        example.must("up")
    return example


@pytest.mark.usefixtures("client")
def test_a_preview_says_that_the_older_revision_is_taken_over(project: Project) -> None:
    example = deployed(project)
    write(example, revised(PLAIN, 2))
    assert example.operations() == {
        ("Api", "team"): "update",
        ("Api", "team-revision-1"): "import",
        ("ApiPolicy", "team-revision-1"): "import",
    }
    before = project.writes()
    example.must("up")
    assert project.writes_since(before) == [("PUT", "apis/team")]
    example.must("preview", "--expect-no-changes")
    example.must("refresh")
    example.must("preview", "--expect-no-changes")


@pytest.mark.usefixtures("client")
def test_all_revisions_end_with_the_api(project: Project) -> None:
    example = deployed(project, 3)
    example.must("preview", "--expect-no-changes")
    example.must("destroy")
    assert "team" not in ids(project, "apis")
    assert "team" not in ids(project, "backends")
    assert not [each for each in ids(project, "certificates") if each.startswith("team")]


def test_a_rotated_pfx_finishes_and_every_revision_presents_it(project: Project, client: Made) -> None:
    example = deployed(project, 3)
    for revision in ("", ";rev=1", ";rev=2", ";rev=3"):
        assert_presented(example, client, revision)
    again = renewed(project, "team-client-2")
    example.must("up")
    for revision in ("", ";rev=1", ";rev=2", ";rev=3"):
        assert_presented(example, again, revision)
    assert f"team-{client.thumbprint[:8].lower()}" not in ids(project, "certificates")
    example.must("preview", "--expect-no-changes")
    example.must("destroy")


BACK = """1 problem found; nothing of these components was registered
1. Azure makes a new revision, and never an older one current by its number
    where:   MtlsApi team: revision
    got:     {}
    allowed: 2, which is current, or 3, made from it
    fix:     write 3; to go back, deploy as revision 3 what the older one was"""


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("number", [1, 4])
def test_only_the_next_number_is_deployed(project: Project, number: int) -> None:
    example = deployed(project, 2)
    write(example, revised(PLAIN, number))
    before = project.writes()
    for command in ("preview", "up"):
        refused = example.deploy(command)
        assert refused.returncode != 0
        assert BACK.format(number) in plain(refused.stdout + refused.stderr)
    assert project.writes_since(before) == []


def plain(printed: str) -> str:
    """What was printed, without the indentation that an engine adds."""
    lines = [each.strip() for each in printed.splitlines()]
    starts = ("where:", "got:", "allowed:", "fix:")
    return "\n".join(f"    {each}" if each.startswith(starts) else each for each in lines)


@pytest.mark.usefixtures("client")
def test_the_older_ones_are_deleted_when_revisions_are_left_out(project: Project) -> None:
    example = deployed(project, 3)
    write(example, PLAIN.replace(', revision="1"', ""))
    assert {kind for (_, name), kind in example.operations().items() if "revision" in name} == {"delete"}
    example.must("up")
    team = project.azure.arm("GET", f"{project.service_id}/apis/team/revisions").body["value"]
    assert [each["apiRevision"] for each in team] == ["3"]
    example.must("preview", "--expect-no-changes")


@pytest.mark.usefixtures("client")
def test_an_api_with_revisions_is_removed_from_the_program(project: Project) -> None:
    example = deployed(project, 2)
    write(example, PLAIN.partition("settings =")[0])
    assert set(example.operations().values()) == {"delete"}
    example.must("up")
    assert "team" not in ids(project, "apis")


OPERATION = """
source = PfxSource.from_file(Path("../.local/pki/other.pfx"), "s3cret")
other = ClientCertificate.from_pfx("other", service=service, source=source)
ClientCertificatePolicy("get", ClientCertificatePolicyArgs(
    scope=made.operation_scope("GET /*"), certificate=other, backend=made.backend))
"""


def test_a_certificate_of_an_operation_is_rotated_in_every_revision(project: Project, client: Made) -> None:
    (project.azure.home.pki / "other.pfx").write_bytes(client.pfx("s3cret"))
    renewed(project, "team-client-2")
    example = deployed(project, 2, PLAIN + OPERATION)
    for revision in ("", ";rev=1"):
        assert_presented(example, client, revision)
    again = make("other-client")
    (project.azure.home.pki / "legacy-clients" / "other.pem").write_bytes(again.pem)
    (project.azure.home.pki / "other.pfx").write_bytes(again.pfx("s3cret"))
    example.must("up")
    for revision in ("", ";rev=1"):
        assert_presented(example, again, revision)
    example.must("preview", "--expect-no-changes")
    example.must("destroy")


VAULT = 'ClientCertificate.from_key_vault("team", service=service, source=KeyVaultSource(secret_id="SECRET"))'
SHARED = """
shared = MtlsBackend("shared", MtlsBackendArgs(certificate=certificate, settings=settings))
"""


def test_a_vaults_certificate_and_an_own_backend_give_way_to_a_pfx_and_a_shared_one(project: Project) -> None:
    kept = project.vault_certificate("kept", accepted_by="legacy")
    pfx = 'ClientCertificate.from_pfx("team", service=service, source=pfx)'
    (project.azure.home.pki / "team.pfx").write_bytes(make("unused").pfx("s3cret"))
    secret = VAULT.replace("SECRET", "https://kv-local.vault.azure.net/secrets/kept")
    project.must("up")
    example = deployed(project, 2, PLAIN.replace(pfx, secret))
    for revision in ("", ";rev=1"):
        assert_presented(example, kept, revision)
    client = renewed(project, "team-client")
    source = revised(PLAIN, 2).replace("made = ", f"{SHARED.strip()}\nmade = ")
    write(example, source.replace("backend=settings, path", "shared_backend=shared, path"))
    example.must("up")
    for revision in ("", ";rev=1"):
        assert_presented(example, client, revision)
    assert "team" not in ids(project, "backends")
    example.must("preview", "--expect-no-changes")


def test_the_text_of_an_older_policy_stays_as_it_was(project: Project, client: Made) -> None:
    policy = """<policies><inbound><base /><set-header name="X-Kept" exists-action="override">
    <value>@(2 > 1 && true ? "a" : "b")</value></set-header></inbound>
    <backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>"""
    first = PLAIN.replace('path="team"', f"path=\"team\", policy='''{policy}'''")
    example = deployed(project, 1, first)
    write(example, revised(PLAIN, 2))
    example.must("up")
    older = f"{project.service_id}/apis/team;rev=1/policies/policy?format=rawxml"
    before = project.azure.arm("GET", older).body["properties"]["value"]
    assert "X-Kept" in before
    assert client.thumbprint in before
    again = renewed(project, "team-client-2")
    example.must("up")
    after = project.azure.arm("GET", older).body["properties"]["value"]
    assert after == before.replace(client.thumbprint, again.thumbprint)
    assert_presented(example, again, ";rev=1")
