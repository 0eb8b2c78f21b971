"""A reviewer is told the same, whichever engine made the preview: the whole report, for each kind of change.

`UPDATE_REPORTS=1` writes the expected reports anew; look at their diff.
"""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PROJECT
from project import STACK_FILE, Project, rotate

REPORTS = PROJECT / "tests/review/reports"
SECRET = "planted-header-value-4711"
POLICY = """<policies>
    <inbound>
        <base />
        <set-header name="X-From" exists-action="override"><value>gateway</value></set-header>
    </inbound>
    <backend>
        <base />
    </backend>
    <outbound>
        <base />
    </outbound>
    <on-error>
        <base />
    </on-error>
</policies>
"""


def _swap_vault_certificate(project: Project) -> None:
    project.vault_certificate("orders-client-2", accepted_by="orders")
    project.edit("certificates/orders/keyVault/secretId", "https://kv-local.vault.azure.net/secrets/orders-client-2")


def _remove_legacy(project: Project) -> None:
    project.edit("apis/legacy", None)
    project.edit("certificates/legacy", None)


def _break_certificate(project: Project) -> None:
    (project.azure.home.pki / "legacy-client.pfx").write_bytes(b"no certificate")


EDITS: dict[str, Callable[[Project], object]] = {
    "no_change": lambda _: None,
    "pfx_rotation": rotate,
    "vault_certificate_swap": _swap_vault_certificate,
    "chain_validation_off": lambda project: project.edit(
        "apis/orders/backend/skipChainValidationReason", "the authority is not known yet"
    ),
    "chain_validation_on": lambda project: project.edit("apis/legacy/backend/skipChainValidationReason", None),
    "backend_url": lambda project: project.edit("apis/orders/backend/url", "https://orders.backend.internal/v2"),
    "policy_text": lambda project: project.edit("apis/orders/policy", POLICY),
    "certificate_removal": _remove_legacy,
    "secrets": lambda project: project.edit("apis/orders/backend/credentials", {"headers": {"X-Key": [SECRET]}}),
    "service_replaced": lambda project: project.edit("service/name", "apim-backend-mtls-other"),
    "failed": _break_certificate,
}


def report(preview: Path, *arguments: str) -> str:
    """What `python -m review` prints, whatever it thinks of it."""
    result = subprocess.run(  # noqa: S603 -- our own command line
        [sys.executable, "-m", "review", str(preview), *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


def normalised(text: str) -> str:
    """Without what differs from one local Azure to the next: thumbprints, days, and the ids made of them."""
    text = re.sub(r"\b[0-9A-F]{40}\b", "<thumbprint>", text)
    text = re.sub(r"\blegacy-[0-9a-f]{8}\b", "legacy-<id>", text)
    return re.sub(r"\b20\d\d-\d\d-\d\d\b", "<day>", text)


def expect(name: str, text: str) -> None:
    """The report is the one that is kept under this name."""
    kept = REPORTS / f"{name}.md"
    if os.environ.get("UPDATE_REPORTS"):
        kept.write_text(normalised(text))
    assert normalised(text) == kept.read_text()


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_first_deployment(project: Project, tmp_path: Path) -> None:
    preview = write(tmp_path / "preview.json", project.must("preview", "--json"))
    expect("create", report(preview, "--format", "markdown"))


@pytest.fixture(scope="module")
def originals(deployed: Project) -> dict[Path, bytes]:
    """What the edits change in the shared project."""
    return {
        path: path.read_bytes() for path in (deployed.root / STACK_FILE, deployed.azure.home.pki / "legacy-client.pfx")
    }


@pytest.mark.parametrize("name", EDITS)
def test_a_change(name: str, deployed: Project, originals: dict[Path, bytes], tmp_path: Path) -> None:
    if (name, deployed.engine) == ("service_replaced", "embedded"):
        pytest.skip("the embedded engine refuses delete-before-replace by name, and azure-native wants it here")
    base = write(tmp_path / "state.json", deployed.must("export"))
    pfx = (deployed.azure.home.pki / "legacy-client.pfx").read_bytes()
    try:
        EDITS[name](deployed)
        preview = write(tmp_path / "preview.json", deployed.deploy("preview", "--json").stdout)
    finally:
        for path, content in originals.items():
            path.write_bytes(content)
    printed = {each: report(preview, "--base", str(base), "--format", each) for each in ("markdown", "text", "json")}
    expect(name, printed["markdown"])
    for text in printed.values():
        assert SECRET not in text
        assert base64.b64encode(pfx).decode()[:60] not in text
        assert str(deployed.root) not in text
        assert "sourcePosition" not in text
    assert json.loads(printed["json"])["status"] == (
        "failed" if name == "failed" else "no changes" if name == "no_change" else "changes"
    )
