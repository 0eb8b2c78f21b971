"""A program in another language gives a configuration to `BackendMtls`, and its calls present the certificate.

The CLI makes the plugin from `components/`, with a virtual environment of its own; azure-native is the stand-in.
"""

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import Made, make
from project import PASSWORD, PROJECT, Example, Project

NEEDED = {"yaml": ("pulumi-language-yaml",), "typescript": ("pulumi-language-nodejs", "npm")}
STAND_IN = f'#!/bin/sh\nPYTHONPATH="{PROJECT}" exec "{sys.executable}" -m local.provider "$@"\n'


class Elsewhere:
    """An example outside of this repository's virtual environment, with a home of its own for the CLI."""

    def __init__(self, project: Project, language: str) -> None:
        self.project = project
        self.home = project.root / "pulumi-home"
        shutil.copytree(PROJECT / "components", project.root / "components", ignore=shutil.ignore_patterns(".venv"))
        client = make(f"{language}-client")
        pki = project.azure.home.pki
        (pki / "legacy-clients" / f"{language}.pem").write_bytes(client.pem)
        self.client: Made = client
        self.example: Example = project.example(language, {})
        self.environment = {"PULUMI_HOME": str(self.home)}
        self._install_stand_in()

    def _install_stand_in(self) -> None:
        plugin = self.project.root / "stand-in" / "pulumi-resource-azure-native"
        plugin.parent.mkdir()
        plugin.write_text(STAND_IN)
        plugin.chmod(0o700)
        self.pulumi("plugin", "install", "resource", "azure-native", "v3.29.0", "--file", str(plugin.parent))

    def pulumi(self, *words: str) -> str:
        """The CLI in the example's folder, which has to succeed."""
        variables = {
            "PULUMI_BACKEND_URL": f"file://{self.project.azure.home.root}",
            "PULUMI_CONFIG_PASSPHRASE": "local",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        ended = subprocess.run(  # noqa: S603 -- our own command line
            ["pulumi", *words, "--non-interactive"],  # noqa: S607 -- whichever is on PATH
            cwd=self.example.folder,
            env=os.environ | variables | self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def local(self, command: str, *words: str) -> str:
        """`python -m local` with the example's stack, which has to succeed."""
        stack = ("--stack", "test", "--engine", "pulumi", "--cwd", str(self.example.folder))
        ended = self.project.run(command, *stack, *words, **self.environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr


@pytest.fixture(params=["yaml", "typescript"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Elsewhere]:
    missing = [each for each in ("pulumi", *NEEDED[request.param]) if not shutil.which(each)]
    if missing:
        pytest.skip(f"{missing[0]} is not on PATH")
    project = Project(tmp_path, "pulumi")
    project.azure.start()
    yield Elsewhere(project, request.param)
    project.azure.stop()


def test_a_program_in_another_language_presents_the_certificate(elsewhere: Elsewhere) -> None:
    project, client = elsewhere.project, elsewhere.client
    project.must("up")
    before = project.writes()
    language = elsewhere.example.folder.name
    (elsewhere.example.folder / "Pulumi.test.yaml").unlink()
    elsewhere.pulumi("install")
    elsewhere.pulumi("stack", "init", "test")
    for key, value in {
        "resourceGroup": "rg-backend-mtls-local",
        "service": "apim-backend-mtls-local",
        "backendUrl": "https://legacy.backend.internal",
    }.items():
        elsewhere.pulumi("config", "set", "--stack", "test", key, value)
    pfx = base64.b64encode(client.pfx(PASSWORD)).decode()
    for key, value in {"pfx": pfx, "pfxPassword": PASSWORD}.items():
        elsewhere.pulumi("config", "set", "--stack", "test", "--secret", key, value)
    planned = elsewhere.local("preview")
    for kind in ("Certificate", "Backend", "Api", "ApiOperation", "ApiPolicy"):
        assert f"azure-native:apimanagement:{kind} " in planned, planned
    elsewhere.local("up")
    elsewhere.local("preview", "--expect-no-changes")
    state = elsewhere.local("export")
    assert PASSWORD not in state
    assert pfx not in state
    url = elsewhere.pulumi("stack", "output", "--stack", "test", "url").strip()
    assert elsewhere.pulumi("stack", "output", "--stack", "test", "thumbprint").strip() == client.thumbprint
    status, seen = project.get(f"{url}/anything")
    assert (status, client.thumbprint in seen.upper()) == (200, True), seen
    assert url.endswith(f"/{language}")
    elsewhere.local("destroy")
    made = {path for method, path in project.writes()[len(before) :] if method == "PUT"}
    assert {path for method, path in project.writes() if method == "DELETE"} == made
