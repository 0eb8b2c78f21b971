"""A program in another folder, with the package from a built wheel in an environment of its own, deploys.

The default provider is disabled; values come from other resources, from another stack and from secrets
(`elsewhere_program.py`).
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from certificates import make
from project import PASSWORD, PROJECT, Example, Project

from local.endpoints import OTHER_SUBSCRIPTION_ID, SUBSCRIPTION_ID

PLATFORM = """
import pulumi
pulumi.export("url", "https://legacy.backend.internal")
pulumi.export("team", "Platform team")
pulumi.export("secretId", pulumi.Output.secret("https://kv-local.vault.azure.net/certificates/kept"))
"""
EXPECTED = {
    "ApiManagementService": {"service", "raw"},
    "ResourceGroup": {"group", "other"},
    "RoleAssignment": {"vault"},
    "Certificate": {"kept", "given", "made"},
    "Backend": {"kept", "given", "made"},
    "Api": {"kept", "given", "made"},
    "ApiOperation": {"kept-get-any", "given-get-any", "made-get-any"},
    "ApiPolicy": {"kept", "given", "made"},
}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("environment")

    def run(*words: str) -> None:
        ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 -- our own
        assert ended.returncode == 0, ended.stdout + ended.stderr

    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    (folder / "constraints.txt").write_text("\n".join(each for each in lines if "==" in each))
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(PROJECT / "components"))
    [wheel] = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", str(folder / "venv"))
    run(str(folder / "venv/bin/pip"), "install", "-q", "-c", str(folder / "constraints.txt"), str(wheel))
    return folder / "venv"


@pytest.fixture
def elsewhere(project: Project, environment: Path, tmp_path: Path) -> Example:
    """The program in a folder of its own, and the other stack that it refers to."""
    project.program(PLATFORM).must("up")
    folder = tmp_path / "team"
    (folder / "components").mkdir(parents=True)
    (folder / "components/__init__.py").write_text('"""The team\'s own package."""\n')
    (folder / "components/naming.py").write_text('def named(kind: str) -> str:\n    return f"{kind}-elsewhere"\n')
    (folder / "__main__.py").write_text((Path(__file__).parent / "elsewhere_program.py").read_text())
    (folder / ".venv").symlink_to(environment)
    runtime = {"name": "python", "options": {"virtualenv": ".venv"}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "team", "runtime": runtime}))
    given, made = make("given"), make("made")
    for name, each in {"given": given, "made": made}.items():
        (project.azure.home.pki / "legacy-clients" / f"{name}.pem").write_bytes(each.pem)
    (folder / "made.pfx").write_bytes(made.pfx())
    project.vault_certificate("kept", accepted_by="legacy")
    config: dict[str, Any] = {
        "pulumi:disable-default-providers": ["azure-native"],
        "team:subscription": SUBSCRIPTION_ID,
        "team:otherSubscription": OTHER_SUBSCRIPTION_ID,
        "team:pfx": base64.b64encode(given.pfx(PASSWORD)).decode(),
        "team:pfxPassword": PASSWORD,
    }
    (folder / "Pulumi.test.yaml").write_text(yaml.safe_dump({"config": config}))
    return Example(project, folder)


def registered(preview: str) -> dict[str, set[str]]:
    """azure-native class -> names of what a preview would create."""
    found: dict[str, set[str]] = {}
    for step in json.loads(preview)["steps"]:
        kind, name = step["urn"].split("::")[2:]
        if "azure-native" in kind.split("$")[-1] and "pulumi:providers" not in kind:
            found.setdefault(kind.rpartition(":")[2], set()).add(name)
    return found


def test_a_strangers_program_is_previewed_whole_deployed_called_and_destroyed(elsewhere: Example) -> None:
    project = elsewhere.project
    preview = elsewhere.must("preview", "--json")
    assert registered(preview) == EXPECTED
    report = reviewed(elsewhere.folder, preview)
    for name in ("kept", "given", "made"):
        assert name in report
    elsewhere.must("up")
    elsewhere.must("preview", "--expect-no-changes")
    outputs = elsewhere.outputs()
    for name, url in outputs.items():
        key = subscription_key(project, name)
        status, seen = project.get(f"{url}/anything", key)
        assert (status, f"CN={name}" in seen) == (200, True), (name, status, seen)
    state = elsewhere.must("export")
    assert base64.b64encode((elsewhere.folder / "made.pfx").read_bytes()).decode() not in state
    resources = json.loads(state)["deployment"]["resources"]
    for each in resources:
        if each["type"].startswith("azure-native:"):
            other = each["urn"].rpartition("::")[2].partition("-")[0] in {"other", "raw", "made"}
            assert each["id"].startswith(f"/subscriptions/{OTHER_SUBSCRIPTION_ID if other else SUBSCRIPTION_ID}/")
    assert not any("providers:azure-native::default" in each["urn"] for each in resources)
    elsewhere.must("destroy")


def reviewed(folder: Path, preview: str) -> str:
    """The report of the preview, which has to be one."""
    file = folder / "preview.json"
    file.write_text(preview)
    words = [sys.executable, "-m", "review", str(file), "--format", "text"]
    ended = subprocess.run(  # noqa: S603 -- our own command line
        words, cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def subscription_key(project: Project, api: str) -> str:
    """A key that opens every API of the service that the API is on."""
    subscription, service = (
        (OTHER_SUBSCRIPTION_ID, "apim-other-elsewhere") if api == "made" else (SUBSCRIPTION_ID, "apim-elsewhere")
    )
    path = (
        f"/subscriptions/{subscription}/resourceGroups/rg-elsewhere/providers/Microsoft.ApiManagement/service/{service}"
    )
    body = {"properties": {"scope": "/apis", "displayName": "all", "state": "active", "primaryKey": f"key-{service}"}}
    assert project.azure.arm("PUT", f"{path}/subscriptions/all", body).status in {200, 201}
    return f"key-{service}"
