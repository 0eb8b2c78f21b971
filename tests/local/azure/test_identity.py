"""Tokens: only for who has the secret, only for one audience, only unaltered, only for a while."""

import base64
import json
import time
import urllib.parse
from pathlib import Path

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential

from local.azure import identity
from local.azure.store import Store
from tests.conftest import Answer, LocalAzure

ARM = "https://management.azure.com"


def ask(azure: LocalAzure, tenant: str | None = None, path: str = "oauth2/v2.0/token", **form: str) -> Answer:
    known = {
        "grant_type": "client_credentials",
        "client_id": azure.endpoints.client_id,
        "client_secret": azure.endpoints.client_secret,
        "scope": f"{ARM}/.default",
    }
    url = f"{azure.endpoints.authority}/{tenant or azure.endpoints.tenant_id}/{path}"
    return azure.send("POST", url, urllib.parse.urlencode(known | form).encode())


def list_with(azure: LocalAzure, token: str) -> Answer:
    headers = {"Authorization": f"Bearer {token}"}
    return azure.arm("GET", "/subscriptions", api_version="2022-12-01", headers=headers)


def credential(azure: LocalAzure, secret: str) -> ClientSecretCredential:
    known = azure.endpoints
    return ClientSecretCredential(
        known.tenant_id,
        known.client_id,
        secret,
        authority=known.authority,
        disable_instance_discovery=True,
        connection_verify=known.ca,
    )


def test_the_sdks_credential_gets_a_token_that_arm_accepts(local_azure: LocalAzure) -> None:
    with credential(local_azure, local_azure.endpoints.client_secret) as client:
        token = client.get_token(f"{ARM}/.default")
    assert list_with(local_azure, token.token).status == 200
    assert 3000 < token.expires_on - time.time() < 3700


def test_the_sdks_credential_is_refused_with_a_wrong_secret(local_azure: LocalAzure) -> None:
    with credential(local_azure, "wrong") as client, pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        client.get_token(f"{ARM}/.default")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, "AADSTS7000215"),
        ({"client_id": "11111111-1111-4111-8111-111111111111"}, 400, "AADSTS700016"),
        ({"grant_type": "password"}, 400, "AADSTS70003"),
        ({"scope": "nonsense"}, 400, "AADSTS70011"),
        ({"tenant": "common"}, 400, "AADSTS90002"),
    ],
)
def test_a_wrong_request_for_a_token_is_refused(
    local_azure: LocalAzure, changed: dict[str, str], status: int, code: str
) -> None:
    answer = ask(local_azure, **changed)
    assert answer.status == status
    assert answer.body["error_description"].startswith(code)


def test_the_older_endpoint_takes_a_resource(local_azure: LocalAzure) -> None:
    answer = ask(local_azure, path="oauth2/token", scope="", resource="https://management.core.windows.net/")
    assert list_with(local_azure, answer.body["access_token"]).status == 200


def test_http_basic_is_accepted(local_azure: LocalAzure) -> None:
    known = local_azure.endpoints
    basic = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
    answer = local_azure.send(
        "POST",
        f"{known.authority}/{known.tenant_id}/oauth2/v2.0/token",
        urllib.parse.urlencode({"grant_type": "client_credentials", "scope": f"{ARM}/.default"}).encode(),
        {"Authorization": f"Basic {basic}"},
    )
    assert list_with(local_azure, answer.body["access_token"]).status == 200


def test_a_token_for_a_vault_is_none_for_arm(local_azure: LocalAzure) -> None:
    answer = list_with(local_azure, local_azure.token_for("https://vault.azure.net"))
    assert answer.status == 401
    assert "for 'https://vault.azure.net', not for" in answer.error["message"]


def test_an_altered_token_is_refused(local_azure: LocalAzure) -> None:
    header, _, signature = local_azure.token.split(".")
    claims = {"aud": ARM, "exp": time.time() + 60, "oid": "somebody"}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    answer = list_with(local_azure, f"{header}.{forged}.{signature}")
    assert answer.status == 401
    assert "signature is invalid" in answer.error["message"]


def test_an_expired_token_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = identity.SignedTokens(Store(tmp_path / "azure.db"))
    issued = f"Bearer {tokens.issue(ARM, 'https://localhost')}"
    assert tokens.principal(issued, ARM) == tokens.principal_id
    later = time.time() + identity.LIFETIME + 1
    monkeypatch.setattr(identity.time, "time", lambda: later)
    with pytest.raises(PermissionError, match="expired"):
        tokens.principal(issued, ARM)


def test_discovery_names_the_token_endpoint(local_azure: LocalAzure) -> None:
    known = local_azure.endpoints
    found = local_azure.send("GET", f"{known.authority}/{known.tenant_id}/v2.0/.well-known/openid-configuration")
    assert found.body["token_endpoint"] == f"{known.authority}/{known.tenant_id}/oauth2/v2.0/token"
    cloud = local_azure.send("GET", f"{known.arm}/metadata/endpoints?api-version=2022-09-01").body[0]
    assert cloud["resourceManager"] == known.arm
    assert cloud["authentication"]["loginEndpoint"] == known.authority
