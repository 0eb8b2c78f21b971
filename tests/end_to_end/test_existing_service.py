"""A team's own stack on a service that somebody else owns: it owns its certificates, backends and APIs, and no more."""

import json

import pytest
import yaml
from certificates import make
from project import Project


@pytest.fixture
def team(project: Project) -> Project:
    """The platform's stack is deployed; `team` is a second one, with a PFX of its own for the legacy backend."""
    project.must("up")
    client = make("team-client")
    pki = project.azure.home.pki
    (pki / "team.pfx").write_bytes(client.pfx())
    (pki / "legacy-clients" / "team.pem").write_bytes(client.pem)
    config = {
        "backend-mtls:service": {"resourceGroup": "rg-backend-mtls-local", "name": "apim-backend-mtls-local"},
        "backend-mtls:certificates": {"team": {"pfx": {"file": ".local/pki/team.pfx"}, "certificateId": "team"}},
        "backend-mtls:apis": {
            "team": {
                "path": "team",
                "certificate": "team",
                "backend": {"url": "https://legacy.backend.internal", "skipChainValidationReason": "self-signed"},
            }
        },
    }
    (project.root / "stacks/Pulumi.team.yaml").write_text(yaml.safe_dump({"config": config}))
    return project


def test_deploys_beside_the_platform_and_leaves_nothing_behind(team: Project) -> None:
    before = team.writes()
    result = team.run("up", "--stack", "team", "--engine", team.engine)
    assert result.returncode == 0, result.stdout + result.stderr
    assert {path.partition("/")[0] for _, path in team.writes_since(before)} == {"certificates", "backends", "apis"}
    [call] = json.loads(team.run("call", "--json", "--stack", "team").stdout)
    assert call["ok"] is True
    created = team.writes()
    assert team.run("destroy", "--stack", "team", "--engine", team.engine).returncode == 0
    assert {method for method, _ in team.writes_since(created)} == {"DELETE"}
    assert all(call["ok"] for call in team.call().values())


def test_with_an_id_of_its_own_a_pfx_is_replaced_in_place_and_the_policy_stays(team: Project) -> None:
    words = ("--stack", "team", "--engine", team.engine)
    assert team.run("up", *words).returncode == 0
    renewed = make("team-client")
    pki = team.azure.home.pki
    (pki / "team.pfx").write_bytes(renewed.pfx())
    (pki / "legacy-clients" / "team-2.pem").write_bytes(renewed.pem)
    before = team.writes()
    assert team.run("up", *words).returncode == 0
    assert team.writes_since(before) == [("PUT", "certificates/team")]
    [call] = json.loads(team.run("call", "--json", "--stack", "team").stdout)
    assert (call["ok"], call["presented_thumbprint"]) == (True, renewed.thumbprint)


def test_a_service_that_does_not_exist_is_a_message_and_nothing_is_registered(team: Project) -> None:
    file = team.root / "stacks/Pulumi.team.yaml"
    file.write_text(file.read_text().replace("name: apim-backend-mtls-local", "name: apim-elsewhere"))
    before = team.writes()
    result = team.run("up", "--stack", "team", "--engine", team.engine)
    printed = result.stdout + result.stderr
    assert result.returncode != 0
    assert "The existing API Management service cannot be read" in printed
    assert "apim-elsewhere in rg-backend-mtls-local: " in printed
    assert "Traceback" not in printed
    assert team.writes_since(before) == []
