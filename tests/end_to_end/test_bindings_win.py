"""Documents as people have them are bound, deployed and called; one that routes elsewhere ends the preview."""

import json

from certificates import make
from project import PASSWORD, Example, Project

PROGRAM = """
from pathlib import Path

import pulumi

from backend_mtls import *

service = ApiManagement.from_existing(
    "service", resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local"
)
source = PfxSource.from_file(Path("../.local/pki/team.pfx"), "PASSWORD")
certificate = ClientCertificate.from_pfx(
    "team", service=service, source=source, certificate_id="team"
)
backend = BackendSettings(url="https://legacy.backend.internal", skip_chain_validation_reason="it is self-signed")
api = MtlsApi("team", MtlsApiArgs(
    certificate=certificate, path=PATH, backend=backend, subscription_required=False, policy=Path("team.xml"),
))
pulumi.export("url", api.url)
"""
INHERITS = "<outbound>\r\n\t\t<base />\r\n\t</outbound>\r\n</policies>\r\n"
OLD = '<authentication-certificate id="generated" certificate-id="team" />'
NEVER = "@(context.Request.Method == &quot;NEVER&quot;)"
SOMETIMES = f'<choose><when condition="{{}}{NEVER}"><set-backend-service backend-id="legacy" /></when></choose>'
LIMIT = '<limit-concurrency key="k" max-count="9">'
NAMED = '<set-backend-service id="apim-generated-policy" backend-id="team" />'
TABBED = """<!-- backend-mtls: begin -->
\t\t<set-backend-service backend-id="team" />
\t\t<authentication-certificate certificate-id="team" />
\t\t<!-- backend-mtls: end -->
\t</inbound>""".replace("\n", "\r\n")
DOCUMENTS = {
    "the identical element in front of base, tabs and CRLF": (
        f"<policies>\r\n\t<inbound>\r\n\t\t{OLD}\r\n\t\t<base />\r\n\t</inbound>\r\n\t{INHERITS}",
        f"{OLD}\r\n\t\t<base />\r\n\t\t{TABBED}",
    ),
    "the portal's id": (
        f"<policies><inbound><base />{NAMED}{OLD}</inbound></policies>",
        f"<policies><inbound><base />{NAMED}{OLD}</inbound></policies>",
    ),
    "white space in front of an expression": (
        f"<policies><inbound><base />{SOMETIMES.format('  ')}</inbound></policies>",
        SOMETIMES.format("  "),
    ),
    "a backend section that goes elsewhere for some calls": (
        f"<policies><backend>{LIMIT}{SOMETIMES.format('')}<forward-request /></limit-concurrency></backend></policies>",
        "<forward-request />",
    ),
}
ELSEWHERE = """<policies>
  <inbound><base /></inbound>
  <backend>
    <retry condition="@(context.Response.StatusCode == 503)" count="2" interval="1">
      <set-backend-service backend-id="legacy" />
      <forward-request />
    </retry>
  </backend>
</policies>"""
NAME = "set-backend-service"
WHAT = "has the last word on every call, and says something else than what is to be bound"
REFUSED = [
    f"1. <{NAME}> in <backend> {WHAT}",
    "where:   MtlsApi team: policy (policy document, line 5, column 7)",
    'got:     <set-backend-service backend-id="legacy" />',
    'allowed: <set-backend-service backend-id="team" />, or none; one that only some calls reach, in a <choose> branch',
    f"fix:     remove it; or leave the other calls a <choose> branch without <{NAME}>; or bind what it says",
]


def with_certificate(project: Project, path: str) -> Example:
    """A program whose certificate the backend accepts; the policy file is still missing."""
    client, pki = make("team"), project.azure.home.pki
    (pki / "team.pfx").write_bytes(client.pfx(PASSWORD))
    (pki / "team.thumbprint").write_text(client.thumbprint)
    (pki / "legacy-clients" / "team.pem").write_bytes(client.pem)
    return project.program(PROGRAM.replace("PASSWORD", PASSWORD).replace("PATH", repr(path)))


def policy_of(project: Project) -> str:
    """The policy as it was sent."""
    text = (project.azure.home.root / ".pulumi/stacks/program/test.json").read_text()
    resources = json.loads(text)["checkpoint"]["latest"]["resources"]
    [found] = [each["inputs"]["value"] for each in resources if each["type"].endswith(":ApiPolicy")]
    return str(found)


def assert_called(team: Example) -> None:
    """A call arrives with the certificate."""
    status, seen = team.project.get(team.outputs()["url"])
    thumbprint = (team.project.azure.home.pki / "team.thumbprint").read_text()
    assert (status, thumbprint in seen.upper()) == (200, True), seen


def test_each_document_is_bound_and_its_calls_present_the_certificate(project: Project) -> None:
    project.must("up")
    team = with_certificate(project, "team")
    for name, (document, expected) in DOCUMENTS.items():
        (team.folder / "team.xml").write_bytes(document.encode())
        team.must("up")
        team.must("preview", "--expect-no-changes")
        assert expected in policy_of(project), name
        assert_called(team)


def test_what_sends_every_call_elsewhere_ends_the_preview(project: Project) -> None:
    project.must("up")
    team = with_certificate(project, "team")
    (team.folder / "team.xml").write_text(ELSEWHERE)
    before = project.writes()
    for command in ("preview", "up"):
        result = team.deploy(command)
        assert result.returncode != 0
        lines = [each.strip() for each in (result.stdout + result.stderr).splitlines()]
        assert [each for each in REFUSED if each not in lines] == [], lines
    assert project.writes_since(before) == []


def test_an_api_with_the_empty_path_gets_the_calls_that_no_other_path_matches(project: Project) -> None:
    project.must("up")
    team = with_certificate(project, "")
    (team.folder / "team.xml").write_text("<policies />")
    team.must("up")
    team.must("preview", "--expect-no-changes")
    url = team.outputs()["url"]
    assert url.endswith("/")
    assert_called(team)
    assert project.get(f"{url}any/other")[0] == 200
    assert project.get(f"{url}legacy")[0] == 401  # that of the other API, which demands a key
    for each in ("legacy", "orders"):
        project.edit(f"apis/{each}/path", "")
    refused = project.deploy("preview")
    assert refused.returncode != 0
    assert 'got:     "", also at apis.' in refused.stdout + refused.stderr
    project.edit("apis/orders/path", "orders")
    assert project.preview() == {("Api", "legacy"): "update"}
