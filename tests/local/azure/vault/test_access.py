"""Only a principal with a role that allows it reads a secret, and nobody gets past the challenge."""

import json
import ssl
import urllib.error
import urllib.request

import pytest
from planes import GROUP, VAULT, Planes

from local.azure import request_log
from local.azure.vault import secrets
from local.azure.vault.errors import VaultError
from local.endpoints import TENANT_ID

IDENTIFIER = "https://kv-local.vault.azure.net/secrets/orders-client"
CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
READER = "21090545-7ca7-4776-b22c-e363652d74d2"


def read(planes: Planes, principal: str, identifier: str = IDENTIFIER) -> secrets.SecretBundle:
    return planes.do(secrets.read_certificate_secret, planes.azure, identifier, principal)


@pytest.mark.parametrize("role", [CERTIFICATE_USER, SECRETS_USER])
@pytest.mark.parametrize("scope", [f"{VAULT}/secrets/orders-client", VAULT, GROUP, GROUP.rpartition("/resource")[0]])
def test_a_role_that_reads_secrets_is_enough_at_every_scope(planes: Planes, role: str, scope: str) -> None:
    principal = f"principal-{role}-{scope}"
    planes.assign(role, principal, scope)

    bundle = read(planes, principal)

    assert (bundle.content_type, bundle.enabled, bundle.exportable) == ("application/x-pkcs12", True, True)
    assert read(planes, principal, f"{IDENTIFIER}/{bundle.version}") == bundle


def test_without_a_role_the_refusal_names_action_resource_and_vault(planes: Planes) -> None:
    with pytest.raises(VaultError) as refused:
        read(planes, "nobody")

    assert refused.value.kind == "forbidden"
    assert refused.value.body["error"]["innererror"] == {"code": "ForbiddenByRbac"}
    assert refused.value.message.startswith("Caller is not authorized to perform action on resource.\r\n")
    assert "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'" in refused.value.message
    assert f"Resource: '{VAULT}/secrets/orders-client'" in refused.value.message


def test_a_role_without_secrets_and_a_role_on_another_secret_are_not_enough(planes: Planes) -> None:
    planes.assign(READER, "reader")
    planes.assign(CERTIFICATE_USER, "other", f"{VAULT}/secrets/other")

    for principal in ("reader", "other"):
        with pytest.raises(VaultError, match="not authorized"):
            read(planes, principal)


@pytest.mark.parametrize(
    "identifier",
    ["https://kv-local.vault.azure.net/certificates/orders-client", "https://no-vault.vault.azure.net/secrets/a", "x"],
)
def test_a_url_that_is_no_secret_of_a_known_vault_is_not_found(planes: Planes, identifier: str) -> None:
    with pytest.raises(VaultError) as refused:
        read(planes, "anybody", identifier)
    assert refused.value.kind == "not_found"


def test_the_first_answer_is_the_challenge_whatever_was_asked(planes: Planes) -> None:
    for path in ("/certificates/nothing/", "/no/such/thing"):
        with pytest.raises(urllib.error.HTTPError) as challenged:
            ask(planes, path)
        with challenged.value as answer:
            assert answer.status == 401
            assert f'/{TENANT_ID}", resource="https://vault.azure.net"' in answer.headers["WWW-Authenticate"]
            assert json.load(answer)["error"] == {
                "code": "Unauthorized",
                "message": "AKV10000: Request is missing a Bearer or PoP token.",
            }


def test_a_token_for_another_audience_is_challenged_again(planes: Planes) -> None:
    token = planes.tokens.issue("https://management.azure.com", "https://localhost")
    with pytest.raises(urllib.error.HTTPError) as challenged:
        ask(planes, "/certificates", token)
    with challenged.value as answer:
        assert answer.status == 401
        assert "is for 'https://management.azure.com'" in json.load(answer)["error"]["message"]


def test_requests_are_logged_without_credentials(planes: Planes) -> None:
    token = planes.tokens.issue("https://management.azure.com", "https://localhost")
    with pytest.raises(urllib.error.HTTPError) as challenged:
        ask(planes, "/certificates/logged?api-version=7.4", token)
    challenged.value.close()

    entries = [entry for entry in request_log.read(planes.home.request_log) if entry["path"] == "/certificates/logged"]
    assert [(entry["plane"], entry["status"]) for entry in entries] == [("vault", 401)]
    assert token not in planes.home.request_log.read_text()


def ask(planes: Planes, path: str, token: str | None = None) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = planes.azure.listeners.address("vault", "kv-local")
    context = ssl.create_default_context(cafile=str(planes.home.pki / "ca.pem"))
    request = urllib.request.Request(f"{address}{path}", headers=headers)  # noqa: S310  https
    urllib.request.urlopen(request, context=context, timeout=20).close()  # noqa: S310  https
