"""The kinds of change that a reviewer meets, as edits of a deployed copy of the project, and the reports about them."""

import os
import re
from collections.abc import Callable

from backend_mtls.policy.document import DEFAULT
from conftest import PROJECT
from project import Project, rotate

REPORTS = PROJECT / "tests/review/reports"
SECRET = "planted-header-value-4711"
HEADER = '        <set-header name="X-From" exists-action="override"><value>gateway</value></set-header>\n'
POLICY = DEFAULT.replace("        <base />\n", f"        <base />\n{HEADER}", 1)


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


def normalised(text: str) -> str:
    """Without what differs from one local Azure to the next: thumbprints, days, and the ids made of them."""
    text = re.sub(r"\b[0-9A-F]{40}\b", "<thumbprint>", text)
    text = re.sub(r"\blegacy-[0-9a-f]{8}\b", "legacy-<id>", text)
    text = re.sub(r"\b20\d\d-\d\d-\d\d\b", "<day>", text)
    return re.sub(r"<day> \d\d(?::|&#58;)\d\d UTC, \d+ days from now", "<day> <time>, <n> days from now", text)


def expect(name: str, text: str) -> None:
    """The report is the one that is kept under this name; `UPDATE_REPORTS=1` writes it anew, to look at its diff."""
    kept = REPORTS / f"{name}.md"
    kept.parent.mkdir(exist_ok=True)
    if os.environ.get("UPDATE_REPORTS"):
        kept.write_text(normalised(text))
    assert normalised(text) == kept.read_text()
