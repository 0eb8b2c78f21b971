"""The project with stacks of the tests' own and its own local Azure, deployed as a user deploys, with either engine."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from certificates import Made, make
from conftest import PROJECT, LocalAzure
from working_copy import write_stacks

from local import endpoints
from local.home import HOME_VARIABLE

PASSWORD = "local-pfx-password"
"""Of the PFX that local Azure makes."""
STACK_FILE = Path("stacks/Pulumi.local.yaml")
WRITES = {"PUT", "PATCH", "DELETE"}
"""What changes something in ARM; the POSTs that `call` sends read keys and traces."""


class Project:
    """One working copy; every method runs `python -m local …` in it."""

    def __init__(self, root: Path, engine: str) -> None:
        self.root = root
        self.engine = engine
        self.azure = LocalAzure(root / ".local")
        write_stacks(root)
        for name in ("__main__.py", "rules", "policies"):
            source = PROJECT / name
            copy: Callable[[Path, Path], Any] = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, root / name)
        (root / ".venv").symlink_to(sys.prefix)  # the CLI looks there, as Pulumi.yaml says

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The command and what it printed, whatever came of it."""
        return subprocess.run(  # noqa: S603 -- our own command line
            [sys.executable, "-m", "local", *arguments],
            cwd=self.root,
            env=os.environ | {HOME_VARIABLE: str(self.azure.home.root), "PYTHONPATH": str(PROJECT)} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def deploy(self, command: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`preview`, `up` and so on, with this project's engine, whatever came of it."""
        return self.run(command, "--stack", "local", "--engine", self.engine, *arguments, **environment)

    def must(self, command: str, *arguments: str, **environment: str) -> str:
        """The same, which has to succeed; what it printed."""
        result = self.deploy(command, *arguments, **environment)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def preview(self) -> dict[tuple[str, str], str]:
        """(class, name) -> operation of everything that a preview would change."""
        return operations(self.must("preview", "--json"))

    def call(self) -> dict[str, dict[str, Any]]:
        """API -> what `call --json` says about it."""
        result = self.run("call", "--json")
        assert result.stdout, result.stderr
        return {each["api"]: each for each in json.loads(result.stdout)}

    def edit(self, path: str, value: Any) -> None:
        """Sets a key below `backend-mtls:`, for instance `apis/orders/path`; `None` removes it."""
        file = self.root / STACK_FILE
        content = yaml.safe_load(file.read_text())
        *parents, last = path.split("/")
        target = content["config"]
        for index, parent in enumerate(parents):
            target = target.setdefault(parent if index else f"backend-mtls:{parent}", {})
        if value is None:
            del target[last]
        else:
            target[last] = value
        file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))

    def state(self) -> dict[str, Any]:
        """The checkpoint as it is stored."""
        text = (self.azure.home.root / ".pulumi/stacks/backend-mtls/local.json").read_text()
        checkpoint: dict[str, Any] = json.loads(text)["checkpoint"]
        return checkpoint

    def writes(self) -> list[tuple[str, str]]:
        """Every successful write to ARM, in order: (method, path behind the service or the resource group)."""
        return [
            (each["method"], each["path"].partition("/service/apim-backend-mtls-local/")[2] or each["path"])
            for each in self.azure.requests()
            if each["plane"] == "arm" and each["method"] in WRITES and each["status"] < 400
        ]

    def writes_since(self, earlier: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """What was written after `earlier = writes()`."""
        return self.writes()[len(earlier) :]

    @property
    def service_id(self) -> str:
        """ARM id of the local stack's service."""
        group = f"/subscriptions/{self.azure.endpoints.subscription_id}/resourceGroups/rg-backend-mtls-local"
        return f"{group}/providers/Microsoft.ApiManagement/service/apim-backend-mtls-local"

    def get(self, url: str, key: str | None = None) -> tuple[int, str]:
        """Status and body of a GET through the gateway."""
        answer = self.azure.send("GET", url, headers={"Ocp-Apim-Subscription-Key": key} if key else {})
        return answer.status, json.dumps(answer.body) if isinstance(answer.body, dict) else str(answer.body)

    def principal_id(self) -> str:
        """Object id of whom the deployments log in as."""
        payload = self.azure.token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["oid"])

    def vault_certificate(self, name: str, *, accepted_by: str, vault: str = "kv-local") -> Made:
        """A client certificate in the vault, that the backend accepts."""
        client = make(name)
        body = {"value": client.base64(), "policy": {"secret_props": {"contentType": "application/x-pkcs12"}}}
        token = self.azure.token_for("https://vault.azure.net")
        known = endpoints.load(self.azure.home)
        url = f"{known.vaults[vault]}/certificates/{name}/import?api-version=7.4"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = self.azure.send("POST", url, json.dumps(body).encode(), headers)
        assert answer.status == 200, answer
        (self.azure.home.pki / f"{accepted_by}-clients" / f"{name}.pem").write_bytes(client.pem)
        return client

    def example(self, name: str, config: dict[str, str]) -> "Example":
        """A copy of `examples/<name>` with a stack `test` of this configuration."""
        source, folder = PROJECT / "examples" / name, self.root / "examples" / name
        shutil.copytree(source, folder)
        values = {f"{name}:{key}": value for key, value in config.items()}
        (folder / "Pulumi.test.yaml").write_text(yaml.safe_dump({"config": values}))
        return Example(self, folder)

    def program(self, source: str) -> "Example":
        """A Pulumi project that holds just this program, with a stack `test`."""
        folder = self.root / "program"
        folder.mkdir()
        runtime = {"name": "python", "options": {"virtualenv": "../.venv"}}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "program", "runtime": runtime}))
        (folder / "Pulumi.test.yaml").write_text("config: {}\n")
        (folder / "__main__.py").write_text(source)
        return Example(self, folder)


@dataclass(frozen=True)
class Example:
    """Another Pulumi project on the same local Azure."""

    project: Project
    folder: Path

    def deploy(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`preview`, `up` and so on with the stack `test`, whatever came of it."""
        words = (command, "--stack", "test", "--engine", self.project.engine, "--cwd", str(self.folder), *arguments)
        return self.project.run(*words)

    def must(self, command: str, *arguments: str) -> str:
        """The same, which has to succeed; what it printed."""
        result = self.deploy(command, *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def operations(self) -> dict[tuple[str, str], str]:
        """(class, name) -> operation of everything that a preview would change."""
        return operations(self.must("preview", "--json"))

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        resources = json.loads(self.must("export"))["deployment"]["resources"]
        found: dict[str, Any] = next(each for each in resources if each["type"] == "pulumi:pulumi:Stack")["outputs"]
        return found

    def reported(self) -> str:
        """The effects that a reviewer is told of the next deployment, on one line."""
        base, preview = self.folder / "base.json", self.folder / "preview.json"
        base.write_text(self.must("export"))
        preview.write_text(self.must("preview", "--json", "--show-sames"))
        words = [sys.executable, "-m", "review", str(preview), "--base", str(base), "--json"]
        ended = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603 -- our own
        return " | ".join(each["text"] for each in json.loads(ended.stdout)["effects"])


def operations(preview: str) -> dict[tuple[str, str], str]:
    """(class, name) -> operation of everything that changes, from what `preview --json` printed."""
    found = {}
    for step in json.loads(preview)["steps"]:
        kind, name = step["urn"].split("::")[2:]
        if step["op"] != "same" and "azure-native" in kind.split("$")[-1]:
            found[kind.rpartition(":")[2], name] = step["op"]
    return found


def rotate(project: Project) -> Made:
    """A new legacy certificate in place of the old PFX; the backend accepts it beside the old one."""
    renewed = make("legacy-client-2")
    pki = project.azure.home.pki
    (pki / "legacy-clients" / "renewed.pem").write_bytes(renewed.pem)
    (pki / "legacy-client.pfx").write_bytes(renewed.pfx(PASSWORD))
    return renewed
