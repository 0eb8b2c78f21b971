"""Certificates of one vault share a grant, however their keys spell it: Azure takes a right once."""

from pathlib import Path
from typing import Any

import pytest
from backend_mtls.configuration import settings, topology
from program import Azure, run

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"


def certificate(name: str, host: str = "kv", **grant: Any) -> dict[str, Any]:
    url = f"https://{host}.vault.azure.net/secrets/{name}"
    return {"keyVault": {"secretId": url, "grantAccess": {"resourceGroup": "rg-kv"} | grant}}


def built(tmp_path: Path, **certificates: Any) -> Azure:
    owned = {"location": "westeurope", "publisherName": "Team", "publisherEmail": "team@example.com"}
    service = {"resourceGroup": "rg", "name": "apim", "owned": owned}
    values = {"service": service, "certificates": certificates}
    return run(lambda: topology.build(settings.parse(values, project=tmp_path, subscription_id=SUBSCRIPTION)))


@pytest.mark.parametrize(
    "second",
    [
        certificate("b"),
        certificate("b", host="KV"),
        certificate("b", resourceGroup="RG-KV"),
        certificate("b", subscriptionId=SUBSCRIPTION.upper()),
        certificate("b", firewall=False),
    ],
)
def test_one_that_is_spelt_otherwise_is_the_same(tmp_path: Path, second: dict[str, Any]) -> None:
    assert list(built(tmp_path, a=certificate("a"), b=second).inputs("RoleAssignment")) == ["kv"]


@pytest.mark.parametrize(
    "second",
    [certificate("b", host="kv-2"), certificate("b", scope="secret"), certificate("b", resourceGroup="rg-other")],
)
def test_another_vault_or_scope_is_another_one(tmp_path: Path, second: dict[str, Any]) -> None:
    if second["keyVault"]["grantAccess"]["resourceGroup"] == "rg-other":
        second["keyVault"]["secretId"] = "https://kv-3.vault.azure.net/secrets/b"
    assert len(built(tmp_path, a=certificate("a"), b=second).inputs("RoleAssignment")) == 2
