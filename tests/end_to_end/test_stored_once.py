"""What the report says is refused is refused by local Azure, and what it does not say so of is deployed."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import PROJECT
from project import PASSWORD, STACK_FILE, Project

from local import endpoints

VAULT = "https://kv-local.vault.azure.net/secrets/legacy-client"
REFUSED = ("deployment-refused", "deployment-may-be-refused")


def _renamed(project: Project, key: str, old: str, new: str) -> None:
    project.edit(f"{key}/{new}", settings(project, key)[old])
    project.edit(f"{key}/{old}", None)


def settings(project: Project, key: str) -> Any:
    return yaml.safe_load((project.root / STACK_FILE).read_text())["config"][f"backend-mtls:{key}"]


def _certificate_renamed(project: Project) -> None:
    _renamed(project, "certificates", "legacy", "appliance")
    project.edit("apis/legacy/certificate", "appliance")


def _vault_certificate_renamed(project: Project) -> None:
    _renamed(project, "certificates", "orders", "sales")
    project.edit("apis/orders/certificate", "sales")


def _pfx_into_vault(project: Project) -> None:
    """The same certificate, with its key, is in the vault now."""
    pfx = (project.azure.home.pki / "legacy-client.pfx").read_bytes()
    body = {
        "value": base64.b64encode(pfx).decode(),
        "pwd": PASSWORD,
        "policy": {"secret_props": {"contentType": "application/x-pkcs12"}},
    }
    url = endpoints.load(project.azure.home).vaults["kv-local"]
    headers = {
        "Authorization": f"Bearer {project.azure.token_for('https://vault.azure.net')}",
        "Content-Type": "application/json",
    }
    url = f"{url}/certificates/legacy-client/import?api-version=7.4"
    answer = project.azure.send("POST", url, json.dumps(body).encode(), headers)
    assert answer.status == 200, answer
    project.edit("certificates/legacy/pfx", None)
    project.edit("certificates/legacy/keyVault", {"secretId": VAULT})


def _pfx_into_vault_under_its_id(project: Project) -> None:
    _pfx_into_vault(project)
    project.edit("certificates/legacy/certificateId", stored_id(project))


def stored_id(project: Project) -> str:
    resources = project.state()["latest"]["resources"]
    found = [each["id"] for each in resources if each["type"].endswith(":Certificate") and "/legacy" in each["id"]]
    return str(found[0].rpartition("/")[2])


def _swapped_paths(project: Project) -> None:
    project.edit("apis/orders/path", "legacy")
    project.edit("apis/legacy/path", "orders")


def _path_taken_over(project: Project) -> None:
    project.edit("apis/other", settings(project, "apis")["legacy"])
    project.edit("apis/legacy", None)


def _path_left_behind(project: Project) -> None:
    _path_taken_over(project)
    project.edit("apis/other/path", "other")


IMPOSSIBLE: dict[str, Callable[[Project], object]] = {
    "a certificate under another name": _certificate_renamed,
    "a certificate under another id": lambda project: project.edit("certificates/legacy/certificateId", "own"),
    "a certificate in a vault under another name": _vault_certificate_renamed,
    "a certificate in a vault under another id": lambda project: project.edit("certificates/orders/certificateId", "x"),
    "a PFX that moves into a vault": _pfx_into_vault,
    "an API under another name": lambda project: _renamed(project, "apis", "legacy", "appliance"),
    "two paths that are swapped": _swapped_paths,
    "the path of an API that is removed": _path_taken_over,
}
POSSIBLE: dict[str, Callable[[Project], object]] = {
    "a PFX that moves into a vault under its id": _pfx_into_vault_under_its_id,
    "another path": lambda project: project.edit("apis/legacy/path", "appliance"),
    "another API with another path": _path_left_behind,
}


def reported(project: Project, folder: Path) -> dict[str, Any]:
    """The report of what would happen, as JSON."""
    (folder / "state.json").write_text(project.must("export"))
    (folder / "preview.json").write_text(project.must("preview", "--json"))
    words = ["preview.json", "--base", "state.json", "--format", "json"]
    ended = subprocess.run(  # noqa: S603 -- our own command line
        [sys.executable, "-m", "review", *words],
        cwd=folder,
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode in (0, 1), ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_refused_is_said_to_be(name: str, project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    project.must("up")
    IMPOSSIBLE[name](project)
    report = reported(project, tmp_path_factory.mktemp("report"))
    assert report["effects"][0]["state"] in REFUSED
    assert "refused by Azure" in report["headline"]
    result = project.deploy("up")
    assert result.returncode != 0
    assert "One or more fields contain incorrect values" in result.stdout + result.stderr


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_is_not_said_to_be_is_deployed(
    name: str, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project.must("up")
    POSSIBLE[name](project)
    report = reported(project, tmp_path_factory.mktemp("report"))
    assert not {each["state"] for each in report["effects"]} & set(REFUSED)
    project.must("up")
    assert all(each["ok"] for each in project.call().values())
    project.must("preview", "--expect-no-changes")
